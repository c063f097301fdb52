import Wire

/// How well an agent does, as somebody has measured it.
package struct Evaluations: Sendable, Equatable {
  package let performanceScore: JSONNumber?
  package let availability90d: String?
  package let lastAudited: Timestamp?
  package let auditTrail: String?
  package let auditorID: String?

  package init(
    performanceScore: JSONNumber? = nil, availability90d: String? = nil, lastAudited: Timestamp? = nil,
    auditTrail: String? = nil, auditorID: String? = nil
  ) {
    self.performanceScore = performanceScore
    self.availability90d = availability90d
    self.lastAudited = lastAudited
    self.auditTrail = auditTrail
    self.auditorID = auditorID
  }

  var fields: JSONObject {
    [
      "performanceScore": .orNull(performanceScore), "availability90d": .init(availability90d),
      "lastAudited": .init(lastAudited?.agentFactsText), "auditTrail": .init(auditTrail),
      "auditorID": .init(auditorID),
    ]
  }
}

/// What an agent's operator records of it.
package struct Telemetry: Sendable, Equatable {
  package let enabled: Bool
  package let retention: String?
  package let sampling: JSONNumber?
  package let metrics: JSONObject?

  package init(enabled: Bool, retention: String? = nil, sampling: JSONNumber? = nil, metrics: JSONObject? = nil) {
    self.enabled = enabled
    self.retention = retention
    self.sampling = sampling
    self.metrics = metrics
  }

  var fields: JSONObject {
    [
      "enabled": .bool(enabled), "retention": .init(retention), "sampling": .orNull(sampling),
      "metrics": .orNull(metrics),
    ]
  }
}
