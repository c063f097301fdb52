import FoundationEssentials
import Glibc
import WeightsDigest

/// A program started with posix_spawn(3) in a session of its own: no shell, no terminal, no descriptor but those named here.
struct DetachedProgram {
  /// Where its complaints go.
  enum Errors {
    case output
    /// Where this program's own go.
    case kept
  }

  /// POSIX_SPAWN_SETSID of <spawn.h>, which Glibc shows to GNU sources alone.
  private static let newSession: Int32 = 0x80

  /// With a slash, or a name that PATH finds.
  let path: String
  let arguments: [String]
  var environment = Self.ownEnvironment
  /// Nil: nothing to read.
  var input: Int32?
  /// A file that its standard output is added to.
  let output: String
  var errors = Errors.output

  func spawn() throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe redirect(&actions)
    detach(&attributes)
    keepOtherDescriptors()

    var pid: pid_t = 0
    let code = unsafe withCStrings([path] + arguments) { argv in
      unsafe withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
        unsafe posix_spawnp(&pid, path, &actions, &attributes, argv, environment)
      }
    }
    guard code == 0 else { throw FileSystemError(operation: "start", path: path, code: code) }
    return pid
  }

  private func redirect(_ actions: inout posix_spawn_file_actions_t) {
    if let input {
      unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    if errors == .output { unsafe posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO) }
  }

  /// Whatever this program was handed open, such as a pipe whose other end waits for its end, is not handed on.
  private func keepOtherDescriptors() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for descriptor in names.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  /// A new session, and signals as a program expects to find them, whatever this one has blocked or ignored.
  private func detach(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = Self.newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
  }

  /// What a service manager gave this program is not the other's.
  private static var ownEnvironment: [String: String] {
    ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LISTEN_") && $0.key != "NOTIFY_SOCKET" }
  }

  /// Lends `texts` as a NULL-terminated array of C strings.
  private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> Result
  ) rethrows -> Result {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    defer { unsafe pointers.deallocate() }
    for (index, text) in texts.enumerated() { unsafe (pointers + index).initialize(to: strdup(text)) }
    unsafe (pointers + texts.count).initialize(to: nil)
    defer { for index in texts.indices { unsafe free(pointers[index]) } }
    return try unsafe body(pointers)
  }
}
