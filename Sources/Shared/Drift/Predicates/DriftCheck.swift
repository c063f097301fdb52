import Attestations
import Signing
import Wire

/// `drift-check`: upstream's `DriftCheckResult`, what was compared with what, and everything that the tests said.
package struct DriftCheck: Predicate {
  package static let name = "drift-check"

  package let modelID: ModelID
  package let weightsHash: Digest
  package let environment: EnvironmentName
  package let checkedAt: Timestamp
  package let result: DriftResult
  package let windowStart: Timestamp
  package let windowEnd: Timestamp
  package let monitor: PrincipalID
  /// Of the training output whose metrics and reference are the baseline.
  package let baselineDigest: Digest
  package let observationDigest: Digest
  package let alarm: DriftAlarm

  package init(
    of observation: VerifiedObservation, against baseline: Digest, result: DriftResult, alarm: DriftAlarm,
    checkedAt: Timestamp
  ) {
    let predicate = observation.predicate
    (modelID, weightsHash, environment) = (predicate.modelID, predicate.weightsHash, predicate.environment)
    (windowStart, windowEnd, monitor) = (predicate.windowStart, predicate.windowEnd, predicate.observedBy)
    (baselineDigest, observationDigest) = (baseline, observation.digest)
    self.checkedAt = checkedAt
    self.result = result
    self.alarm = alarm
  }

  package init(_ reader: inout ObjectReader, subject _: Subject) throws(FieldError) {
    modelID = try reader.identifier("model_id")
    checkedAt = try reader.time("checked_at")
    result = try DriftResult(&reader)
    weightsHash = try reader.digest("weights_hash")
    environment = try reader.identifier("environment")
    windowStart = try reader.time("window_start")
    windowEnd = try reader.time("window_end")
    monitor = try reader.identifier("observed_by")
    baselineDigest = try reader.digest("baseline_digest")
    observationDigest = try reader.digest("observation_digest")
    alarm = try DriftAlarm(try reader.required("alarm"), reader.path("alarm"))
  }

  package var subject: Subject { Subject(modelID: modelID, weightsHash: weightsHash) }

  package var fields: JSONObject {
    var fields: JSONObject = ["model_id": modelID.json, "checked_at": .string(checkedAt.attestationText)]
    for member in result.fields.members { fields.append(member.key, member.value) }
    fields.append("weights_hash", .string(weightsHash.description))
    fields.append("environment", environment.json)
    fields.append("window_start", .string(windowStart.attestationText))
    fields.append("window_end", .string(windowEnd.attestationText))
    fields.append("observed_by", monitor.json)
    fields.append("baseline_digest", .string(baselineDigest.description))
    fields.append("observation_digest", .string(observationDigest.description))
    fields.append("alarm", alarm.json)
    return fields
  }

  /// What disagrees with what anybody computes again from the observation and the training output, or nil.
  package func disagreement(with observation: VerifiedObservation, _ output: VerifiedTrainingOutput) -> String? {
    let predicate = observation.predicate
    guard observation.digest == observationDigest else { return "it is about another observation" }
    guard output.digest == baselineDigest else { return "it is about another baseline" }
    guard predicate.subject == subject, output.output.subject == subject else { return "it is about another model" }
    guard predicate.environment == environment, predicate.windowStart == windowStart, predicate.windowEnd == windowEnd,
      predicate.observedBy == monitor
    else { return "it names another window than its observation" }
    let again = DriftResult(observation, against: output)
    return again.agrees(with: result)
      ? nil : "computed again it is \(again.outcome.rawValue), \(again.summary), with other numbers"
  }
}

/// Whether drifted windows have come together to an alarm: so many of the last so many of that monitor, this one included.
package struct DriftAlarm: Sendable, Equatable {
  package let rule: WindowRule
  package let drifted: Int
  /// The earlier checks that were counted, newest first.
  package let earlier: [Digest]

  package init(rule: WindowRule, drifted: Int, earlier: [Digest]) {
    self.rule = rule
    self.drifted = drifted
    self.earlier = earlier
  }

  package var isRaised: Bool { drifted >= rule.drifted }

  init(_ value: JSONValue, _ path: String) throws(FieldError) {
    var reader = try ObjectReader(value, path)
    let of = try reader.int("of", in: 1...WindowRule.most)
    rule = WindowRule(drifted: try reader.int("required", in: 1...of), of: of)
    drifted = try reader.int("drifted", in: 0...of)
    let names = try reader.strings("earlier", maximum: of - 1)
    earlier = names.compactMap { Digest($0) }
    guard earlier.count == names.count, drifted <= earlier.count + 1 else {
      throw reader.failure("earlier", "expected the digests of the windows that were counted")
    }
    let isRaised = try reader.optionalBool("raised")
    try reader.finish()
    guard isRaised == self.isRaised else { throw FieldError("\(path).raised", "does not agree with the count") }
  }

  var json: JSONValue {
    [
      "required": .init(rule.drifted), "of": .init(rule.of), "drifted": .init(drifted),
      "earlier": .init(earlier.map(\.description)), "raised": .bool(isRaised),
    ]
  }
}
