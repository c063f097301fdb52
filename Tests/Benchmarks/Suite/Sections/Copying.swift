import Attestations
import PlaneContract
import Wire

/// How fast weights are hashed while they are copied into the store.
struct Copying: Section {
  let name = "copy"
  let method = """
    gigabytes a second of a model.deploy of one file of 2 GiB, from the request to the signed promotion: every gate, hashing while \
    copying, the switch, all commits. As a multiple of `openssl dgst -sha256` alone over the same file, in turns, file and home both \
    in memory, because no disk here takes 2 GiB as fast as they are hashed. Then the same on the disk, beside `dd conv=fsync`. \
    Medians of \(Self.rounds) rounds and of \(Self.diskRounds) on the disk, each in a new home.
    """

  static let rounds = 5
  static let diskRounds = 3

  func measure() throws -> Findings {
    let memory = try rounds(Self.rounds, on: .memory)
    let disk = try rounds(Self.diskRounds, on: .disk)
    var findings = Findings()
    findings.figures =
      figures(memory) + [
        Figure("on the disk: deploy / dd conv=fsync, time", disk.map { $0.deploy.seconds / $0.floor }.median),
        Figure("on the disk: deploy", disk.map(\.deploy.seconds).median, "s"),
      ]
    findings.samples = ["memory": .array(memory.map(\.json)), "disk": .array(disk.map(\.json))]
    return findings
  }

  private func figures(_ rounds: [CopyRound]) -> [Figure] {
    let gigabytes = Double(LargeFile.megabytes << 20) / 1e9
    return [
      Figure(
        "hashing while copying: speed / openssl's alone", rounds.map { $0.openssl.seconds / $0.deploy.seconds }.median,
        "", .atLeast(0.85)),
      Figure("hashing while copying", gigabytes / rounds.map(\.deploy.seconds).median, "GB/s"),
      Figure("openssl dgst -sha256", gigabytes / rounds.map(\.openssl.seconds).median, "GB/s"),
      Figure("dd conv=fsync", gigabytes / rounds.map(\.floor).median, "GB/s"),
      Figure("CPU, openssl's / the plane's", rounds.map { $0.openssl.processor / $0.deploy.processor }.median),
    ]
  }

  private func rounds(_ count: Int, on medium: Scratch.Medium) throws -> [CopyRound] {
    let file = try LargeFile(on: medium)
    defer { file.remove() }
    return try (0..<count).map { _ in try CopyRound(file, on: medium) }
  }
}

/// One deploy in a new home, and what it is measured by.
struct CopyRound {
  let openssl: Effort
  /// Seconds of a copy that only copies.
  let floor: Double
  let deploy: Effort

  init(_ file: LargeFile, on medium: Scratch.Medium) throws {
    let home = try Home(on: medium)
    let planes = try home.start()
    defer { planes.stop() }
    floor = try file.durableCopy()
    let (digest, effort) = try file.digest()
    openssl = effort
    let path = try ModelPath(home)
    let proposed = try path.approved(BenchModel(0, weightsHash: digest), at: home)
    deploy = try Effort(of: planes.serving.pid) { try path.deploy(proposed, weights: file.path) }
  }

  var json: JSONValue {
    [
      "openssl_seconds": .init(openssl.seconds), "openssl_cpu_seconds": .init(openssl.processor),
      "deploy_seconds": .init(deploy.seconds), "serving_cpu_seconds": .init(deploy.processor),
      "dd_seconds": .init(floor),
    ]
  }
}
