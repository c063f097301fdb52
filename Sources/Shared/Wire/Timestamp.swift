import Glibc

/// A moment in UTC, in whole microseconds since 1970; years 1970 to 9999.
package struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
  package static let microsecondsPerSecond: Int64 = 1_000_000
  package static let secondsPerDay: Int64 = 86_400
  /// The last microsecond of year 9999.
  package static let latest = Timestamp(microseconds: 253_402_300_800 * microsecondsPerSecond - 1)

  package let microseconds: Int64

  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// The system's wall clock. Daemons ask their `PlaneClock`, so that tests can step it.
  package static func now() -> Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * microsecondsPerSecond + Int64(time.tv_nsec) / 1000)
  }

  package func adding(seconds: Int) -> Timestamp {
    Timestamp(microseconds: microseconds + Int64(seconds) * Self.microsecondsPerSecond)
  }

  package func adding(days: Int) -> Timestamp { adding(seconds: days * Int(Self.secondsPerDay)) }

  /// Whole seconds from `earlier` to this moment; negative when it is not earlier.
  package func seconds(since earlier: Timestamp) -> Int64 {
    (microseconds - earlier.microseconds) / Self.microsecondsPerSecond
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
  package var description: String { attestationText }
}

// Two texts: attestations as Python's `isoformat` writes them, messages as RFC 3339 with `Z`.
extension Timestamp {
  /// `2026-01-02T03:04:05+00:00`, with six fraction digits when the fraction is not zero.
  package var attestationText: String {
    text(fractionDigits: microseconds % Self.microsecondsPerSecond == 0 ? 0 : 6, zone: "+00:00")
  }

  /// `2026-01-02T03:04:05.123Z`.
  package var messageText: String { text(fractionDigits: 3, zone: "Z") }

  /// Reads `attestationText` exactly: no other offset, no shorter or zero fraction, so that one moment has one spelling.
  package init?(attestation text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 25 || bytes.count == 32, bytes.suffix(6).elementsEqual("+00:00".utf8),
      let moment = Self.parse(bytes, end: bytes.count - 6), moment.attestationText == text
    else { return nil }
    self = moment
  }

  /// Reads RFC 3339 with `Z` and up to nine fraction digits; what is finer than a microsecond is dropped.
  package init?(message text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count <= 30, bytes.last == UInt8(ascii: "Z"), let moment = Self.parse(bytes, end: bytes.count - 1)
    else { return nil }
    self = moment
  }

  /// Writes the digits by hand: every reply carries several times.
  private func text(fractionDigits: Int, zone: StaticString) -> String {
    let total = microseconds / Self.microsecondsPerSecond
    let (year, month, day) = Self.civil(fromDays: total / Self.secondsPerDay)
    let second = total % Self.secondsPerDay
    var text: [UInt8] = []
    text.reserveCapacity(32)
    Self.append(year, 4, UInt8(ascii: "-"), to: &text)
    Self.append(month, 2, UInt8(ascii: "-"), to: &text)
    Self.append(day, 2, UInt8(ascii: "T"), to: &text)
    Self.append(second / 3600, 2, UInt8(ascii: ":"), to: &text)
    Self.append(second / 60 % 60, 2, UInt8(ascii: ":"), to: &text)
    Self.append(second % 60, 2, nil, to: &text)
    if fractionDigits > 0 {
      text.append(UInt8(ascii: "."))
      let fraction = microseconds % Self.microsecondsPerSecond
      Self.append(fractionDigits == 3 ? fraction / 1000 : fraction, fractionDigits, nil, to: &text)
    }
    zone.withUTF8Buffer { unsafe text.append(contentsOf: $0) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func append(_ value: Int64, _ width: Int, _ separator: UInt8?, to text: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      text.append(UInt8(0x30 + value / divisor % 10))
      divisor /= 10
    }
    if let separator { text.append(separator) }
  }

  /// `YYYY-MM-DDTHH:MM:SS` and an optional fraction of 1 to 9 digits, up to `end`.
  private static func parse(_ text: [UInt8], end: Int) -> Timestamp? {
    guard end >= 19, text[4] == 0x2d, text[7] == 0x2d, text[10] == 0x54, text[13] == 0x3a, text[16] == 0x3a,
      let year = number(text, 0..<4), let month = number(text, 5..<7), let day = number(text, 8..<10),
      let hour = number(text, 11..<13), let minute = number(text, 14..<16), let second = number(text, 17..<19),
      year >= 1970, (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60,
      let fraction = microseconds(fraction: text, 19..<end)
    else { return nil }
    let days = days(fromCivil: year, month, day)
    // A day that the month does not have comes back as another date.
    guard civil(fromDays: days) == (year, month, day) else { return nil }
    let seconds = days * secondsPerDay + hour * 3600 + minute * 60 + second
    return Timestamp(microseconds: seconds * microsecondsPerSecond + fraction)
  }

  /// A point and digits, the first six of which count; or nothing.
  private static func microseconds(fraction text: [UInt8], _ range: Range<Int>) -> Int64? {
    guard !range.isEmpty else { return 0 }
    let digits = range.dropFirst()
    guard text[range.lowerBound] == 0x2e, (1...9).contains(digits.count), number(text, digits) != nil else {
      return nil
    }
    guard var value = number(text, digits.prefix(6)) else { return nil }
    for _ in digits.prefix(6).count..<6 { value *= 10 }
    return value
  }

  private static func number(_ text: [UInt8], _ range: Range<Int>) -> Int64? {
    var value: Int64 = 0
    for index in range {
      guard (0x30...0x39).contains(text[index]) else { return nil }
      value = value * 10 + Int64(text[index] - 0x30)
    }
    return value
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar, by counting years from March so that leap days come last.
  private static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let marchMonth = (month + 9) % 12
    let yearDays = marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400
    return yearDays + (153 * marchMonth + 2) / 5 + day - 1 - 719_468
  }

  private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
