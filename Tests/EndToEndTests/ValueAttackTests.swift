import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Values that break a rule, in messages whose signature is good.
@Suite("Values that no plane takes", .serialized, .runningPlanes)
struct ValueAttackTests {
  let stage: Stage
  let bystanders: Bystanders
  let trainer: PlaneCaller
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    bystanders = try Bystanders(stage)
    trainer = try stage.caller("trainer")
  }

  static let badModels = [
    "..", ".", "current", "", "/etc/passwd", "a/../b", "a/..", "../serving-plane/store", "a/current", "current/a",
    "a//b",
    ".hidden", "a/.hidden", "steady\n", "steady\nb", "steady ", "st\u{435}ady", "steady\u{202e}",
    String(repeating: "m", count: 201),
  ]

  @Test(
    "A model id that is no safe path is refused wherever one is taken, and nothing is made of it", arguments: badModels)
  func badModel(_ model: String) async throws {
    try await bystanders.areServed {
      for (asked, kind, body, socket) in try requests(naming: model) {
        try await expectRefused(.invalidRequest) { try await asked.ask(kind, body, on: socket) }
      }
    }
    try expectOnlySteadyIsDeployed()
  }

  @Test("A model id of 690 KB is refused in a few words, and one of 1 MB is not even read")
  func hugeModel() async throws {
    let long = String(repeating: "m", count: 690 << 10)
    try await bystanders.areServed {
      for (asked, kind, body, socket) in try requests(naming: long) where kind.rawValue.hasPrefix("model.") {
        let refusal = try await expectRefused(.invalidRequest) { try await asked.ask(kind, body, on: socket) }
        #expect(refusal.message.utf8.count < 1000)
        let longer = try asked.request(kind, try body.renaming(long, to: long + long), to: socket)
        let peer = try RawSocket(planes.home.socket(socket))
        peer.send(wire(longer.frame))
        #expect(try await peer.receivedBeforeClose().isEmpty && longer.frame.count > 1 << 20)
      }
    }
    try expectOnlySteadyIsDeployed()
  }

  @Test(
    "A metric that JSON has no number for is malformed",
    arguments: ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e99999", "0x1p4", "01", ".5", "1."])
  func metricThatIsNoNumber(_ literal: String) async throws {
    let answer = try await submit("metric") { $0.replacing("\"accuracy\":0.94", with: "\"accuracy\":\(literal)") }
    #expect(Refusal(body: answer.body).code == .malformed)
  }

  @Test(
    "A metric that is not a number is refused, whatever it looks like",
    arguments: ["\"0.94\"", "\"NaN\"", "true", "null", "[0.94]", "{}"])
  func metricOfAnotherType(_ literal: String) async throws {
    let answer = try await submit("metric") { $0.replacing("\"accuracy\":0.94", with: "\"accuracy\":\(literal)") }
    let refusal = Refusal(body: answer.body)
    #expect(refusal.code == .invalidRequest && refusal.message.contains("metrics"), "\(refusal)")
  }

  @Test("A digest in upper case is refused, with its prefix and without")
  func upperCaseDigests() async throws {
    let ci = try stage.caller("ci")
    let hex = stage.steady.weightsHash.hex.uppercased()
    for digest in ["sha256:\(hex)", hex, "SHA256:\(hex.lowercased())"] {
      let question: JSONObject = [
        "model_id": stage.steady.id.json, "environment": "staging", "weights_hash": .string(digest),
      ]
      try await expectRefused(.invalidRequest, saying: "weights_hash") {
        try await ci.ask(.modelAuthorize, question, on: .deploy)
      }
      let answer = try await submit("shouting") { text in
        text.replacing(try planes.job("shouting").result.weightsHash.description, with: digest)
      }
      #expect(Refusal(body: answer.body).code == .invalidRequest)
    }
    try await stage.expectSteadyStillRuns()
  }

  @Test("A submission of 97 KiB is refused with both sizes, and the next of the same run is taken")
  func tooLargeSubmission() async throws {
    let result = try planes.job("verbose").result
    let body = TrainingComplete(result: result).fields
    let output = try #require(body["training_output"]?.object)
    let card: JSONObject = ["description": .string(String(repeating: "x", count: 97 << 10))]
    let large = body.setting("training_output", to: .object(output.setting("card", to: .object(card))))
    try await bystanders.areServed {
      let refusal = try await expectRefused(.invalidRequest, saying: "98304") {
        try await trainer.ask(.trainingComplete, large, on: .submit)
      }
      #expect(refusal.message.utf8.count < 1000)
    }
    try await planes.governanceHolds(try await trainer.submit(result).digest)
  }

  /// Every request that names a model, naming this one.
  private func requests(naming model: String) throws -> [(PlaneCaller, MessageKind, JSONObject, SocketName)] {
    let name = JSONValue.string(model)
    let result = try #require(TrainingComplete(result: planes.job("honest").result).fields["training_output"]?.object)
    let (ci, alice) = (try stage.caller("ci"), try stage.caller("alice"))
    return [
      (trainer, .trainingComplete, ["training_output": .object(result.setting("model_id", to: name))], .submit),
      (alice, .approvalList, ["model_id": name], .approve),
      (ci, .modelAuthorize, ["model_id": name, "environment": "staging"], .servingRead),
      (ci, .modelDeploy, ["model_id": name, "environment": "staging"], .deploy),
      (ci, .modelUndeploy, ["model_id": name, "environment": "staging"], .deploy),
      (ci, .deploymentList, ["model_id": name], .servingRead),
    ]
  }

  private func expectOnlySteadyIsDeployed() throws {
    let deployments = "\(planes.home.path)/serving-plane/deployments"
    #expect(try FileManager.default.contentsOfDirectory(atPath: deployments) == ["staging"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(deployments)/staging") == ["steady"])
  }

  /// The training plane's answer to an honest submission whose text was edited before it was signed.
  private func submit(_ model: String, editing edit: (String) throws -> String) async throws -> Message {
    let body = TrainingComplete(result: try planes.job(model).result).fields
    return try await trainer.answer(
      to: trainer.request(.trainingComplete, body, to: .submit), on: .submit, editing: edit)
  }
}

extension JSONObject {
  /// The same with every text that is `old`, at any depth, replaced.
  fileprivate func renaming(_ old: String, to new: String) throws -> JSONObject {
    let text = String(decoding: serialized(), as: UTF8.self).replacing("\"\(old)\"", with: "\"\(new)\"")
    return try StrictJSON.parse(Array(text.utf8)).object ?? [:]
  }
}
