import Attestations
import PlaneContract
import Signing
import Synchronization
import Testing
import Wire

@testable import planectl

/// What a client believes of what answers it.
@Suite struct PlaneClientTests {
  let test: TestHome
  let session: Session

  init() throws {
    test = try TestHome()
    session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
  }

  private func key(of plane: Role) throws -> SecretKey {
    try KeyFile.loadSecret(path: "\(test.home.folder(of: plane))/plane.pem")
  }

  private func serve(_ answers: [FakePlane.Answer]) throws -> FakePlane {
    try FakePlane(socket: test.home.socket(.governanceRead), answers: answers)
  }

  /// A reply of governance's shape, signed by whichever key.
  private static func reply(
    to request: UnverifiedMessage, kind: String, body: JSONObject, signedBy key: SecretKey, digest: Digest? = nil
  ) throws -> [UInt8] {
    let claimed = request.claimed
    let header = MessageHeader(
      id: .random(), kind: kind, from: PrincipalID(checked: "governance-plane"), to: claimed.from, issuedAt: .now(),
      expiresAt: Timestamp.now().adding(seconds: 60), inReplyTo: claimed.id,
      requestDigest: digest ?? request.envelope.payloadDigest)
    return try header.signed(carrying: body, by: key).serialized
  }

  private func ask() async throws -> JSONObject {
    try await session.ask(.governance, .approvalList, ApprovalList().fields, timeout: .seconds(10))
  }

  private static let emptyPage = Page<ApprovalSummary>(items: [], next: nil).fields

  @Test func theAnswerOfThePlaneItselfIsBelieved() async throws {
    let key = try key(of: .governance)
    let plane = try serve([
      { try Self.reply(to: $0, kind: "approval.list.result", body: Self.emptyPage, signedBy: key) }
    ])
    #expect(try await ask() == Self.emptyPage)
    withExtendedLifetime(plane) {}
  }

  @Test func anotherPlanesKeyUnderItsNameIsNotBelieved() async throws {
    let key = try key(of: .serving)
    _ = try serve([{ try Self.reply(to: $0, kind: "approval.list.result", body: Self.emptyPage, signedBy: key) }])
    await #expect(throws: ReplyError.self) { try await ask() }
  }

  @Test func theAnswerToAnotherRequestIsNotBelieved() async throws {
    let key = try key(of: .governance)
    let other = Digest(hashing: [1])
    _ = try serve([
      { try Self.reply(to: $0, kind: "approval.list.result", body: Self.emptyPage, signedBy: key, digest: other) }
    ])
    await #expect(throws: ReplyError.self) { try await ask() }
  }

  @Test func theAnswerOfAnotherKindIsNotBelieved() async throws {
    let key = try key(of: .governance)
    _ = try serve([{ try Self.reply(to: $0, kind: "plane.status.result", body: Self.emptyPage, signedBy: key) }])
    await #expect(throws: ReplyError.self) { try await ask() }
  }

  @Test func aResultOfAnotherShapeIsNotBelieved() async throws {
    let key = try key(of: .governance)
    _ = try serve([{ try Self.reply(to: $0, kind: "approval.list.result", body: ["items": 7], signedBy: key) }])
    let failure = try await #require(throws: Failure.self) { try await ApprovalDirectory(session: session).all() }
    #expect(failure.status == .unverified)
  }

  @Test func aHangUpIsNoAnswer() async throws {
    _ = try serve([{ _ in nil }])
    let failure = try await #require(throws: Failure.self) { try await ask() }
    #expect(failure.status == .unreachable)
  }

  @Test func aQuestionIsAskedAgainWhenACrowdedPlaneHangsUpAndAChangeIsNot() async throws {
    let key = try key(of: .governance)
    _ = try serve([
      { _ in nil }, { _ in nil },
      { try Self.reply(to: $0, kind: "approval.list.result", body: Self.emptyPage, signedBy: key) },
    ])
    #expect(try await ask() == Self.emptyPage)
    let asked = Mutex(0)
    let hangUp: FakePlane.Answer = { _ in
      asked.withLock { $0 += 1 }
      return nil
    }
    let approver = Session(test.home, root: test.root, identity: try test.identity("alice"))
    _ = try FakePlane(socket: test.home.socket(.approve), answers: [hangUp, hangUp])
    let failure = try await #require(throws: Failure.self) {
      let _: JSONObject = try await approver.ask(.governance, .approvalSign, [:], timeout: .seconds(10))
    }
    #expect(failure.status == .unreachable && asked.withLock { $0 } == 1)
  }

  @Test func aRevocationIsNotLeftToTheChanceOfACrowdedSocket() async throws {
    let key = try key(of: .governance)
    let approver = Session(test.home, root: test.root, identity: try test.identity("alice"))
    let done: JSONObject = ["revoked": true, "approvals": []]
    _ = try FakePlane(
      socket: test.home.socket(.approve),
      answers: [{ _ in nil }, { try Self.reply(to: $0, kind: "model.revoke.result", body: done, signedBy: key) }])
    let answer: JSONObject = try await approver.ask(.governance, .modelRevoke, [:], timeout: .seconds(10))
    #expect(answer == done)
  }

  @Test func aClockThatDiffersIsCorrectedOnceAndNotTwice() async throws {
    let key = try key(of: .governance)
    let planeTime = Timestamp.now().adding(days: 3)
    let issued = Mutex<[Timestamp]>([])
    let expired: FakePlane.Answer = { request in
      issued.withLock { $0.append(request.claimed.issuedAt) }
      let refusal = Refusal(.expiredMessage, "not valid at this plane's time", now: planeTime)
      return try Self.reply(to: request, kind: "error", body: refusal.body, signedBy: key)
    }
    _ = try serve([expired, expired])
    let refusal = try await #require(throws: Refusal.self) { try await ask() }
    #expect(refusal.code == .expiredMessage)
    let times = issued.withLock { $0 }
    #expect(times.count == 2 && times[1].messageText == planeTime.messageText && times[0] < planeTime)
  }

  @Test func aPlaneThatSaidItsTimeIsSpokenToInItFromThenOn() async throws {
    let key = try key(of: .governance)
    let governance = try #require(session.root.plane(.governance)?.id)
    let planeTime = Timestamp.now().adding(days: 3)
    let expired: FakePlane.Answer = { request in
      let refusal = Refusal(.expiredMessage, "not valid at this plane's time", now: planeTime)
      return try Self.reply(to: request, kind: "error", body: refusal.body, signedBy: key)
    }
    _ = try serve([
      expired, { try Self.reply(to: $0, kind: "approval.list.result", body: Self.emptyPage, signedBy: key) },
    ])
    _ = try await ask()
    let serving = try #require(session.root.plane(.serving)?.id)
    #expect(session.clocks.now(at: governance) >= planeTime && session.clocks.now(at: serving) < planeTime)
    #expect(session.clocks.now(atFirstOf: [serving, governance]) >= planeTime)
  }

  @Test func aListThatNeverEndsIsGivenUp() async throws {
    let key = try key(of: .governance)
    let endless: FakePlane.Answer = { request in
      let body = Page<ApprovalSummary>(items: [], next: "again").fields
      return try Self.reply(to: request, kind: "approval.list.result", body: body, signedBy: key)
    }
    _ = try serve(Array(repeating: endless, count: 1001))
    let failure = try await #require(throws: Failure.self) { try await ApprovalDirectory(session: session).all() }
    #expect(failure.status == .unverified)
  }
}
