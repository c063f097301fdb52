import Glibc
import WeightsDigest

/// Whose a file or a folder has to be, and what nobody else may do with it.
struct FileRule: Sendable {
  enum Privacy: Sendable {
    /// Nobody else opens it.
    case secret
    /// Others may read it, and nobody else changes it.
    case trusted

    var forbidden: mode_t { self == .secret ? 0o077 : 0o022 }
  }

  enum Outcome: Equatable {
    case kept
    case absent
    case broken(String, next: String)
    case unseen(String)
  }

  let path: String
  let privacy: Privacy
  /// Root besides: it can change anything anyhow.
  let owner: uid_t
  let isFolder: Bool
  let isNeeded: Bool

  static func folder(_ path: String, _ privacy: Privacy, of owner: uid_t, needed: Bool = true) -> FileRule {
    FileRule(path: path, privacy: privacy, owner: owner, isFolder: true, isNeeded: needed)
  }

  static func file(_ path: String, _ privacy: Privacy, of owner: uid_t, needed: Bool = true) -> FileRule {
    FileRule(path: path, privacy: privacy, owner: owner, isFolder: false, isNeeded: needed)
  }

  var outcome: Outcome {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return missing(errno) }
    guard status.st_mode & S_IFMT == (isFolder ? S_IFDIR : S_IFREG) else {
      return .broken("is no plain \(isFolder ? "folder" : "file")", next: "find out who put it there")
    }
    guard status.st_uid == owner || status.st_uid == 0 else {
      return .broken(
        "belongs to \(Accounts.userName(status.st_uid)) and not to \(Accounts.userName(owner))",
        next: "find out why; then chown \(Accounts.userName(owner)) \(path)")
    }
    let open = status.st_mode & privacy.forbidden
    guard open == 0 else {
      let remedy = privacy == .secret ? "chmod go= \(path)" : "chmod go-w \(path)"
      return .broken(
        "can be \(open & 0o022 == 0 ? "read" : "changed") by others (mode \(Self.octal(status.st_mode)))", next: remedy)
    }
    return .kept
  }

  private func missing(_ code: Int32) -> Outcome {
    if code == ENOENT {
      return isNeeded ? .broken("is not there", next: "put it back, from a backup if need be") : .absent
    }
    return .unseen(FileSystemError(operation: "look at", path: path, code: code).description)
  }

  private static func octal(_ mode: mode_t) -> String {
    let digits = String(mode & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
