import Glibc

/// The one way in which tests wait: asks again and again until the answer is there.
///
/// - Parameter subject: what is waited for, for the error.
/// - Returns: the first answer that is not nil.
/// - Throws: `ProcessFailure` when the deadline has passed; what `answer` throws.
package func pollUntil<Answer>(
  _ subject: String, within limit: Duration = .seconds(30), answer: () async throws -> Answer?
) async throws -> Answer {
  let deadline = ContinuousClock.now + limit
  var milliseconds: CInt = 4
  while true {
    if let answer = try await answer() { return answer }
    guard ContinuousClock.now < deadline else { throw ProcessFailure("waited \(limit) in vain: \(subject)") }
    // A pause that leaves the processors to the daemons which are waited for: a question costs them more than a little patience.
    _ = poll(nil, 0, milliseconds)
    milliseconds = min(20, milliseconds * 3 / 2)
    await Task.yield()
  }
}

/// The same for a condition.
package func pollUntil(
  _ subject: String, within limit: Duration = .seconds(30), holds: () async throws -> Bool
) async throws {
  let _: Bool = try await pollUntil(subject, within: limit) { try await holds() ? true : nil }
}

/// The same where the test's own lines say what is waited for.
package func pollUntil(_ holds: () async throws -> Bool) async throws {
  try await pollUntil("the condition", holds: holds)
}
