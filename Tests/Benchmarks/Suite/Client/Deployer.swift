import Attestations
import PlaneContract
import Signing
import Wire

/// The deployer `ci` of a home, who asks again and again whether models may run.
struct Deployer {
  let socket: String
  private let key: SecretKey
  private let name = PrincipalID(checked: "ci")
  private let plane: Principal

  init(_ home: Home) throws {
    guard let plane = home.root.plane(.serving) else { throw BenchError("the root names no serving plane") }
    self.plane = plane
    socket = home.socket(.servingRead)
    key = try home.key("ci")
  }

  func request(_ question: GateQuestion) throws -> OutgoingRequest {
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
