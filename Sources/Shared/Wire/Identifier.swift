/// A name that people, programs and file systems must agree on: ASCII, checked once, compared as bytes (DESIGN section 2).
package protocol Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The rule in words, for error messages.
  static var rule: String { get }
  static func accepts(_ text: String.UTF8View) -> Bool
  var text: String { get }
  init(checked text: String)
}

extension Identifier {
  /// Nil when `text` breaks the rule.
  package init?(_ text: String) {
    guard Self.accepts(text.utf8) else { return nil }
    self.init(checked: text)
  }

  package var description: String { text }
  package var json: JSONValue { .string(text) }

  package static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
}

/// `[a-z0-9][a-z0-9._-]{0,63}`: principals, persons, groups, environments, scopes, profiles.
package protocol ShortIdentifier: Identifier {}

extension ShortIdentifier {
  package static var rule: String { "1 to 64 of a-z 0-9 . _ - beginning with a letter or digit" }

  package static func accepts(_ text: String.UTF8View) -> Bool {
    guard (1...64).contains(text.count), let first = text.first else { return false }
    return ASCII.isLowerOrDigit(first) && text.allSatisfy { ASCII.isLowerOrDigit($0) || ASCII.isAny($0, of: "._-") }
  }
}

package struct PrincipalID: ShortIdentifier {
  package let text: String
  package init(checked text: String) { self.text = text }
}

package struct PersonID: ShortIdentifier {
  package let text: String
  package init(checked text: String) { self.text = text }
}

package struct GroupName: ShortIdentifier {
  package let text: String
  package init(checked text: String) { self.text = text }
}

package struct EnvironmentName: ShortIdentifier {
  package let text: String
  package init(checked text: String) { self.text = text }
}

package struct ScopeName: ShortIdentifier {
  package let text: String
  package init(checked text: String) { self.text = text }
}

package struct ProfileName: ShortIdentifier {
  package let text: String
  package init(checked text: String) { self.text = text }
}

/// `[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}`, safe as a relative path: no part is empty, `current`, or begins with a dot.
package struct ModelID: Identifier {
  package static let rule =
    "1 to 200 of A-Z a-z 0-9 . _ : / - beginning with a letter or digit, no path part empty, 'current' or beginning with a dot"

  package let text: String
  package init(checked text: String) { self.text = text }

  package static func accepts(_ text: String.UTF8View) -> Bool {
    guard (1...200).contains(text.count), let first = text.first, ASCII.isAlphanumeric(first) else { return false }
    guard text.allSatisfy({ ASCII.isAlphanumeric($0) || ASCII.isAny($0, of: "._:/-") }) else { return false }
    return text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.first != UInt8(ascii: ".") && !part.elementsEqual("current".utf8)
    }
  }
}

/// An approval's own name: `approval:` and 16 hex digits as upstream makes them, or another plain word of the proposer's.
package struct ApprovalID: Identifier {
  package static let rule = "1 to 128 of A-Z a-z 0-9 . _ : - beginning with a letter or digit"

  package let text: String
  package init(checked text: String) { self.text = text }

  package static func accepts(_ text: String.UTF8View) -> Bool {
    guard (1...128).contains(text.count), let first = text.first, ASCII.isAlphanumeric(first) else { return false }
    return text.allSatisfy { ASCII.isAlphanumeric($0) || ASCII.isAny($0, of: "._:-") }
  }
}

/// What ties a training run to everything that follows from it: 1 to 128 printable ASCII characters without spaces.
package struct CorrelationID: Identifier {
  package static let rule = "1 to 128 printable ASCII characters without spaces"

  package let text: String
  package init(checked text: String) { self.text = text }

  package static func accepts(_ text: String.UTF8View) -> Bool {
    (1...128).contains(text.count) && text.allSatisfy { (0x21...0x7e).contains($0) }
  }
}

/// A message's id: 32 lowercase hex digits, chosen at random by its sender.
package struct MessageID: Identifier {
  package static let rule = "32 lowercase hex digits"

  package let text: String
  package init(checked text: String) { self.text = text }

  package static func accepts(_ text: String.UTF8View) -> Bool {
    text.count == 32 && text.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// The 128 bits that the digits spell, for tables of many ids.
  package var number: UInt128 {
    text.utf8.reduce(0) { $0 << 4 | UInt128($1 < 0x61 ? $1 - 0x30 : $1 - 0x61 + 10) }
  }
}

enum ASCII {
  static func isLowerOrDigit(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isLowerOrDigit(byte) || (0x41...0x5a).contains(byte) }
  static func isAny(_ byte: UInt8, of set: String) -> Bool { set.utf8.contains(byte) }
}
