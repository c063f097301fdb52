import Attestations
import PlaneContract
import Wire

/// The Ed25519 operations of one model's path, counted in every plane while models go through one by one.
struct PathSignatures {
  private static let models = 10
  /// Long enough for what one plane hands to the next, so that no request is asked twice.
  private static let handover: CInt = 400

  /// By process, the client last.
  let processes: [(name: String, count: SignatureCount)]

  var total: SignatureCount { processes.map(\.count).reduce(SignatureCount(), +) }

  static func count() throws -> PathSignatures {
    let home = try Home()
    let counters = try Home.planes.map { try SignatureCounter($0, of: home) }
    let environments = Dictionary(uniqueKeysWithValues: zip(Home.planes, counters.map(\.environment)))
    let planes = try RunningPlanes(of: home) { environments[$0] ?? [:] }
    defer { planes.stop() }
    let path = try ModelPath(home)
    let before = try counters.map { try $0.numbers() }
    for model in (0..<models).map(BenchModel.init) {
      let weights = try home.write(model.weights, to: "counted")
      try path.walk(model, weights: weights) { Pause.milliseconds(handover) }
    }
    guard path.retries == 0 else { throw BenchError("a plane was slow to hand over; the operations were not counted") }
    let counts = try zip(counters, before).map { try $0.count(since: $1, models: models) }
    guard counts.allSatisfy({ $0.verifies > 0 }) else { throw BenchError("no operations were counted") }
    return PathSignatures(
      processes: zip(Home.planes.map(\.planeName), counts).map { ($0, $1) } + [("client", client(like: counts))])
  }

  /// What `ModelPath` says that it signs: four messages, and an approval in two forms by two people. It verifies four replies.
  private static func client(like planes: [SignatureCount]) -> SignatureCount {
    let all = planes.reduce(SignatureCount(), +)
    return SignatureCount(
      verifies: 4, verifiedBytes: 4 * all.verifiedBytes / all.verifies, signs: 8,
      signedBytes: 8 * all.signedBytes / all.signs)
  }

  var lines: [String] {
    (processes + [("together", total)]).map { name, count in
      "\(name): \(Self.text(count.verifies)) verifies and \(Self.text(count.signs)) signs a model"
    }
  }

  private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  var json: JSONValue {
    var object: JSONObject = [:]
    for process in processes { object.append(process.name, process.count.json) }
    return .object(object)
  }
}
