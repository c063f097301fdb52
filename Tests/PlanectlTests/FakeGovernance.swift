import Attestations
import PlaneContract
import Signing
import Synchronization
import Wire

@testable import planectl

/// A governance plane in the hands of a liar who holds its key: what it lists and shows is what the test says.
final class FakeGovernance: Sendable {
  /// Everything that it was asked, in order.
  private let asked: AskedMessages
  private let plane: FakePlane

  /// - Parameters:
  ///   - listed: what `approval.list` says, filtered by nothing.
  ///   - details: what each `approval.get` answers with, one after the other.
  init(
    in test: TestHome, listed: [ApprovalSummary], details: [ApprovalDetail], socket: SocketName = .approve
  ) throws {
    let key = try KeyFile.loadSecret(path: "\(test.home.folder(of: .governance))/plane.pem")
    let (asked, remaining) = (AskedMessages(), Remaining(details))
    self.asked = asked
    let answer: FakePlane.Answer = { request in
      asked.add(request.claimed)
      let body: JSONObject? =
        switch request.claimed.kind {
        case MessageKind.approvalList.rawValue:
          Page(items: Self.selected(listed, request.claimed.body), next: nil).fields
        case MessageKind.approvalGet.rawValue: remaining.next()?.fields
        default: nil
        }
      return try body.map { try FakePlane.reply(to: request, body: $0, signedBy: key) }
    }
    plane = try FakePlane(socket: test.home.socket(socket), answers: Array(repeating: answer, count: 20))
  }

  func count(of kind: MessageKind) -> Int { asked.kinds.count { $0 == kind.rawValue } }

  private static func selected(_ listed: [ApprovalSummary], _ query: JSONObject) -> [ApprovalSummary] {
    listed.filter { query["status"] == nil || query["status"]?.string == $0.status.rawValue }
  }
}

private final class AskedMessages: Sendable {
  private let messages = Mutex<[String]>([])
  var kinds: [String] { messages.withLock { $0 } }
  func add(_ message: Message) { messages.withLock { $0.append(message.kind) } }
}

private final class Remaining: Sendable {
  private let details: Mutex<[ApprovalDetail]>
  init(_ details: [ApprovalDetail]) { self.details = Mutex(details) }
  func next() -> ApprovalDetail? { details.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
