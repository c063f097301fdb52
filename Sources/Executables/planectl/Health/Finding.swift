import Wire

/// One thing that `doctor` looked at: how it is, and what to do next.
struct Finding: Sendable, Equatable {
  enum Verdict: String, Sendable, CaseIterable {
    case ok
    /// Somebody has to see to it in time; nothing is denied yet.
    case warn
    case fail
    /// This user may not see it, or it could not be asked. It is not judged.
    case unseen
  }

  /// What kind of thing it is, for scripts.
  enum Subject: String, Sendable, CaseIterable {
    case trust, pin, caller, plane, version, queue, lease, log, approval, clock, disk, files, socket, users, bridge
  }

  let verdict: Verdict
  let subject: Subject
  /// Which one of them: a plane, a path, an approval.
  let object: String
  let sentence: String
  let next: String?
  /// What a failure means for the exit status.
  let status: ExitStatus

  private init(
    _ verdict: Verdict, _ subject: Subject, _ object: String, _ sentence: String, _ next: String? = nil,
    _ status: ExitStatus = .denied
  ) {
    (self.verdict, self.subject, self.object) = (verdict, subject, object)
    (self.sentence, self.next, self.status) = (sentence, next, status)
  }

  static func ok(_ subject: Subject, _ object: String, _ sentence: String) -> Finding {
    Finding(.ok, subject, object, sentence)
  }

  static func warn(_ subject: Subject, _ object: String, _ sentence: String, next: String) -> Finding {
    Finding(.warn, subject, object, sentence, next)
  }

  static func fail(
    _ subject: Subject, _ object: String, _ sentence: String, next: String, _ status: ExitStatus = .denied
  ) -> Finding { Finding(.fail, subject, object, sentence, next, status) }

  static func unseen(_ subject: Subject, _ object: String, _ sentence: String, next: String) -> Finding {
    Finding(.unseen, subject, object, sentence, next)
  }

  /// What could not be done, as a failure of its kind.
  static func failed(_ subject: Subject, _ object: String, _ failure: Failure, next: String) -> Finding {
    .fail(subject, object, failure.message, next: failure.hint ?? next, failure.status)
  }

  var line: String {
    let words = "\(Self.padded(verdict.rawValue, 6))  \(Self.padded(subject.rawValue, 8))  \(object): \(sentence)"
    return shown(next.map { "\(words); next: \($0)" } ?? words)
  }

  var fields: JSONObject {
    [
      "verdict": .string(verdict.rawValue), "subject": .string(subject.rawValue), "object": .string(object),
      "finding": .string(sentence), "next": .init(next),
    ]
  }

  private static func padded(_ word: String, _ width: Int) -> String {
    word + String(repeating: " ", count: max(0, width - word.count))
  }
}

extension [Finding] {
  /// How `doctor` ends: nil when nothing fails. What is not believed comes before what is away, and that before the rest.
  var exitStatus: ExitStatus? {
    let failed = filter { $0.verdict == .fail }.map(\.status)
    return [.unverified, .unreachable].first(where: failed.contains) ?? (failed.isEmpty ? nil : .denied)
  }

  /// `1 fails, 2 to see to, 3 not seen as this user`.
  var summary: String {
    let counts = [Finding.Verdict.fail: "failing", .warn: "to see to", .unseen: "not seen as this user"]
    let parts = [Finding.Verdict.fail, .warn, .unseen].compactMap { verdict in
      let count = count { $0.verdict == verdict }
      return count == 0 ? nil : "\(count) \(counts[verdict] ?? "")"
    }
    return parts.isEmpty ? "all is well" : parts.joined(separator: ", ")
  }
}
