import Attestations
import PlaneContract
import Wire

/// What the planes say of themselves as OpenMetrics text, for a node exporter's textfile directory. Every value is a gauge with the
/// label `plane`: `nanda_plane_up`, `nanda_plane_healthy`, `nanda_plane_trust_root_version`, `nanda_plane_started_at_seconds`, and each
/// number of the status under its own name.
struct PlaneMetrics {
  private static let prefix = "nanda_plane_"

  private var families: [String: [(plane: Role, value: Int64)]] = [:]

  /// - Parameter status: nil for a plane that did not answer, or was not believed.
  mutating func add(_ plane: Role, _ status: PlaneStatus?) {
    add("up", status == nil ? 0 : 1, plane)
    guard let status else { return }
    add("healthy", status.health == "ok" ? 1 : 0, plane)
    add("trust_root_version", Int64(status.trustRootVersion), plane)
    add("started_at_seconds", status.startedAt.microseconds / Timestamp.microsecondsPerSecond, plane)
    for counter in status.counters.members where Self.isName(counter.key) {
      if let value = counter.value.int { add(counter.key, Int64(value), plane) }
    }
  }

  private mutating func add(_ name: String, _ value: Int64, _ plane: Role) {
    families[name, default: []].append((plane, value))
  }

  /// A name from a plane becomes part of a line: nothing but letters and underscores does.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "_") }
  }

  /// Each family as a whole, and the mark of the end that the format asks for.
  var lines: [String] {
    families.sorted { $0.key < $1.key }.flatMap { name, values in
      ["# TYPE \(Self.prefix)\(name) gauge"]
        + values.map { #"\#(Self.prefix)\#(name){plane="\#($0.plane.planeName)"} \#($0.value)"# }
    } + ["# EOF"]
  }
}
