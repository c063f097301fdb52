import Attestations
import Signing
import Wire

// Upstream's constructor and `from_dict`: absent fields get their defaults, unknown ones are passed over.
extension ModelCard {
  static let maximumListCount = 256

  /// - Parameters:
  ///   - cardID: for a card that has no `card_id`.
  ///   - createdAt: for a card that has no `created_at`.
  /// - Throws: `FieldError` that names the field: a value of another type, outside an enumeration or a range, or too long.
  package init(
    _ object: JSONObject, cardID: @autoclosure () -> String = "card:\(Random.hex(bytes: 8))",
    createdAt: @autoclosure () -> NandaTime = NandaTime(.now())
  ) throws(FieldError) {
    var reader = ObjectReader(object, "card")
    self.cardID = try reader.optionalString("card_id") ?? cardID()
    modelID = try reader.optionalString("model_id") ?? ""
    version = try reader.optionalInt("version", in: 1...Int.max) ?? 1
    modelType = try reader.choice("model_type") ?? .loraAdapter
    owner = try reader.optionalString("owner") ?? ""
    baseModel = try reader.optionalString("base_model") ?? ""
    architecture = try reader.optionalString("architecture") ?? ""
    profileTags = try reader.optionalStrings("profile_tags", maximum: Self.maximumListCount) ?? []
    allowedProfiles = try reader.optionalStrings("allowed_profiles", maximum: Self.maximumListCount) ?? ["default"]
    riskLevel = try reader.choice("risk_level") ?? .low
    weightsHash = try reader.optionalString("weights_hash")
    datasetID = try reader.optionalString("dataset_id")
    datasetHash = try reader.optionalString("dataset_hash")
    datasetSize = try reader.optionalInt("dataset_size", in: 0...Int.max) ?? 0
    metrics = try reader.metrics("metrics")
    status = try reader.choice("status") ?? .shadow
    self.createdAt = try reader.nandaTime("created_at") ?? createdAt()
    approvedBy = try reader.optionalString("approved_by")
    shadowUntil = try reader.nandaTime("shadow_until")
    correlationID = try reader.optionalString("correlation_id")
    baseManifestID = try reader.optionalString("base_manifest_id")
  }
}

extension ObjectReader {
  /// One of an enumeration's values, spelt exactly so.
  fileprivate mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String
  ) throws(FieldError) -> Choice? {
    guard let text = try optionalString(key) else { return nil }
    if let choice = Choice.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) { return choice }
    let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw failure(key, "expected one of \(known), found \(text.isEmpty ? "nothing" : text.clipped(64))")
  }

  fileprivate mutating func metrics(_ key: String) throws(FieldError) -> JSONObject {
    let metrics = try optionalObject(key) ?? [:]
    guard metrics.members.count <= TrainingResult.maximumMetricCount else {
      throw failure(key, "holds more than \(TrainingResult.maximumMetricCount) items")
    }
    for metric in metrics.members where metric.value.double == nil {
      throw failure("\(key).\(metric.key.clipped(64))", "expected a finite number, found \(metric.value.kindName)")
    }
    return metrics
  }

  fileprivate mutating func nandaTime(_ key: String) throws(FieldError) -> NandaTime? {
    guard let text = try optionalString(key) else { return nil }
    guard let time = NandaTime(text) else {
      throw failure(key, "expected a time with its offset, like 2026-01-02T03:04:05+00:00")
    }
    return time
  }
}
