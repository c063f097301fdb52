import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import NandaBridge

/// What clients may take up together, and for how long.
@Suite struct ByteBudgetTests {
  @Test("Readers who leave their answers lying take up no more than the budget, and what they leave is free again")
  func slowReaders() throws {
    let budget = ByteBudget(1 << 20)
    let answer = Answer(status: .ok, type: .json, body: ByteBuffer(repeating: 0x20, count: 400 << 10))
    let request = Request(
      head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/"), body: .init(buffer: ByteBuffer()))
    var lying = [try answer.response(to: request, within: budget), try answer.response(to: request, within: budget)]
    #expect(lying.allSatisfy { $0.body.contentLength == 400 << 10 })
    #expect(throws: Overload.self) { try answer.response(to: request, within: budget) }
    lying.removeLast()
    lying.append(try answer.response(to: request, within: budget))
    let small = Answer(status: .ok, type: .json, body: ByteBuffer(string: "{}"))
    #expect(try small.response(to: request, within: ByteBudget(0)).status == .ok)
  }

  @Test("A share that cannot grow keeps what it has, and gives back that alone")
  func shares() {
    let budget = ByteBudget(100)
    do {
      let share = budget.share()
      #expect(share.grow(by: 60) && !share.grow(by: 41) && share.grow(by: 40))
      #expect(!budget.share().grow(by: 1))
    }
    let share = budget.share()
    #expect(share.grow(by: 100) && !share.grow(by: 1))
  }

  @Test("Who drips is cut off, and who has a slow line is not")
  func leastRate() {
    let start = ContinuousClock.now
    let dripping = LeastRate(from: start)
    #expect(dripping.isKept(by: 1, at: start + .seconds(10)) && !dripping.isKept(by: 1, at: start + .seconds(11)))
    let slow = LeastRate(from: start)
    for second in 1...3000 { #expect(slow.isKept(by: LeastRate.bytesPerSecond, at: start + .seconds(second))) }
  }

  @Test("Who sends much at once and then a byte at a time is cut off as soon as who only drips")
  func burstThenDrip() {
    let start = ContinuousClock.now
    let rate = LeastRate(from: start)
    #expect(rate.isKept(by: 45 << 20, at: start + .seconds(1)))
    #expect(rate.isKept(by: 1, at: start + .seconds(6)) && rate.isKept(by: 1, at: start + .seconds(11)))
    #expect(!rate.isKept(by: 1, at: start + .seconds(16)))
  }

  @Test("Who sends nothing any more is not waited for")
  func silence() async throws {
    let rate = LeastRate(patience: .milliseconds(20))
    #expect(rate.isKept(by: 1 << 20))
    try await rate.lapse()
    #expect(!rate.isKept(by: 1 << 20))
  }
}
