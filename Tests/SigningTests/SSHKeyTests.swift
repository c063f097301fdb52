import Testing

@testable import Signing

@Suite struct SSHKeyTests {
  private static let line =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea alice@desk"
  /// RFC 8032 section 7.1, test 1.
  private static let hex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

  @Test func theLineOfAKnownKeyIsRead() throws {
    #expect(try PublicKey(sshLine: Self.line).hex == Self.hex)
    #expect(try PublicKey(sshLine: Self.line + "\n").hex == Self.hex)
    #expect(try PublicKey(text: Self.line).hex == Self.hex)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let key = try SecretKey.generate().publicKey
    #expect(try PublicKey(sshLine: key.sshLine(comment: "bob")) == key)
    #expect(try PublicKey(text: key.pem) == key)
    #expect(try PublicKey(sshLine: Self.line).sshLine(comment: "alice@desk") == Self.line + "\n")
  }

  @Test(arguments: [
    "", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7",
    "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIA==",
    line + "\n" + line, "from=\"10.0.0.1\" " + line, String(line.dropLast(12)),
    line.replacing("AAAAINda", with: "AAAAIdda"), line.replacing("ssh-ed25519", with: "ssh-ed25518"),
  ])
  func whatIsNoSuchLineIsRefused(text: String) {
    #expect(throws: KeyError.self) { try PublicKey(sshLine: text) }
  }

  @Test func aKeyOfSmallOrderIsRefusedInThisFormToo() {
    let blob = SSHKey.encode([UInt8](repeating: 0, count: 32))
    #expect(throws: KeyError.self) { try PublicKey(sshLine: "ssh-ed25519 \(Base64.encode(blob))") }
  }
}
