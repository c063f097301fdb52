import Attestations
import MerkleLog
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

/// The root keys' word that a log is believed again, on its way from a draft to the planes: what is of no use is not drafted, not
/// installed, and puts nothing else away.
@Suite struct LogResetTests {
  let test: TestHome
  /// Governance after it was restored, and what it had before.
  let log: PlayedLog
  let draft: ResetFile

  init() throws {
    test = try TestHome()
    log = try PlayedLog(of: .governance, in: test, count: 21, event: "restored")
    draft = ResetFile(home: test.home, path: ResetFile.draft(of: .governance, in: test.home))
  }

  private func plane(_ role: Role, _ log: PlayedLog? = nil, disputed: Int? = nil) throws -> FakeLog {
    let counters: JSONObject = disputed.map { ["disputed_governance": .init($0)] } ?? [:]
    return try FakeLog(role, in: test, log ?? PlayedLog(of: role, in: test, count: 3), counters: counters)
  }

  private func run(_ command: String, _ words: String...) async throws {
    let place = ["--home", test.home.path]
    switch command {
    case "reset-log": try await ResetLog.parse(["governance-plane", "--reason", "a test"] + words + place).perform()
    case "sign":
      let key = "\(test.home.keys)/root.pem"
      try await SignTrust.parse(["--draft", draft.path, "--root-key", key] + words + place).perform()
    default: try await InstallTrust.parse(["--draft", draft.path] + words + place).perform()
    }
  }

  private func expectRefusal(_ text: String, _ at: SourceLocation = #_sourceLocation, _ body: () async throws -> Void)
    async
  {
    let failure = await #expect(throws: Failure.self, sourceLocation: at) { try await body() }
    #expect(failure?.status == .refused, sourceLocation: at)
    #expect(failure?.message.contains(text) == true, "\(failure?.message ?? "nothing")", sourceLocation: at)
  }

  /// A reset of the log as it is, signed, and issued so many seconds ago.
  private func sign(_ log: PlayedLog, secondsAgo: Int = 0, to file: ResetFile) throws -> Digest {
    let issued = Timestamp.now().wholeSeconds.adding(seconds: -secondsAgo)
    let reset = LogReset(checkpoint: try log.head().checkpoint, reason: "a test", issuedAt: issued)
    let root = try KeyFile.loadSecret(path: "\(test.home.keys)/root.pem")
    return try file.sign(ResetFile.Contents(reset: reset, envelope: nil), with: root).payloadDigest
  }

  private var installed: ResetFile { draft.installed(of: .governance) }

  @Test func aLogThatNobodyDisputesIsNotReset() async throws {
    let planes = (try plane(.governance, log), try plane(.serving), try plane(.training))
    await expectRefusal("no plane has the log of governance-plane in dispute: there is nothing to reset") {
      try await run("reset-log")
    }
    #expect(try draft.read() == nil)
    try await run("reset-log", "--undisputed")
    #expect(try draft.read()?.reset.checkpoint.size == 21)
    withExtendedLifetime(planes) {}
  }

  @Test func aDraftThatSomebodyHasSignedIsNotWrittenOver() async throws {
    let planes = (try plane(.governance, log), try plane(.serving, disputed: 5))
    try await run("reset-log")
    try await run("reset-log")
    try await run("sign", "--yes")
    let signed = try draft.read()?.envelope?.payloadDigest
    let verdict = ResetVerdict(try #require(try draft.read()), test.root)
    #expect(verdict.lines.first?.hasSuffix("is signed by 1 root key") == true)
    await expectRefusal("somebody has signed it") { try await run("reset-log") }
    #expect(try signed != nil && draft.read()?.envelope?.payloadDigest == signed)
    withExtendedLifetime(planes) {}
  }

  @Test func whatIsNoDraftOfAResetIsNotWrittenOver() async throws {
    let planes = (try plane(.governance, log), try plane(.serving, disputed: 5))
    try test.scratch.write("dear diary", to: "diary")
    await expectRefusal("is no draft of a reset") {
      try await run("reset-log", "--draft", "\(test.scratch.path)/diary")
    }
    withExtendedLifetime(planes) {}
  }

  @Test func aResetThatAPlaneHasTakenBeforeIsNotInstalledAgain() async throws {
    let digest = try sign(log, to: draft)
    var witness = try PlayedLog(of: .serving, in: test, count: 3)
    witness.add(.logResetAccepted, ["log": .string(log.origin.description)], attestation: digest)
    for _ in 0..<300 { witness.add(.planeStarted, [:]) }
    let planes = (try plane(.governance, log), try plane(.serving, witness, disputed: 5))
    await expectRefusal("serving-plane has taken it already") { try await run("install") }
    #expect(try installed.read() == nil && draft.read() != nil)
    withExtendedLifetime(planes) {}
  }

  @Test func anOlderResetDoesNotTakeThePlaceOfALaterOne() async throws {
    let later = try sign(log, to: installed)
    _ = try sign(log, secondsAgo: 60, to: draft)
    await expectRefusal("a later one of") { try await run("install") }
    #expect(try installed.read()?.envelope?.payloadDigest == later)
  }

  @Test func aResetOfAnotherCopyOfTheLogIsNotInstalled() async throws {
    _ = try sign(log, to: draft)
    let planes = (
      try plane(.governance, PlayedLog(of: .governance, in: test, count: 30, event: "another copy")),
      try plane(.serving, disputed: 5)
    )
    await expectRefusal("does not hold") { try await run("install") }
    #expect(try installed.read() == nil)
    withExtendedLifetime(planes) {}
  }

  @Test func aResetOfMoreThanThereIsIsNotInstalled() async throws {
    _ = try sign(log, to: draft)
    let planes = (try plane(.governance, PlayedLog(of: .governance, in: test, count: 20)), try plane(.serving))
    await expectRefusal("has 20 entries, and the reset is of 21") { try await run("install") }
    withExtendedLifetime(planes) {}
  }

  @Test func aResetOfTheLogAsItIsIsInstalled() async throws {
    let digest = try sign(log, to: draft)
    let planes = (try plane(.governance, log), try plane(.serving, disputed: 5))
    try await run("install")
    #expect(try installed.read()?.envelope?.payloadDigest == digest && draft.read() == nil)
    withExtendedLifetime(planes) {}
  }

  @Test func howMuchIsGivenUpIsWhatThePlaneThatKnowsMostSays() async throws {
    let planes = (try plane(.governance, log, disputed: 9), try plane(.serving, disputed: 5))
    let session = Session(test.home, root: test.root, identity: try test.identity("bridge"))
    let disputes = await LogDisputes(of: .governance, session)
    #expect(disputes.missing == 9 && disputes.unasked == [.training])
    let failure = try #require(disputes.failure)
    #expect(failure.status == .unverified)
    #expect(failure.message.contains("in dispute at governance-plane, serving-plane"), "\(failure.message)")
    #expect(failure.message.contains("9 entries that others have seen are missing"))
    #expect(await LogDisputes(of: .serving, session).failure == nil)
    withExtendedLifetime(planes) {}
  }
}
