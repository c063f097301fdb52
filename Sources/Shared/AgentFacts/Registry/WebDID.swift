import Wire

/// A `did:web` identifier (W3C CCG did:web): a host, its port's colon as `%3A`, and the parts of a path with colons between them.
package struct WebDID: Sendable, Equatable {
  static let scheme = "did:web:"

  package let text: String
  /// As `sm-bridge` spells it, which leaves the URL's own colons and slashes as they are.
  let plainSpelling: String

  /// Of a URL of http or https without user, query and fragment; nil for any other.
  init?(url: String) {
    guard var rest = url.dropping(prefix: "https://") ?? url.dropping(prefix: "http://") else { return nil }
    while rest.hasSuffix("/") { rest.removeLast() }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = { (part: Substring) in NamePart.accepts(String(part).utf8, maximum: 255, besides: "._-") }
    guard let authority = parts.first, parts.dropFirst().allSatisfy(isPlain) else { return nil }
    let host = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard let name = host.first, isPlain(name), host.count <= 2, host.dropFirst().allSatisfy({ UInt16($0) != nil })
    else {
      return nil
    }
    text = Self.scheme + ([host.joined(separator: "%3A")] + parts.dropFirst().map(String.init)).joined(separator: ":")
    plainSpelling = Self.scheme + rest
  }

  /// A DID under this one; what would end a part is escaped.
  func child(_ parts: [String]) -> String { ([text] + parts.map(Self.escaped)).joined(separator: ":") }

  /// The parts of `did` below this one, unescaped; nil when it is not below it. A DID that went through a query unescaped has lost
  /// the escape of its port, so either spelling is taken.
  func parts(of did: String) -> [String]? {
    guard let path = did.dropping(prefix: text + ":") ?? did.dropping(prefix: plainSpelling + ":") else { return nil }
    return path.split(separator: ":", omittingEmptySubsequences: false).map { PercentEncoding.decode(String($0)) }
  }

  private static func escaped(_ part: String) -> String {
    part.replacing("/", with: "%2F").replacing(":", with: "%3A")
  }
}

extension String {
  /// What follows `prefix`, compared as bytes; nil for a text that begins otherwise.
  func dropping(prefix: String) -> String? {
    guard utf8.starts(with: prefix.utf8) else { return nil }
    return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }
}
