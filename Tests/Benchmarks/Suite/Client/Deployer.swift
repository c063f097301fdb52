import Attestations
import Foundation
import PlaneContract
import Signing
import Wire

/// The deployer `ci` of a home, who asks again and again whether one model may run.
struct Deployer {
  let socket: String
  let key: SecretKey
  let name = PrincipalID(checked: "ci")
  let plane: Principal
  let question: GateQuestion

  init(home: String, model: String, environment: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(home)/trust/1.root.json")))
    let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: TrustRoot.maximumPayload)
    let root = try VerifiedTrustRoot.verify(envelope, pinned: envelope.payloadDigest)
    guard let plane = root.plane(.serving), let model = ModelID(model), let environment = EnvironmentName(environment)
    else { throw BenchError("MODEL or ENVIRONMENT is no identifier") }
    self.plane = plane
    socket = "\(home)/run/\(SocketName.servingRead.path)"
    key = try KeyFile.loadSecret(path: "\(home)/keys/ci.pem")
    question = GateQuestion(modelID: model, environment: environment, scope: nil)
  }

  func request() throws -> OutgoingRequest {
    try OutgoingRequest(
      .modelAuthorize, body: ModelAuthorize(question: question).fields, from: name, to: plane.id, signer: key,
      now: .now())
  }

  /// Verifies a reply and that it allows the model.
  func check(_ reply: [UInt8], to request: OutgoingRequest) throws {
    let body = try request.result(of: reply, from: plane)
    guard body["decision"]?.object?["verificationResult"]?.string == "PASSED" else {
      throw BenchError("the model is not allowed: \(JSONValue.object(body).jsonText)")
    }
  }
}
