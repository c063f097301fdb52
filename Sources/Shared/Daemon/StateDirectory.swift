import Glibc
import Storage

/// The directories a plane lives in, judged before anything in them is believed.
package enum StateDirectory {
  /// Makes sure that `path` is a directory of ours that nobody else can write; creates it with `mode` when absent (its
  /// parent must exist). Throws `StorageError.unusable` with what is wrong and what to run.
  package static func prepare(_ path: String, mode: UInt32 = 0o700) throws(StorageError) {
    if unsafe mkdir(path, mode) != 0, errno != EEXIST {
      throw .unusable("directory \(path) could not be made: \(SystemError.current)")
    }
    try FileGuard.checkPrivateDirectory(path)
  }

  /// Makes sure that what we only read there (configuration, trust roots) can be changed by us or root alone.
  package static func checkTrusted(_ path: String) throws(StorageError) { try FileGuard.checkTrusted(path) }
}
