import Signing
import TestSupport
import Testing
import Wire

@testable import Metadata

@Suite struct ModelCardTests {
  private func card(_ object: JSONObject) throws -> ModelCard {
    let createdAt = try #require(NandaTime("2026-01-02T03:04:05Z"))
    return try ModelCard(object, cardID: "card:0000000000000001", createdAt: createdAt)
  }

  // MARK: Refusals

  @Test(arguments: [
    (#"{"model_type": "base"}"#, "card.model_type"), (#"{"model_type": ""}"#, "card.model_type"),
    (#"{"status": "active"}"#, "card.status"), (#"{"status": "Ready"}"#, "card.status"),
    (#"{"risk_level": "critical"}"#, "card.risk_level"), (#"{"risk_level": 1}"#, "card.risk_level"),
    (#"{"version": 0}"#, "card.version"), (#"{"version": -1}"#, "card.version"), (#"{"version": "1"}"#, "card.version"),
    (#"{"version": 1.0}"#, "card.version"), (#"{"version": 99999999999999999999}"#, "card.version"),
    (#"{"dataset_size": -1}"#, "card.dataset_size"), (#"{"dataset_size": true}"#, "card.dataset_size"),
    (#"{"owner": 5}"#, "card.owner"), (#"{"owner": ["risk"]}"#, "card.owner"), (#"{"model_id": {}}"#, "card.model_id"),
    (#"{"profile_tags": "a"}"#, "card.profile_tags"), (#"{"profile_tags": [1]}"#, "card.profile_tags"),
    (#"{"metrics": {"loss": "low"}}"#, "card.metrics.loss"), (#"{"metrics": {"loss": null}}"#, "card.metrics.loss"),
    (#"{"metrics": []}"#, "card.metrics"), (#"{"created_at": 1}"#, "card.created_at"),
    (#"{"created_at": "2026-01-02"}"#, "card.created_at"),
    (#"{"created_at": "2026-01-02T03:04:05"}"#, "card.created_at"),
    (#"{"shadow_until": "never"}"#, "card.shadow_until"),
  ]) func whatUpstreamsConstructorRefusesIsRefusedByName(text: String, field: String) throws {
    let error = try #require(throws: FieldError.self) { try card(Papers.object(text)) }
    #expect(error.field == field)
  }

  @Test func aFieldOf90KiBIsRefusedAndNotRepeated() throws {
    let huge = String(repeating: "x", count: 90 << 10)
    let error = try #require(throws: FieldError.self) { try card(["owner": .string(huge)]) }
    #expect(error.description.utf8.count < 200)
    let status = try #require(throws: FieldError.self) {
      try card(["status": .string(String(repeating: "y", count: 4000))])
    }
    #expect(status.description.utf8.count < 300)
  }

  @Test(arguments: [#"{"metrics": {"loss": NaN}}"#, #"{"metrics": {"loss": 1e400}}"#, #"{"owner": "a", "owner": "b"}"#])
  func whatIsNoStrictJSONNeverBecomesACard(text: String) {
    #expect(throws: JSONSyntaxError.self) { try StrictJSON.parse(Array(text.utf8)) }
  }

  static let steps: [CardStatus: Set<CardStatus>] = [
    .shadow: [.ready, .deprecated, .archived], .ready: [.deprecated, .archived], .deprecated: [.archived],
    .archived: [],
  ]

  @Test(arguments: CardStatus.allCases, CardStatus.allCases)
  func onlyTheStepsOfACardsLifeAreTaken(from: CardStatus, to: CardStatus) throws {
    let card = try card(["status": .string(from.rawValue)])
    guard Self.steps[from]?.contains(to) == true else {
      let error = try #require(throws: FieldError.self) { try card.transitioned(to: to) }
      #expect(error.problem.contains("from \(from.rawValue) to \(to.rawValue)"))
      return
    }
    #expect(try card.transitioned(to: to).status == to)
  }

  // MARK: Shapes

  @Test func anEmptyObjectIsACardOfDefaultsIn21Fields() throws {
    let expected = """
      {
        "card_id": "card:0000000000000001",
        "model_id": "",
        "version": 1,
        "model_type": "lora_adapter",
        "owner": "",
        "base_model": "",
        "architecture": "",
        "profile_tags": [],
        "allowed_profiles": [
          "default"
        ],
        "risk_level": "low",
        "weights_hash": null,
        "dataset_id": null,
        "dataset_hash": null,
        "dataset_size": 0,
        "metrics": {},
        "status": "shadow",
        "created_at": "2026-01-02T03:04:05+00:00",
        "approved_by": null,
        "shadow_until": null,
        "correlation_id": null,
        "base_manifest_id": null
      }
      """
    let card = try card([:])
    #expect(card.indentedJSON == expected)
    #expect(card.fields.members.count == 21)
  }

  @Test func aCardOfItsOwnHasAnIDAndATime() throws {
    let (first, second) = (try ModelCard([:]), try ModelCard([:]))
    #expect(first.cardID.wholeMatch(of: #/card:[0-9a-f]{16}/#) != nil && first.cardID != second.cardID)
    #expect(NandaTime(first.createdAt.text) == first.createdAt)
  }

  @Test func nullsAndUnknownFieldsAreNothing() throws {
    let text = #"{"version": null, "owner": null, "metrics": null, "status": null, "created_at": null, "extra": [1]}"#
    #expect(try card(Papers.object(text)) == card([:]))
  }

  @Test func servableIsShadowOrReadyWhateverShadowUntilSays() throws {
    let servable = try CardStatus.allCases.filter { try card(["status": .string($0.rawValue)]).isServable }
    #expect(servable == [.shadow, .ready])
    let shadow = try card(["shadow_until": "2020-01-01T00:00:00Z", "model_id": "m", "version": 3])
    #expect(shadow.isShadow && shadow.isServable && shadow.versionKey == "m:v3")
  }

  @Test func theTextIsPythonsOnRandomCards() throws {
    var generator = SeededGenerator()
    let cards = (0..<200).map { _ in RandomCard.make(using: &generator) }
    let program = """
      import json, sys
      for line in sys.stdin: print(json.dumps(json.loads(line), indent=2).encode().hex())
      """
    let answers = try Python.run(program, try cards.map { JSONValue.object(try card($0).fields).jsonText })
    try #require(answers.count == cards.count)
    for (object, answer) in zip(cards, answers) {
      let text = try card(object).indentedJSON
      #expect(Hex.encode(Array(text.utf8)) == answer, "TEST_SEED=\(generator.seed)")
    }
  }

  // MARK: Datasets

  static let datasets = (Papers.vectors["dataset_hash"]?.array ?? []).compactMap(\.object)

  @Test func theVectorsAreThere() { #expect(Self.datasets.count >= 2) }

  @Test(arguments: datasets) func aDatasetsHash(known: JSONObject) throws {
    #expect(ModelCard.computeDatasetHash(try #require(known["input"]?.array)).hex == known["sha256"]?.string)
  }

  @Test func theOrderOfRowsMatters() {
    #expect(ModelCard.computeDatasetHash([1, 2]) != ModelCard.computeDatasetHash([2, 1]))
  }
}

/// Cards with texts and numbers that encoders write differently.
enum RandomCard {
  static func make(using generator: inout some RandomNumberGenerator) -> JSONObject {
    var metrics: JSONObject = [:]
    for index in 0..<Int.random(in: 0...4, using: &generator) {
      let value = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
      guard let number = JSONNumber(value) else { continue }
      metrics.append("\(text(using: &generator))\(index)", .number(number))
    }
    return [
      "model_id": .string(text(using: &generator)), "owner": .string(text(using: &generator)),
      "version": .init(Int.random(in: 1...9, using: &generator)), "metrics": .object(metrics),
      "profile_tags": .init((0..<Int.random(in: 0...3, using: &generator)).map { _ in text(using: &generator) }),
    ]
  }

  private static func text(using generator: inout some RandomNumberGenerator) -> String {
    let scalars = (0..<8).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 1...(Bool.random(using: &generator) ? 0x17F : 0x10FFFF), using: &generator))
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
