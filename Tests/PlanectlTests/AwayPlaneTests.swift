import Attestations
import PlaneContract
import Testing
import Wire

@testable import planectl

@Suite struct AwayPlaneTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  private func session(_ name: String) throws -> Session {
    Session(test.home, root: test.root, identity: try test.identity(name))
  }

  @Test func aPlaneThatIsAwayIsNamedWithItsSocketAndWhatToDo() async throws {
    let failure = try await #require(throws: Failure.self) { try await session("bridge").status(of: .governance) }
    #expect(failure.status == .unreachable && failure.hint?.contains("planectl up") == true)
    #expect(failure.message.contains("governance-plane at \(test.home.path)/run/governance-plane/read.sock"))
  }

  @Test func aSocketThatWasNamedIsNotMendedByStartingPlanes() async throws {
    let options = try CallerOptions.parse([
      "--home", test.home.path, "--as", "bridge", "--socket", "\(test.scratch.path)/tunnel.sock",
    ])
    let session = try Session(options, asking: .governance, for: .approvalList)
    let failure = try await #require(throws: Failure.self) { try await ApprovalDirectory(session: session).all() }
    #expect(failure.status == .unreachable && failure.hint?.contains("tunnel") == true)
    #expect(failure.hint?.contains("planectl up") == false)
  }

  @Test func withBothPlanesAwayARevocationSaysWhatIsNotCoveredAndWhatToGive() async throws {
    let known = await KnownUses(askedBy: try session("alice"))
    #expect(Set(known.failures.keys) == [.governance, .serving] && known.gaps.count == 2)
    #expect(known.gaps.allSatisfy { $0.contains("is away") && $0.contains("--weights-hash") })
    let failure = try #require(throws: Failure.self) { try RevocationTargets(known: known).matching("iris") }
    #expect(failure.status == .unreachable, "what cannot be known is not known to be nothing")
  }

  @Test func whatNoSocketTakesFromThisCallerIsNotSent() async throws {
    let failure = try await #require(throws: Failure.self) {
      _ = try await session("bridge").ask(.governance, .approvalPropose, [:], timeout: .seconds(1)) as JSONObject
    }
    #expect(failure.status == .refused)
  }

  @Test func aSubmissionThatCannotBeDeliveredIsTriedOnceWhenPatienceHasRunOut() async throws {
    var delivery = Delivery(session: try session("trainer"), patience: .zero)
    let hash = String(repeating: "ab", count: 32)
    let line = try TrainingLine(.text(Array(#"{"model_id": "iris", "weights_hash": "\#(hash)"}"#.utf8)))
    let failure = try await #require(throws: Failure.self) { _ = try await delivery.deliver(line) }
    #expect(failure.status == .unreachable)
  }

  /// A dispute does not end by waiting.
  @Test func onlyAPlaneThatHasTooMuchToDoIsWaitedFor() {
    #expect(Failure(explaining: Refusal(.overloaded, "later")).hint?.contains("wait a moment") == true)
    let disputed = Failure(
      explaining: Refusal(.unavailable, "approval.sign waits: the log of governance-plane is in dispute"))
    #expect(disputed.status == .unreachable && disputed.hint?.contains("planectl status") == true)
    #expect(disputed.hint?.contains("wait") == false)
  }

  @Test(arguments: [ErrorCode.overloaded, .unavailable])
  func aPlaneThatIsBusyIsAskedAgain(code: ErrorCode) {
    #expect(Delivery.isTransient(Refusal(code, "later")))
  }

  @Test(arguments: [ErrorCode.conflict, .forbidden, .invalidRequest, .policyFailed, .denied, .unauthenticated])
  func aPlaneThatSaidNoIsNotAskedAgain(code: ErrorCode) {
    #expect(!Delivery.isTransient(Refusal(code, "no")))
  }

  @Test func aRevocationReportsWhatEachPlaneSaidEvenWhenBothAreAway() async throws {
    let alice = try session("alice")
    let training = try VerifiedTrainingOutput.verify(try test.trainingOutput(), root: test.root)
    let target = RevocationTarget(
      modelID: training.output.modelID, weightsHash: training.output.weightsHash, approvalID: nil)
    let revocation = Revocation(revocation: try test.trainingOutput())
    for plane in [Role.serving, .governance] {
      let outcome = await RevocationOutcome(asking: plane, revocation, of: target, alice)
      #expect(outcome.failure?.status == .unreachable && outcome.lines.isEmpty)
      #expect(outcome.body["plane"]?.string == plane.planeName && outcome.body["code"]?.string == "unavailable")
    }
  }
}
