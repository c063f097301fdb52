import Attestations
import PlaneContract
import Synchronization
import Wire

/// A number of models, `inFlight` at a time.
struct PathRound {
  /// What one plane hands to the next is not asked for sooner: a refusal costs the planes more than a client's patience.
  private static let handover: CInt = 10

  static let processes = Home.planes.map(\.planeName) + ["client"]

  let perSecond: Double
  /// Of processor time a model, by process.
  let microseconds: [Double]
  /// Of libsodium alone.
  let floor: Double
  let retries: Double

  var ratio: Double { microseconds.reduce(0, +) / floor }

  init(_ range: Range<Int>, at home: Home, _ planes: RunningPlanes, _ counts: PathSignatures) throws {
    let weights = try range.map { try home.write(BenchModel($0).weights, to: "model-\($0)") }
    let count = Double(range.count)
    let floorBefore = try counts.total.floor()
    let (start, used) = (ContinuousClock.now, try Self.used(planes))
    let asked = try Self.walk(range, weights, home)
    perSecond = count / ContinuousClock.now.since(start)
    microseconds = zip(try Self.used(planes), used).map { ($0 - $1) * 1e6 / count }
    floor = try (floorBefore + counts.total.floor()) / 2
    retries = Double(asked) / count
  }

  private static func used(_ planes: RunningPlanes) throws -> [Double] {
    try planes.all.map { try ProcessorTime.ofProcess($0.process.pid) } + [ProcessorTime.ofThisProcess()]
  }

  /// Takes every model from its training job to its deployment. Returns how many requests had to be asked again.
  static func walk(_ range: Range<Int>, _ weights: [String], _ home: Home) throws -> Int {
    let next = Atomic(0)
    let retries = Atomic(0)
    try Threads.run(Path.inFlight) { _ in
      let path = try ModelPath(home)
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < range.count else { break }
        try path.walk(BenchModel(range.lowerBound + index), weights: weights[index]) { Pause.milliseconds(handover) }
      }
      retries.add(path.retries, ordering: .relaxed)
    }
    return retries.load(ordering: .relaxed)
  }

  var json: JSONValue {
    var cpu: JSONObject = [:]
    for (process, used) in zip(Self.processes, microseconds) { cpu.append(process, .init(used)) }
    return [
      "models_per_second": .init(perSecond), "cpu_us_per_model": .object(cpu), "floor_us": .init(floor),
      "ratio": .init(ratio), "retries_per_model": .init(retries),
    ]
  }
}
