import Attestations
import Foundation
import Glibc
import TestSupport

/// What a running plane holds, as the kernel counts it.
struct ProcessResources {
  let descriptors: Int
  /// The most memory that was ever resident.
  let peakKiB: Int

  init(of plane: Role, in planes: DaemonFixture) throws {
    guard let pid = planes.pid(of: plane) else { throw ProcessFailure("\(plane.planeName) does not run") }
    descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(whereSeparator: \.isWhitespace)
    guard let peak, peak.count == 3, let kibibytes = Int(peak[1]) else { throw ProcessFailure("no VmHWM of \(pid)") }
    peakKiB = kibibytes
  }
}

/// Lets this process hold as many descriptors as it may at most; says how many that is.
func raiseDescriptorLimit() throws -> Int {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
    throw ProcessFailure("getrlimit: error \(errno)")
  }
  limit.rlim_cur = limit.rlim_max
  guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
    throw ProcessFailure("setrlimit: error \(errno)")
  }
  return Int(min(limit.rlim_cur, 1 << 20))
}
