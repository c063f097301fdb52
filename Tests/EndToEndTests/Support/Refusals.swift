import PlaneContract
import TestSupport
import Testing

/// Expects that a plane refuses with this code and says these words; returns the refusal.
@discardableResult
func expectRefused(
  _ code: ErrorCode, saying words: String = "", at location: SourceLocation = #_sourceLocation,
  _ attempt: () async throws -> Void
) async throws -> Refusal {
  let refusal = try await #require(throws: Refusal.self, sourceLocation: location) { try await attempt() }
  #expect(refusal.code == code, "\(refusal)", sourceLocation: location)
  #expect(refusal.message.contains(words) || words.isEmpty, "\(refusal)", sourceLocation: location)
  return refusal
}

/// Expects a denied deploy whose decision names this gate, with these words, among the failed ones.
@discardableResult
func expectDenied(
  by gate: String, saying words: String = "", at location: SourceLocation = #_sourceLocation,
  _ attempt: () async throws -> Void
) async throws -> Verdict {
  let refusal = try await expectRefused(.denied, at: location, attempt)
  let verdict = try Verdict(decision: #require(refusal.decision, sourceLocation: location))
  let reason = verdict.failures[gate] ?? "did not fail"
  #expect(!verdict.passed && verdict.failures[gate] != nil, "\(verdict.failures)", sourceLocation: location)
  #expect(reason.contains(words) || words.isEmpty, "\(gate): \(reason)", sourceLocation: location)
  return verdict
}
