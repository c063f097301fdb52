import Foundation
import Synchronization
import Testing

@testable import ServingPlane

@Suite(.timeLimit(.minutes(1))) struct WeightsBlockingWorkTests {
  @Test func noMoreThanTheWidthRunAtATime() async throws {
    let work = BlockingWork(width: 2)
    let running = Running()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask {
          try await work.run { _ in
            running.enter()
            sched_yield()
            running.leave()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(running.most <= 2)
  }

  @Test func oneJobTooManyIsRefusedAtOnce() async throws {
    let work = BlockingWork(width: 1, limit: 1)
    let (began, finish) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await work.run { _ in
          began.signal()
          finish.wait()
        }
      }
      group.addTask {
        defer { finish.signal() }
        try await BlockingWork(width: 1).run { _ in began.wait() }
        await #expect(throws: TooMuchBlockingWork.self) { try await work.run { _ in } }
      }
      try await group.waitForAll()
    }
    #expect(try await work.run { _ in 7 } == 7)
  }

  @Test func aCancelledTaskStopsItsJob() async throws {
    let task = Task {
      try await BlockingWork(width: 1).run { cancellation in
        while true { try cancellation.check() }
      }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}

private final class Running: Sendable {
  private let counts = Mutex((now: 0, most: 0))

  var most: Int { counts.withLock { $0.most } }

  func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
  func leave() { counts.withLock { $0.now -= 1 } }
}
