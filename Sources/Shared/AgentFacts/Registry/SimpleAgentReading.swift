import Wire

// `agents:` of a bridge's config.
extension SimpleAgent {
  static let maximumListCount = 256

  /// Reads one agent: the fields of `SimpleAgent`, each with its default, `model`, and an optional `environment`.
  ///
  /// - Throws: `FieldError` for a field that is missing, of another type, out of its range, or unknown.
  package init(_ object: JSONObject, _ name: String = "agents") throws(FieldError) {
    var reader = ObjectReader(object, name)
    let id: AgentID = try reader.identifier("id")
    let namespace = try reader.optionalIdentifier("namespace") ?? AgentNamespace.standard
    guard namespace != .models else {
      throw reader.failure("namespace", "\(namespace) is for governed models; an agent needs another")
    }
    key = AgentKey(namespace, id)
    self.name = try reader.string("name")
    description = try reader.string("description")
    version = try reader.optionalString("version", maximum: 200) ?? "1.0.0"
    labels = try reader.optionalStrings("labels", maximum: Self.maximumListCount) ?? []
    skills = try reader.simpleSkills("skills")
    endpoints = try reader.endpoints("endpoints")
    dynamicEndpoints = try reader.optionalStrings("dynamic_endpoints", maximum: Self.maximumListCount) ?? []
    adaptiveResolver = try Self.resolver(&reader)
    metadata = try reader.optionalObject("metadata") ?? [:]
    isPublic = try reader.optionalBool("public") ?? true
    classification = try reader.optionalString("classification")
    cardTemplate = try reader.optionalString("card_template")
    streaming = try reader.optionalBool("streaming") ?? false
    batch = try reader.optionalBool("batch") ?? false
    authentication = Authentication(
      methods: try reader.optionalStrings("auth_methods", maximum: 64) ?? Authentication.defaultMethods,
      requiredScopes: try reader.optionalStrings("required_scopes", maximum: 64))
    claim = try Self.claim(&reader)
    evaluations = try Self.evaluations(&reader)
    telemetry = try Self.telemetry(&reader)
    model = try reader.identifier("model")
    environment = try reader.optionalIdentifier("environment")
    try reader.finish()
  }

  private static func resolver(_ reader: inout ObjectReader) throws(FieldError) -> AdaptiveResolver? {
    let url = try reader.optionalString("adaptive_resolver_url")
    let policies = try reader.optionalStrings("adaptive_resolver_policies", maximum: 64) ?? []
    let standard = ["capability_negotiation", "load_balancing"]
    return url.map { AdaptiveResolver(url: $0, policies: policies.isEmpty ? standard : policies) }
  }

  private static func claim(_ reader: inout ObjectReader) throws(FieldError) -> CertificationClaim {
    let text = try reader.optionalString("certification_level")
    guard let level = text.map(Certification.Level.init(rawValue:)) ?? .selfDeclared else {
      let levels = Certification.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw reader.failure("certification_level", "expected one of \(levels)")
    }
    return CertificationClaim(
      level: level, issuer: try reader.optionalString("certification_issuer"),
      attestations: try reader.optionalStrings("attestations", maximum: Self.maximumListCount) ?? [])
  }

  private static func evaluations(_ reader: inout ObjectReader) throws(FieldError) -> Evaluations? {
    let score = try reader.optionalNumber("performance_score")
    let availability = try reader.optionalString("availability_90d")
    let trail = try reader.optionalString("audit_trail")
    guard score != nil || availability != nil || trail != nil else { return nil }
    return Evaluations(performanceScore: score, availability90d: availability, auditTrail: trail)
  }

  private static func telemetry(_ reader: inout ObjectReader) throws(FieldError) -> Telemetry? {
    let isEnabled = try reader.optionalBool("telemetry_enabled") ?? false
    let retention = try reader.optionalString("telemetry_retention")
    let sampling = try reader.optionalNumber("telemetry_sampling")
    return isEnabled ? Telemetry(enabled: true, retention: retention, sampling: sampling) : nil
  }
}

extension ObjectReader {
  fileprivate mutating func optionalNumber(_ key: String) throws(FieldError) -> JSONNumber? {
    guard let value = optional(key) else { return nil }
    guard case .number(let number) = value else { throw failure(key, "expected a number, found \(value.kindName)") }
    return number
  }

  /// Names to URLs.
  fileprivate mutating func endpoints(_ key: String) throws(FieldError) -> [NamedEndpoint] {
    var endpoints: [NamedEndpoint] = []
    for member in try optionalObject(key)?.members ?? [] {
      guard let url = member.value.string else {
        throw failure("\(key).\(member.key.clipped(64))", "expected a URL, found \(member.value.kindName)")
      }
      endpoints.append(NamedEndpoint(name: member.key, url: url))
    }
    guard endpoints.count <= SimpleAgent.maximumListCount else {
      throw failure(key, "holds more than \(SimpleAgent.maximumListCount) items")
    }
    return endpoints
  }

  fileprivate mutating func simpleSkills(_ key: String) throws(FieldError) -> [SimpleSkill] {
    var skills: [SimpleSkill] = []
    for (index, item) in (try optionalArray(key, maximum: SimpleAgent.maximumListCount) ?? []).enumerated() {
      skills.append(try SimpleSkill(item, path("\(key)[\(index)]")))
    }
    return skills
  }
}

// A skill is an object, or a word that is its id and its description.
extension SimpleSkill {
  package init(_ value: JSONValue, _ name: String) throws(FieldError) {
    if let word = value.string {
      self.init(skill: Skill(id: word, description: word), defaulted: [], dropped: [])
      return
    }
    var reader = try ObjectReader(value, name)
    let (id, title) = (try reader.optionalString("id"), try reader.optionalString("name"))
    let description = try reader.optionalString("description")
    let skill = Skill(
      id: id ?? title ?? "unknown", description: description ?? "",
      inputModes: try reader.optionalStrings("inputModes", maximum: 64) ?? Skill.defaultModes,
      outputModes: try reader.optionalStrings("outputModes", maximum: 64) ?? Skill.defaultModes,
      supportedLanguages: try reader.optionalStrings("supportedLanguages", maximum: 256),
      latencyBudgetMs: try reader.optionalInt("latencyBudgetMs", in: 0...Int.max),
      maxTokens: try reader.optionalInt("maxTokens", in: 0...Int.max))
    let defaulted = (description == nil ? ["description"] : []) + (id == nil && title == nil ? ["id"] : [])
    self.init(skill: skill, defaulted: defaulted, dropped: Self.strangers(in: value))
  }

  private static let members: Set<String> = [
    "id", "name", "description", "inputModes", "outputModes", "supportedLanguages", "latencyBudgetMs", "maxTokens",
  ]

  private static func strangers(in value: JSONValue) -> [String] {
    (value.object?.members ?? []).map(\.key).filter { !members.contains($0) }.sorted()
  }
}
