import Attestations
import Foundation
import Glibc
import MerkleLog
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// `planectl log` and `planectl report` against real planes: what they print was proven, and says what is missing.
@Suite("Reading the logs and a model's life", .serialized, .runningPlanes)
struct LogAndReportTests {
  let stage: Stage
  var planes: DaemonFixture { stage.planes }
  var planectl: Planectl { Planectl(planes.home) }

  init() throws { stage = try Stage() }

  private func run(_ words: String...) async throws -> (code: CInt, output: String) {
    try await planectl.run(words + ["--as", "bridge"])
  }

  private static func objects(_ output: String) throws -> [JSONObject] {
    try output.split(separator: "\n").filter { $0.hasPrefix("{") }.map { line in
      try #require(StrictJSON.parse(Array(line.utf8)).object)
    }
  }

  /// What `proof` proves, checked with nothing but the trust root.
  private func checked(_ evidence: JSONObject, of plane: Role) throws -> UnverifiedEntry {
    let entry = try UnverifiedEntry(Array(try #require(evidence["entry"]?.string).utf8))
    let proof = try TlogProof(try #require(evidence["proof"]?.string))
    let root = planes.home.root
    let origin = EvidenceOrigin(rootDigest: root.originDigest, plane: "\(plane.rawValue)-plane")
    _ = try proof.checkpoint(of: origin.description, signedBy: root.keysEver(of: plane), for: entry.bytes)
    #expect(evidence["id"]?.string == "\(origin)#\(entry.index)" && proof.index == entry.index)
    return entry
  }

  @Test("Every log verifies whole, and its head and proofs stand by the trust root alone")
  func verified() async throws {
    for plane in PlanesHome.planes {
      let verified = try await run("log", plane.rawValue, "--verify")
      #expect(
        verified.code == 0 && verified.output.contains("entries are those that it has signed"), "\(verified.output)")
      let head = try await run("log", plane.rawValue, "--checkpoint", "--json")
      let object = try #require(try Self.objects(head.output).first)
      #expect(head.code == 0 && object["size"]?.int ?? 0 > 1)
      let proof = try await run("log", plane.rawValue, "--prove", "1", "--json")
      let entry = try checked(try #require(try Self.objects(proof.output).first), of: plane)
      #expect(proof.code == 0 && entry.index == 1)
    }
    let bridge = try stage.caller("bridge")
    let before = try await bridge.evidence(of: .serving).count
    let beyond = try await run("log", "serving", "--prove", "1000000")
    #expect(beyond.code == 4 && beyond.output.contains("there is no entry 1000000"))
    let refused = try await bridge.evidence(of: .serving).dropFirst(before).filter {
      $0["data"]?.object?["kind"] == "ledger.get"
    }
    #expect(refused.isEmpty, "that there is no such thing is an answer, and no evidence of a refusal")
  }

  @Test("A log that its witnesses could not be asked about is not said to be verified")
  func unwitnessed() async throws {
    try await planes.kill(.training)
    let verified = try await run("log", "governance", "--verify", "--json")
    try await planes.startAll()
    #expect(verified.code == 3, "\(verified.output)")
    #expect(try Self.objects(verified.output).first?["verified"] == false)
    #expect(verified.output.contains("was not compared with what training-plane has seen"))
  }

  @Test("The last entries, those of a model and those since a moment")
  func selected() async throws {
    let last = try await run("log", "serving", "--last", "2", "--json")
    let indices = try Self.objects(last.output).compactMap { $0["index"]?.int }
    #expect(last.code == 0 && indices.count == 2 && indices[1] == indices[0] + 1)
    let steady = try await run("log", "gov", "--model", "steady", "--json")
    let events = try Self.objects(steady.output)
    #expect(events.allSatisfy { $0["data"]?.object?["model_id"]?.string == "steady" })
    #expect(events.contains { $0["event"]?.string == "model_approved" })
    let latest = try await run("log", "gov", "--model", "steady", "--json", "-n", "2")
    #expect(try Self.objects(latest.output) == events.suffix(2), "the last of the model's, and not of the log's")
    let below = try await run("log", "gov", "-n", "-1")
    #expect(below.code == 2 && below.output.contains("not below 0"), "\(below.output)")
    let future = try await run("log", "serving", "--since", "2199-01-01T00:00:00Z")
    #expect(future.code == 0 && future.output.split(separator: "\n").count == 1)
  }

  @Test("Following a log survives a restart of its plane, and tells each entry once")
  func followed() async throws {
    let path = "\(planes.home.folder)/followed-\(UUID().uuidString)"
    // It is away when the following begins, too.
    try await planes.kill(.training)
    let follower = try ChildProcess(
      BuiltPrograms.path("planectl"),
      ["log", "training-plane", "--follow", "--json", "--as", "bridge", "--home", planes.home.path], log: path)
    let told = { try Self.objects((try? String(contentsOfFile: path, encoding: .utf8)) ?? "") }
    try await pollUntil("that it is away at the start") {
      try String(contentsOfFile: path, encoding: .utf8).contains("its log is followed once it answers")
    }
    try await planes.startAll()
    try await pollUntil("the first entries") { try !told().isEmpty }
    let starts = try told().count { $0["event"]?.string == "plane_started" }
    try await planes.kill(.training)
    try await pollUntil("that it is away again") {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      return text.components(separatedBy: "its log is followed once it answers").count == 3
    }
    try await planes.startAll()
    _ = try await planes.trained("followed")
    try await pollUntil("what came after the restart") {
      try told().contains { $0["data"]?.object?["model_id"]?.string == "followed" }
    }
    follower.send(SIGTERM)
    try await follower.end()
    let indices = try told().compactMap { $0["index"]?.int }
    #expect(indices == Array((indices.first ?? 0)..<(indices.last ?? -1) + 1))
    #expect(try told().count { $0["event"]?.string == "plane_started" } == starts + 1)
  }

  @Test("A model's life from training to revocation, every line proven")
  func life() async throws {
    let trained = try await planes.deployed("lived")
    let approval = planes.approval(of: trained, by: "alice", environments: ["staging"])
    _ = try await stage.caller("alice").revoke(planes.revocation(of: approval))
    try await planes.servesNoMore(trained.id)
    let report = try await run("report", "lived", "--json")
    let records = try Self.objects(report.output)
    #expect(report.code == 0, "\(report.output)")
    let events = records.filter { $0["record"]?.string == "event" }
    let told = events.compactMap { $0["event"]?.string }
    for event in [
      "training_completed", "training_received", "approval_proposed", "approval_signed", "model_approved",
      "model_deployment", "model_approval_revoked", "model_undeployed",
    ] { #expect(told.contains(event)) }
    for event in events {
      let plane = try #require(PlanesHome.planes.first { "\($0.rawValue)-plane" == event["plane"]?.string })
      let evidence = try #require(event["evidence"]?.array?.first?.object)
      #expect(try checked(evidence, of: plane).index == event["index"]?.int)
    }
    let signed = try #require(records.first { $0["record"]?.string == "approval" })
    #expect(signed["signatures_verified"]?.array?.compactMap(\.string) == ["alice", "bob"])
    #expect(signed["status"] == "revoked")
    let version = try #require(records.first { $0["record"]?.string == "version" })
    #expect(version["approvals"]?.array?.first?.object?["status"] == "revoked")
    #expect(version["revocations"]?.array?.count == 1, "both planes tell of one")
    let page = try await run("report", "lived", "--html", "-")
    #expect(page.code == 0 && page.output.hasPrefix("<!DOCTYPE html>") && page.output.contains("<div id=\"proof-1\">"))
    #expect(page.output.contains("<dt>State</dt><dd>revoked</dd>"))
    #expect(records.first?["running"]?.array?.isEmpty == true)
  }

  @Test("With a plane down the report of the others is written, and the exit status says so")
  func incomplete() async throws {
    try await planes.kill(.training)
    let path = "\(planes.home.folder)/steady.html"
    let report = try await run("report", "steady", "--html", path)
    try await planes.startAll()
    #expect(report.code == 3 && report.output.contains("the report is not whole"), "\(report.output)")
    let page = try String(contentsOfFile: path, encoding: .utf8)
    #expect(page.contains("Not in this report") && page.contains("in staging since"))
    #expect(page.contains("<dt>State</dt><dd>active</dd>"))
    let unknown = try await run("report", "nobody-trained-this")
    #expect(unknown.code == 4 && unknown.output.contains("no log tells of nobody-trained-this"))
  }
}
