import Glibc

extension PlaneDatabase {
  /// Megabytes that the file system of the database has left for this user; nil when it does not say.
  package var freeMegabytes: Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize) / 1_000_000)
  }
}
