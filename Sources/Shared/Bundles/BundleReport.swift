import Attestations
import Signing
import Wire

/// Every check of a bundle with what it said.
package struct BundleReport: Sendable {
  package enum Outcome: Sendable, Equatable {
    case notBundle, papersFailed, denied, allowed
  }

  package let question: BundleQuestion
  /// One for each `BundleCheck`, in that order.
  package let results: [BundleCheckResult]
  /// Nil where the papers could not be read so far.
  package let approval: ModelApproval?
  package let findings: BundleFindings

  package var failed: [BundleCheck] { results.filter { $0.passed == false }.map(\.check) }

  package var outcome: Outcome {
    let failed = failed
    if failed.contains(.format) { return .notBundle }
    if failed.contains(where: { !$0.isGate }) { return .papersFailed }
    return failed.isEmpty ? .allowed : .denied
  }

  /// `{valid, allowed, time, root_digest, environment, scope, approval_id, model_id, weights_hash, checks[{name, passed, reason}]}`.
  package var json: JSONObject {
    [
      "valid": .bool(outcome == .allowed || outcome == .denied), "allowed": .bool(outcome == .allowed),
      "time": .string(question.time.attestationText), "root_digest": .string(question.rootDigest.description),
      "environment": .init(question.environment?.text), "scope": .init(question.scope?.text),
      "approval_id": .init(approval?.approvalID.text), "model_id": .init(approval?.modelID.text),
      "weights_hash": .init(approval?.weightsHash.description),
      "checks": .array(results.map(\.json)),
    ]
  }
}

extension BundleCheckResult {
  fileprivate var json: JSONValue {
    [
      "name": .string(check.rawValue), "passed": passed.map(JSONValue.bool) ?? .null, "reason": .string(reason),
    ]
  }
}
