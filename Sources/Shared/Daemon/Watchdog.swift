import Glibc
import ServiceLifecycle

/// Tells the service manager twice in each `WatchdogSec=` that the plane still answers; a plane that falls silent is ended and started
/// anew. What is told runs where requests run and reads what they read, so that it stops when they do.
package struct Watchdog: Service {
  let interval: Duration
  let notification: SystemdNotification
  let look: @Sendable () async -> Void

  /// Nil when the service manager does not ask this process (sd_watchdog_enabled(3)): `WATCHDOG_USEC` and `WATCHDOG_PID`.
  ///
  /// - Parameter look: does what a request does; it may fail, but must not hang.
  package init?(
    environment: [String: String], processID: Int32, notification: SystemdNotification,
    look: @escaping @Sendable () async -> Void
  ) {
    guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0 else { return nil }
    if let pid = environment["WATCHDOG_PID"], Int32(pid) != processID { return nil }
    interval = .microseconds(microseconds / 2)
    self.notification = notification
    self.look = look
  }

  /// What the environment of this process says.
  package static func fromEnvironment(look: @escaping @Sendable () async -> Void) -> Watchdog? {
    let names = ["WATCHDOG_USEC", "WATCHDOG_PID"]
    let environment = names.reduce(into: [:]) { $0[$1] = Environment.value($1) }
    return Watchdog(
      environment: environment, processID: getpid(), notification: .fromEnvironment(), look: look)
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      repeat {
        await look()
        notification.alive()
      } while (try? await Task.sleep(for: interval)) != nil
    }
  }
}
