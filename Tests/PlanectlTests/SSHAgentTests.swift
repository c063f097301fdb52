import Signing
import Testing
import Wire

@testable import planectl

/// What an agent may do wrong; the real one is in EndToEndTests.
@Suite struct SSHAgentTests {
  let scratch: ScratchFolder
  let key: SecretKey

  init() throws {
    scratch = try ScratchFolder()
    key = try SecretKey.generate()
  }

  private let encoding = PreAuthenticationEncoding(payloadType: "text/plain", payload: Array("words".utf8))

  /// The failure of signing through an agent that answers like this.
  private func failure(_ answer: @escaping FakeAgent.Answer) throws -> Failure {
    let fake = try FakeAgent(path: "\(scratch.path)/agent.sock", answer: answer)
    var agent = SSHAgent(path: fake.path)
    agent.patience = (.milliseconds(200), .milliseconds(200))
    let signer = SSHAgentSigner(publicKey: key.publicKey, agent: agent)
    defer { withExtendedLifetime(fake) {} }
    return try #require(throws: Failure.self) { try signer.sign(encoding) }
  }

  /// The answer of an agent that signs with `key` whatever it was asked to sign with.
  private static func signature(by key: SecretKey, over encoding: PreAuthenticationEncoding) throws -> [UInt8] {
    let bytes = try key.sign(encoding).bytes
    let blob = [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 64] + bytes
    return FakeAgent.frame([14, 0, 0, 0, UInt8(blob.count)] + blob)
  }

  @Test func anAgentThatRefusesIsNamedAndNothingIsSent() throws {
    let failure = try failure { _ in FakeAgent.frame([5]) }
    #expect(failure.status == .refused && failure.message.contains("would not sign; nothing was sent"))
    #expect(failure.message.contains(scratch.path) && failure.hint?.contains("ssh-add -l") == true)
  }

  @Test func anAgentThatDiesWhileItSignsIsAnError() throws {
    for answer in [nil, [0, 0], [0, 0, 0, 83, 14]] as [[UInt8]?] {
      let failure = try failure { _ in answer.map { $0 } }
      #expect(failure.status == .refused && failure.message.contains("nothing was sent"), "\(failure.message)")
    }
  }

  @Test func anAgentThatHangsIsWaitedForOnlySoLong() throws {
    let failure = try failure { _ in [] }
    #expect(failure.message.contains("has not signed within 0 s; nothing was sent"))
    #expect(failure.hint?.contains("touch") == true)
  }

  @Test func anAgentThatSignsWithAnotherKeyIsNotBelieved() throws {
    let (other, encoding) = (try SecretKey.generate(), encoding)
    let failure = try failure { _ in try? Self.signature(by: other, over: encoding) }
    #expect(failure.status == .unverified && failure.message.contains("nothing was sent"))
  }

  @Test func anAgentThatSignsOtherBytesIsNotBelieved() throws {
    let (key, other) = (key, PreAuthenticationEncoding(payloadType: "text/plain", payload: Array("swords".utf8)))
    let failure = try failure { _ in try? Self.signature(by: key, over: other) }
    #expect(failure.status == .unverified)
  }

  @Test(arguments: [[UInt8](repeating: 0xff, count: 4), [0, 4, 0, 1], [0x7f, 0xff, 0xff, 0xff]])
  func anOversizedFrameIsRefusedBeforeItIsRead(length: [UInt8]) throws {
    #expect(try failure { _ in length }.message.contains("which is no answer"))
  }

  @Test(arguments: [[], [14], [12, 0, 0, 0, 0], [14, 0, 0, 0, 200]] as [[UInt8]])
  func anAnswerThatIsNoneIsRefused(message: [UInt8]) throws {
    #expect(try failure { _ in FakeAgent.frame(message) }.message.contains("answered with something else"))
  }

  @Test func aSocketWithoutAnAgentIsNamed() throws {
    let failure = try #require(throws: Failure.self) { try SSHAgent(path: "\(scratch.path)/none").keys() }
    #expect(failure.message.contains("\(scratch.path)/none") && failure.hint?.contains("ssh-add") == true)
  }

  @Test func anAgentThatSignsIsBelieved() throws {
    let (key, encoding) = (key, encoding)
    let fake = try FakeAgent(path: "\(scratch.path)/agent.sock") { _ in try? Self.signature(by: key, over: encoding) }
    let signer = SSHAgentSigner(publicKey: key.publicKey, agent: SSHAgent(path: fake.path))
    #expect(try signer.sign(encoding) == key.sign(encoding))
    withExtendedLifetime(fake) {}
  }

  @Test func anAgentOutOfReachHidesNoKeyInAFileAndIsToldWhereAKeyIsMissing() throws {
    let test = try TestHome()
    let ring = KeyRing(folders: [test.home.keys], agent: SSHAgent(path: "\(scratch.path)/none"), root: test.root)
    #expect(try ring.identity(named: nil, holding: [.deployer], for: "x").principal.id.text == "ci")
    let empty = KeyRing(folders: [scratch.path], agent: SSHAgent(path: "\(scratch.path)/none"), root: test.root)
    let failure = try #require(throws: Failure.self) { try empty.identity(named: nil, holding: [.deployer], for: "x") }
    #expect(failure.hint?.contains("\(scratch.path)/none") == true)
  }
}
