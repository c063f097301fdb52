import Glibc

/// A system call that failed: what was tried, on which path, and why.
package struct FileSystemError: Error, Equatable, CustomStringConvertible {
  package let operation: String
  package let path: String
  /// The `errno` of the failed call.
  package let code: Int32

  /// The texts are closures so that `errno` is read before anything else runs.
  package init(operation: @autoclosure () -> String, path: @autoclosure () -> String, code: Int32 = errno) {
    self.code = code
    self.operation = operation()
    self.path = path()
  }

  package var isMissing: Bool { code == ENOENT }
  package var isTaken: Bool { code == EEXIST }
  package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

  package var description: String {
    "cannot \(operation) \(Printable.text(path)): \(unsafe String(cString: strerror(code)))\(advice)"
  }

  private var advice: String {
    switch code {
    case ENOSPC, EDQUOT: "; free space there and try again"
    case EACCES, EPERM: "; let this program's user reach it, or use a copy that it can read"
    case ENOENT: "; check the path, on the host and as the user that this program runs as"
    case EMFILE, ENFILE: "; raise the limit of open files (LimitNOFILE)"
    default: ""
    }
  }
}

/// Text for a message, with the bytes that could disturb a terminal or a log written as `\xNN`.
package enum Printable {
  package static func text(_ text: String) -> String { bytes(text.utf8) }

  package static func bytes(_ bytes: some Collection<UInt8>) -> String {
    let isText = String(validating: bytes, as: UTF8.self) != nil
    let escaped = bytes.flatMap { byte in
      byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !isText) ? escape(byte) : [byte]
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func escape(_ byte: UInt8) -> [UInt8] {
    let digits = String(byte, radix: 16)
    return [UInt8]((byte < 16 ? "\\x0" : "\\x").utf8) + digits.utf8
  }
}
