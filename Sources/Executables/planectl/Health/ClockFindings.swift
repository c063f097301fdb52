import Attestations
import CLinux
import PlaneContract
import Wire

/// This machine's clock, by which signatures are dated and whatever expires is judged.
struct ClockFindings {
  /// Messages from further away are refused.
  private static let tolerance: Int64 = 30

  /// How far a plane's clock is ahead of this one, in seconds, as far as it had reason to say so.
  let offsets: [(plane: Role, seconds: Int64)]
  /// Whether the kernel says that something keeps its clock right; nil: it does not say.
  var isKept: Bool? = Self.isKept

  var findings: [Finding] { [kept] + offsets.filter { abs($0.seconds) > Self.tolerance }.map(differing) }

  private var kept: Finding {
    switch isKept {
    case true: .ok(.clock, "this machine", "its clock is kept by a time service")
    case false:
      .warn(
        .clock, "this machine", "no time service keeps its clock, by the kernel's word",
        next: "timedatectl set-ntp true; a virtual machine may have its time from its host")
    case nil:
      .unseen(.clock, "this machine", "the kernel does not say who keeps its clock", next: "timedatectl says it")
    }
  }

  private func differing(_ plane: Role, _ seconds: Int64) -> Finding {
    .warn(
      .clock, plane.planeName, "its clock is \(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") this one",
      next: "find out which of the two is wrong, and set it right")
  }

  static var isKept: Bool? {
    switch clinux_clock_is_kept() {
    case 1: true
    case 0: false
    default: nil
    }
  }
}
