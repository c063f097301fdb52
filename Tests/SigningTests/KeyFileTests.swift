import Foundation
import Signing
import Testing

@Suite struct KeyFileTests {
  let scratch: ScratchDirectory
  let key: SecretKey

  init() throws {
    scratch = try ScratchDirectory()
    key = try SecretKey.generate()
  }

  @Test func aKeyComesBackFromItsFile() throws {
    try KeyFile.create(key, path: scratch.path("alice.pem"))
    try KeyFile.create(key.publicKey, path: scratch.path("alice.pub.pem"))
    #expect(try KeyFile.loadSecret(path: scratch.path("alice.pem")).publicKey == key.publicKey)
    #expect(try KeyFile.loadPublic(path: scratch.path("alice.pub.pem")) == key.publicKey)
    #expect(try scratch.mode(of: "alice.pem") == 0o600)
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o610, 0o601])
  func aSecretThatOthersCouldReadIsRefused(mode: Int) throws {
    try KeyFile.create(key, path: scratch.path("k.pem"))
    try scratch.setMode(mode, of: "k.pem")
    let error = #expect(throws: KeyError.self) { try KeyFile.loadSecret(path: scratch.path("k.pem")) }
    #expect(error?.description.contains("chmod 600 \(scratch.path("k.pem"))") == true)
  }

  @Test func aSecretThatItsOwnerMayOnlyReadIsTaken() throws {
    try KeyFile.create(key, path: scratch.path("k.pem"))
    try scratch.setMode(0o400, of: "k.pem")
    #expect(try KeyFile.loadSecret(path: scratch.path("k.pem")).publicKey == key.publicKey)
  }

  @Test func anExistingFileIsNeverOverwritten() throws {
    try scratch.write("precious", to: "k.pem")
    #expect(throws: KeyError.self) { try KeyFile.create(key, path: scratch.path("k.pem")) }
    #expect(throws: KeyError.self) { try KeyFile.create(key.publicKey, path: scratch.path("k.pem")) }
    #expect(try scratch.text("k.pem") == "precious")
  }

  @Test func aLinkToNowhereIsNotFollowedWhenAKeyIsWritten() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("k.pem"), withDestinationPath: scratch.path("elsewhere"))
    #expect(throws: KeyError.self) { try KeyFile.create(key, path: scratch.path("k.pem")) }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("elsewhere")))
  }

  @Test func aDirectoryAFifoAndAMissingFileAreNoKeys() throws {
    try FileManager.default.createDirectory(atPath: scratch.path("folder"), withIntermediateDirectories: false)
    #expect(mkfifo(scratch.path("fifo"), 0o600) == 0)
    for name in ["folder", "fifo", "missing"] {
      let error = #expect(throws: KeyError.self) { try KeyFile.loadSecret(path: scratch.path(name)) }
      #expect(error?.description.contains(scratch.path(name)) == true)
    }
  }

  @Test func textThatIsNotOneEd25519BlockIsRefused() throws {
    let whole = try Self.secretPEM(of: key, in: scratch)
    let body = whole.split(separator: "\n")[1]
    let texts = [
      "", "hello", String(body), whole + whole, "note\n" + whole, whole + "note\n",
      whole.replacingOccurrences(of: "PRIVATE", with: "PUBLIC"),
      whole.replacingOccurrences(of: "PRIVATE", with: "ENCRYPTED PRIVATE"),
      whole.replacingOccurrences(of: body, with: body.dropLast(4)),
      whole.replacingOccurrences(of: body, with: body + "AAAA"),
      whole + String(repeating: " ", count: 5000), key.publicKey.pem,
    ]
    for text in texts { #expect(throws: KeyError.self, "\(text)") { try SecretKey(pem: text) } }
    #expect(throws: KeyError.self) { try PublicKey(pem: whole) }
  }

  @Test func opensslReadsWhatIsWritten() throws {
    try KeyFile.create(key, path: scratch.path("k.pem"))
    try scratch.openssl("pkey", "-in", "k.pem", "-pubout", "-out", "k.pub.pem")
    #expect(try scratch.text("k.pub.pem") == key.publicKey.pem)
  }

  @Test func whatOpensslWritesIsRead() throws {
    try scratch.openssl("genpkey", "-algorithm", "ed25519", "-out", "k.pem")
    try scratch.setMode(0o600, of: "k.pem")
    try scratch.openssl("pkey", "-in", "k.pem", "-pubout", "-out", "k.pub.pem")
    let published = try KeyFile.loadPublic(path: scratch.path("k.pub.pem"))
    #expect(try KeyFile.loadSecret(path: scratch.path("k.pem")).publicKey == published)
  }

  @Test func aKeyOfAnotherAlgorithmIsRefused() throws {
    try scratch.openssl("genpkey", "-algorithm", "x25519", "-out", "x.pem")
    let text = try scratch.text("x.pem")
    #expect(text.contains("BEGIN PRIVATE KEY"))
    #expect(throws: KeyError.self) { try SecretKey(pem: text) }
  }

  private static func secretPEM(of key: SecretKey, in scratch: ScratchDirectory) throws -> String {
    try KeyFile.create(key, path: scratch.path("whole.pem"))
    return try scratch.text("whole.pem")
  }
}
