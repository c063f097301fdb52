import Attestations
import PlaneContract
import Wire

/// Models that are deployed, and one connection that asks whether they may run.
struct DeployedCrowd: Sendable {
  private static let batch = 100

  private let home: Home
  private let questions: [GateQuestion]

  /// Takes every one of them from its training job to its deployment.
  init(_ range: Range<Int>, at home: Home) throws {
    self.home = home
    let weights = try range.map { try home.write(BenchModel($0).weights, to: "model-\($0)") }
    _ = try PathRound.walk(range, weights, home)
    questions = range.map {
      GateQuestion(modelID: BenchModel($0).id, environment: ModelPath.environment, scope: nil)
    }
  }

  /// Asks about random ones, one after the other, for as long as `isWanted` says so of how many were asked. Returns the seconds of
  /// each; the first ones, with a new connection, are left out.
  func ask(while isWanted: (Int) -> Bool) throws -> [Double] {
    var load = try AuthorizeLoad(Deployer(home), connections: 1)
    func askSome() throws -> [Double] { try load.run((0..<Self.batch).compactMap { _ in questions.randomElement() }) }
    _ = try askSome()
    var latencies: [Double] = []
    while isWanted(latencies.count) { latencies += try askSome() }
    return latencies
  }
}
