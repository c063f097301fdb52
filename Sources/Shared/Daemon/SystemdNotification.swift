import CLinux
import Glibc

/// Tells the service manager how the daemon is doing (sd_notify(3)). Says nothing when there is none.
package struct SystemdNotification: Sendable {
  private let socketPath: String?

  /// Takes the value of `NOTIFY_SOCKET`: a path, or an abstract name that begins with `@`; nil turns it off.
  package init(socketPath: String?) { self.socketPath = socketPath }

  /// Reads `NOTIFY_SOCKET`.
  package static func fromEnvironment() -> SystemdNotification {
    SystemdNotification(socketPath: Environment.value("NOTIFY_SOCKET"))
  }

  /// The daemon answers requests. Each function is true when the manager was told, or there is none.
  @discardableResult package func ready() -> Bool { send("READY=1") }
  @discardableResult package func stopping() -> Bool { send("STOPPING=1") }

  /// Requests are still answered; to be said at least every `WatchdogSec=`.
  @discardableResult package func alive() -> Bool { send("WATCHDOG=1") }

  /// One line for `systemctl status`. A line break would begin another variable, so none is let through.
  @discardableResult package func status(_ text: String) -> Bool { send("STATUS=\(LogText.escaped(text, limit: 200))") }

  private func send(_ message: String) -> Bool {
    guard let socketPath else { return true }
    return unsafe clinux_notify(socketPath, message) == 0
  }
}

/// The process environment. Read and changed only while the daemon starts, before it has other threads.
enum Environment {
  static func value(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
  static func remove(_ name: String) { unsafe unsetenv(name) }
}
