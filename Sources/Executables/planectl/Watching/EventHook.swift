import Wire

/// The command that is run for each event, with the event as JSON on its standard input. It is a process of its own, under whoever
/// runs the follower: planes execute nothing.
struct EventHook: Sendable {
  /// Runs of the command for one event before the follower gives up.
  static let attempts = 4

  /// The program and its arguments.
  let words: [String]
  /// What one run may take.
  let timeLimit: Duration

  /// - Parameter command: a program and its arguments, separated by spaces. No shell reads it: quotes and variables mean nothing.
  init?(_ command: String, timeLimit: Duration) {
    words = command.split(separator: " ").map(String.init)
    self.timeLimit = timeLimit
    if words.isEmpty { return nil }
  }

  /// Returns once the command has ended well.
  ///
  /// - Throws: `Failure` after the last attempt: the event has not been dealt with, and whoever starts the follower again begins with it.
  func handle(_ event: WatchedEvent) async throws {
    let input = event.body.serialized() + [UInt8(ascii: "\n")]
    for attempt in 1...Self.attempts {
      let problem = try await HookProcess(words: words, timeLimit: timeLimit).run(input)
      guard let problem else { return }
      guard attempt < Self.attempts else {
        throw Failure.refused(
          "\(words[0]) failed \(attempt) times for \(event.id): \(problem)",
          hint: "mend the command; with --cursor the next start goes on with this event")
      }
      Console.message("planectl: \(shown(words[0])) failed for \(event.id): \(shown(problem)); trying again")
      try await Task.sleep(for: .seconds(1 << (attempt - 1)))
    }
  }
}
