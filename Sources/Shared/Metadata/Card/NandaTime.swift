import Wire

/// A time as the public NANDA packages write it (UPSTREAM.md section 0): the offset as it was given, six fraction digits or none.
package struct NandaTime: Sendable, Equatable {
  /// `2026-01-02T03:04:05.000600+05:30`.
  package let text: String

  private static let zone = "+00:00"

  package init(_ moment: Timestamp) { text = moment.attestationText }

  /// Reads `YYYY-MM-DDTHH:MM:SS`, up to nine fraction digits of which six count, and `Z` or an offset under a day. `Z` becomes
  /// `+00:00`. A time without an offset is nil: it names no moment.
  package init?(_ given: String) {
    guard given.utf8.count <= 40 else { return nil }
    let isUTC = given.utf8.last == UInt8(ascii: "Z")
    let suffix = isUTC ? Self.zone : String(decoding: given.utf8.suffix(6), as: UTF8.self)
    let local = String(decoding: given.utf8.dropLast(isUTC ? 1 : 6), as: UTF8.self)
    guard let offset = Self.offset(suffix), let moment = Timestamp(message: local + "Z") else { return nil }
    text = moment.attestationText.dropLast(Self.zone.count) + offset
  }

  /// `+HH:MM` or `-HH:MM`, nil for anything else. Minus zero is written as plus.
  private static func offset(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      bytes[3] == UInt8(ascii: ":"), let hours = number(bytes[1...2]), let minutes = number(bytes[4...5]),
      hours < 24, minutes < 60
    else { return nil }
    return hours == 0 && minutes == 0 ? zone : text
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
