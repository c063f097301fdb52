import Testing
import Wire

@Suite struct IdentifierTests {
  @Test(arguments: ["a", "0", "alice", "ci-deployer.2_x", String(repeating: "a", count: 64)])
  func aPrincipalsName(text: String) {
    #expect(PrincipalID(text)?.text == text)
  }

  @Test(arguments: [
    "", "Alice", "-a", ".a", "_a", "a b", "a/b", "a:b", "a\n", "\na", "a\u{0}", "a@b", "é",
    "аlice",  // Cyrillic а
    "ɑlice", "alicｅ", "alice\u{200b}", "a\u{301}lice", "\u{202e}alice", "1\u{fe0f}", String(repeating: "a", count: 65),
  ])
  func aNameThatOnlyLooksLikeOneIsRefused(text: String) {
    #expect(PrincipalID(text) == nil)
    #expect(PersonID(text) == nil)
    #expect(EnvironmentName(text) == nil)
    #expect(ScopeName(text) == nil)
    #expect(GroupName(text) == nil)
    #expect(ProfileName(text) == nil)
  }

  @Test(arguments: [
    "m", "M1", "org/model", "org/model:v1.2", "a/b/c", "x..y", "a/b.c", "currently", "a/current2", "a:current",
    "Current",
    String(repeating: "m", count: 200),
  ])
  func aModelsName(text: String) {
    #expect(ModelID(text)?.text == text)
  }

  @Test(arguments: [
    "", "/", "/etc/passwd", "a/", "a//b", "..", ".", "a/..", "a/../b", "../a", "a/.", "a/./b", ".hidden", "a/.hidden",
    "current", "a/current", "current/a", "a/current/b", "a\n", "a\nb", "a\u{0}b", "a b", "a\\b", "a%2fb", "~a", "-a",
    ":a",
    "modèle", "mоdel", "a／b", "a/\u{2024}\u{2024}/b", String(repeating: "m", count: 201),
  ])
  func aModelsNameThatIsNoSafePathIsRefused(text: String) {
    #expect(ModelID(text) == nil)
  }

  @Test(arguments: ["", "a b", "a/b", "a\n", ":a", "é", String(repeating: "a", count: 129)])
  func anApprovalsNameThatBreaksTheRuleIsRefused(text: String) {
    #expect(ApprovalID(text) == nil)
    #expect(ApprovalID("approval:0123456789abcdef") != nil)
  }

  @Test(arguments: ["", "a b", "a\t", "é", "a\u{7f}", String(repeating: "a", count: 129)])
  func aCorrelationIDWithoutPrintableASCIIIsRefused(text: String) {
    #expect(CorrelationID(text) == nil)
    #expect(CorrelationID("run/1#\"x\"") != nil)
  }

  @Test func aMessageIDIs32LowercaseHexDigits() {
    let id = MessageID.random().text
    #expect(MessageID(id) != nil && MessageID.random().text != id)
    for text in [String(id.dropLast()), id + "0", id.dropLast() + "G", "A" + id.dropFirst(), ""] {
      #expect(MessageID(text) == nil)
    }
  }
}
