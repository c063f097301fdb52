import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Daemon

/// `WatchdogSec=` of a unit, as the daemon understands it.
@Suite struct WatchdogTests {
  private func watchdog(
    _ environment: [String: String], look: @escaping @Sendable () async -> Void = {}
  ) -> Watchdog? {
    Watchdog(
      environment: environment, processID: 42, notification: SystemdNotification(socketPath: nil), look: look)
  }

  @Test(arguments: [
    [:], ["WATCHDOG_USEC": ""], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "-5"], ["WATCHDOG_USEC": "a minute"],
    ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "41"], ["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "x"],
  ])
  func whoIsNotAskedSaysNothing(environment: [String: String]) {
    #expect(watchdog(environment) == nil)
  }

  @Test func itSpeaksTwiceInEachSpan() throws {
    #expect(try #require(watchdog(["WATCHDOG_USEC": "60000000"])).interval == .seconds(30))
    #expect(
      try #require(watchdog(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"])).interval == .seconds(30))
  }

  @Test func itLooksAgainAndAgainUntilTheDaemonEnds() async throws {
    let looks = Mutex(0)
    let watchdog = try #require(watchdog(["WATCHDOG_USEC": "2000"]) { looks.withLock { $0 += 1 } })
    try await withThrowingTaskGroup { group in
      group.addTask { try await watchdog.run() }
      try await pollUntil("it has looked three times") { looks.withLock { $0 } >= 3 }
      group.cancelAll()
    }
  }
}
