import Attestations
import PlaneContract
import TestSupport
import Testing
import Transport

/// Honest people who go about their work while somebody attacks a plane: a deployer at two sockets of serving, an approver at two
/// of governance, a submitter at training. Each waits for an answer far shorter than an attack takes.
struct Bystanders {
  private static let patience = Duration.seconds(5)

  private let steady: TrainedModel
  private let deployer, approver, submitter: PlaneCaller

  init(_ stage: Stage) throws {
    steady = stage.steady
    (deployer, approver, submitter) = try (stage.caller("ci"), stage.caller("alice"), stage.caller("trainer"))
  }

  /// Runs `attack`, and while it goes on everybody asks again and again; once more while what it returns is still held.
  func areServed<Held>(during attack: () async throws -> Held) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.askUntilCancelled() }
      let held = try await attack()
      try await askOnce()
      withExtendedLifetime(held) {}
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private func askUntilCancelled() async throws {
    do { while !Task.isCancelled { try await askOnce() } } catch is CancellationError {}
  }

  /// Everybody asks once, and is answered as on any other day.
  func askOnce() async throws {
    for socket in [SocketName.deploy, .servingRead] {
      let verdict = try await answered { try await patient(deployer).authorize(steady.id, on: socket) }
      #expect(verdict.passed, "\(socket.path): \(verdict.failures)")
    }
    for socket in [SocketName.approve, .governanceRead] {
      let active = try await answered {
        try await patient(approver).ask(.approvalList, ApprovalList(modelID: steady.id), on: socket)
      }
      #expect(active["items"]?.array?.isEmpty == false, "\(socket.path)")
    }
    _ = try await answered { try await patient(submitter).ask(.planeStatus, [:], on: .submit) }
  }

  /// A crowded plane may close a connection that has asked nothing yet; who is hung up on asks again, as planectl does.
  private func answered<Answer>(_ ask: () async throws -> Answer) async throws -> Answer {
    try await pollUntil("an answer", within: Self.patience) {
      do { return try await ask() } catch TransportError.closedByPeer { return nil }
    }
  }

  private func patient(_ caller: PlaneCaller) -> PlaneCaller {
    var caller = caller
    caller.timeout = Self.patience
    return caller
  }
}
