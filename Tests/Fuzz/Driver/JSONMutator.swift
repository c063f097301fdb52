import CLibFuzzer
import Wire

/// Changes JSON by its structure: bytes changed at random seldom stay JSON, and a statement whose subject and predicate must
/// agree would never be reached.
enum JSONMutator {
  nonisolated(unsafe) static var isOn = false
  /// Texts to begin anew with: after many changes most of a corpus is refused early, and finds nothing that lies behind.
  nonisolated(unsafe) static var sound: [[UInt8]] = []

  /// What a field of ours may hold, or nearly.
  private static let hoard: [JSONValue] = [
    .null, true, false, 0, 1, 2, 15, 16, -1, 3650, 2_147_483_648, [], [:], "", "a", "A", "alice", "staging", "iris",
    "..",
    "a/b", "current", "2026-11-22T12:00:00+00:00", "2026-11-22T12:00:00.000001+00:00", "2026-11-22T12:00:00.000Z",
    "2026-02-29T00:00:00Z", "AA==", "_-8", "denied", "error", "file", "directory", "approver", "deployer", "serving",
    "sha256:0000000000000000000000000000000000000000000000000000000000000000", "e\u{301}", "\u{e9}", "\u{10FFFF}",
    "\u{7F}",
  ]

  /// A changed text, or nil when `text` is not JSON. Every third change is one of a sound text.
  static func mutated(_ text: [UInt8], seed: UInt32) -> [UInt8]? {
    var dice = Dice(state: UInt64(seed))
    let base = Int.random(in: 0..<3, using: &dice) == 0 ? sound.randomElement(using: &dice) ?? text : text
    guard var value = try? StrictJSON.parse(base) else { return nil }
    for _ in 0..<Int.random(in: 1...3, using: &dice) { value = changed(value, &dice) }
    return value.serialized()
  }

  private static func changed(_ value: JSONValue, _ dice: inout Dice) -> JSONValue {
    let nodes = value.nodes
    let place = Int.random(in: 0..<nodes.count, using: &dice)
    let old = nodes[place]
    // Of an array, what may stand in it next.
    let kind = (old.array?.last ?? old).kindName
    let alike = nodes.filter { $0.kindName == kind }.randomElement(using: &dice) ?? old
    let stored = hoard.filter { $0.kindName == kind }.randomElement(using: &dice) ?? old
    let other = (nodes + hoard).randomElement(using: &dice) ?? .null
    switch Int.random(in: 0..<8, using: &dice) {
    case 0: return value.replacing(place) { _ in alike }
    case 1: return value.replacing(place) { _ in stored }
    case 2: return value.replacing(place) { _ in other }
    // Everywhere at once, so that what has to agree goes on agreeing.
    case 3: return value.replacingAll(old, with: stored)
    case 4: return value.replacingAll(old, with: bent(old))
    case 5: return value.replacing(place, bent)
    case 6: return value.replacing(place) { $0.withoutMember(Int.random(in: 0..<64, using: &dice)) }
    default:
      let added = [alike, stored, other].randomElement(using: &dice) ?? other
      return value.replacing(place) { $0.withMember(named: nodes.randomElement(using: &dice), added) }
    }
  }

  /// Another value of the same kind: a text or a number whose bytes libFuzzer has changed, the opposite of a truth.
  private static func bent(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(String(decoding: libFuzzerMutated(Array(text.utf8)), as: UTF8.self))
    case .number(let number):
      (try? StrictJSON.parse(libFuzzerMutated(Array(number.literal.utf8)))) ?? .number(number)
    case .bool(let flag): .bool(!flag)
    default: value
    }
  }

  private static func libFuzzerMutated(_ bytes: [UInt8]) -> [UInt8] {
    let room = bytes.count + 8
    var buffer = bytes + [UInt8](repeating: 0, count: 8)
    let count = buffer.withUnsafeMutableBufferPointer { LLVMFuzzerMutate($0.baseAddress, bytes.count, room) }
    return Array(buffer.prefix(count))
  }
}

/// libFuzzer's hook. Two of three times JSON is changed by its structure; otherwise, and everything else, as bytes.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ room: Int, _ seed: UInt32) -> Int {
  guard JSONMutator.isOn, seed % 3 != 0,
    let changed = JSONMutator.mutated(Array(UnsafeBufferPointer(start: data, count: count)), seed: seed),
    changed.count <= room
  else { return LLVMFuzzerMutate(data, count, room) }
  data.update(from: changed, count: changed.count)
  return changed.count
}

/// SplitMix64, seeded by libFuzzer so that a run can be repeated.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
