import Attestations
import Foundation
import PlaneContract
import TestSupport
import Testing
import Wire

/// What approvers read and do, with the real `planectl` at three real planes.
@Suite("The approver's desk", .serialized, .runningPlanes)
struct ApproversDeskTests {
  let stage: Stage
  let planectl: Planectl
  var planes: DaemonFixture { stage.planes }

  init() throws {
    stage = try Stage()
    planectl = Planectl(stage.planes.home)
  }

  /// With one space where columns have more.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  /// alice proposes through planectl; the id of the approval.
  private func proposed(_ model: TrainedModel, _ environments: String...) async throws -> String {
    let options = environments.flatMap { ["-e", $0] }
    let words = ["propose", model.receipt.digest.hex] + options + ["--as", "alice"]
    let (code, output) = try await planectl.run(words)
    #expect(code == 0, "\(output)")
    return String(try #require(output.split(separator: " ").first))
  }

  @Test("An approver is shown everything, the digest last, and signs it; then the next one need not")
  func showAndApprove() async throws {
    let first = try await planes.deployed("desk")
    let second = try await planes.trained("desk", version: 2)
    let id = try await proposed(second, "staging", "production")

    let (code, shown) = try await planectl.run("show", id, "--as", "bob")
    #expect(code == 0, "\(shown)")
    for line in [
      "status pending", "model desk", "trained by trainer, who answers for it",
      "rules default: 1 of 1 passed",
      "environments staging, production", "quorum staging: 1 of 2 have signed", "signed by alice",
      "can sign still bob", "scopes any", "trust root version 1 here, proposed under version 1",
    ] { #expect(lines(shown).contains(line), "\(line)\n\(shown)") }
    #expect(shown.contains("accuracy: 0.94 (before: 0.94, unchanged)"))
    #expect(shown.contains("weights \(first.weightsHash.hex.prefix(12))"), "what it is compared with")
    #expect(lines(shown).last == "weights \(second.weightsHash) (file)")

    let (signed, review) = try await planectl.run("approve", id, "--as", "bob")
    #expect(signed == 0, "\(review)")
    let told = lines(review)
    #expect(told.last == "\(id) active signed by alice, bob (2 of 2)")
    #expect(told.dropLast().last == "weights \(second.weightsHash) (file)")
    let (late, ended) = try await planectl.run("show", id, "--as", "alice")
    #expect(late == 0 && !ended.contains("can sign still") && lines(ended).contains("status active"))
  }

  @Test("At a terminal it asks once everything is shown, and anything but yes signs nothing")
  func asking() async throws {
    let model = try await planes.trained("asked")
    let id = try await proposed(model, "production")
    let terminal = PseudoTerminal(home: planes.home)
    for answer in ["n", "", "yes please"] {
      let (code, shown) = try await terminal.run("approve", id, "--as", "bob", answering: answer)
      #expect(code == 4 && shown.contains("nothing was signed"), "\(shown)")
      let asked = lines(shown)
      let question = try #require(asked.firstIndex { $0.hasPrefix("sign this as bob? [y/N]") }, "\(shown)")
      #expect(asked[question - 1] == "weights \(model.weightsHash) (file)")
    }
    #expect(try await stage.caller("bob").approval(ApprovalID(checked: id)).status == .pending)
    let (code, shown) = try await terminal.run("approve", id, "--as", "bob", answering: "y")
    #expect(code == 0 && shown.contains("active"), "\(shown)")
    let (again, silent) = try await terminal.run("approve", id, "--as", "bob", "--yes", answering: "n")
    #expect(again == 0 && !silent.contains("[y/N]") && silent.contains("has signed this before"), "\(silent)")
  }

  @Test("One rejection closes a proposal, and whoever comes then is told what to do")
  func rejection() async throws {
    let id = try await proposed(try await planes.trained("declined"), "production")
    let (code, output) = try await planectl.run("reject", id, "--reason", "no evaluation", "--as", "bob")
    #expect(code == 0 && output.contains("rejected"), "\(output)")
    let late = try await planectl.run("approve", id, "--as", "bob")
    #expect(late.code == 4 && late.output.contains("rejected and was not signed"), "\(late.output)")
    #expect(late.output.contains("propose the model again"))
  }

  @Test("A card that would clear the screen, reverse the text or end the page does none of it")
  func hostileCard() async throws {
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}gnihton\r\nweights sha256:00"
    let job = try planes.job("painted")
    let result = TrainingResult(
      modelID: job.result.modelID, weightsHash: job.result.weightsHash, weightsKind: .file,
      card: ["owner": .string(hostile)], metrics: ["\(hostile)": 1], correlationID: job.result.correlationID,
      provenance: ["base_model": .string(hostile)], lineage: [.string(hostile)])
    let receipt = try await stage.caller("trainer").submit(result)
    try await planes.governanceHolds(receipt.digest)
    for words in [
      ["show", receipt.digest.hex], ["models", "show", "painted"], ["show", receipt.digest.hex, "--json"],
    ] {
      let (code, output) = try await planectl.run(words + ["--as", "bob"])
      #expect(code == 0, "\(output)")
      for character in ["\u{1b}", "\u{9b}", "\u{202e}", "\r"] { #expect(!output.contains(character)) }
    }
    let (_, output) = try await planectl.run("show", receipt.digest.hex, "--as", "bob")
    #expect(lines(output).last == "weights \(result.weightsHash) (file)", "\(output)")
  }

  @Test("The registry shows every version, its approvals, and where it runs, also while serving is away")
  func registry() async throws {
    let first = try await planes.deployed("registered")
    let second = try await planes.trained("registered", version: 2)
    let id = try await proposed(second, "production")
    let (listed, models) = try await planectl.run("models", "--as", "bridge")
    #expect(
      listed == 0 && lines(models).contains { $0.hasPrefix("registered 2 ") && $0.contains("pending") }, "\(models)")

    let (code, shown) = try await planectl.run("models", "show", "registered", "--as", "bridge")
    #expect(code == 0 && lines(shown).first == "registered: 2 versions, newest first", "\(shown)")
    #expect(lines(shown).contains { $0.hasSuffix("\(id) pending production alice (1 of 2)") })
    #expect(lines(shown).contains { $0.hasPrefix("runs in staging since") })
    let (newer, older) = (
      try #require(shown.range(of: "\(second.weightsHash)")), try #require(shown.range(of: "\(first.weightsHash)"))
    )
    #expect(newer.lowerBound < older.lowerBound)

    let json = try await planectl.run("models", "show", "registered", "--as", "bridge", "--json")
    let body = try #require(try StrictJSON.parse(Array(json.output.utf8).dropLast()).object)
    #expect(body["versions"]?.array?.count == 2 && body["deployments"]?.array?.count == 1)

    try await planes.kill(.serving)
    let away = try await planectl.run("models", "show", "registered", "--as", "bridge")
    #expect(away.code == 0 && away.output.contains("serving-plane did not say where it runs"), "\(away.output)")
    #expect(lines(away.output).contains("runs in unknown") && away.output.contains("\(first.weightsHash)"))
    try await planes.start(.serving)
  }

  @Test("What expires soon is listed, in days or in hours")
  func expiring() async throws {
    let soon = try await planes.trained("soon")
    let (code, output) = try await planectl.run("propose", "soon", "-e", "staging", "--ttl", "2d", "--as", "alice")
    #expect(code == 0 && output.contains("active"), "\(output)")
    for (span, isListed) in [("7d", true), ("49h", true), ("47h", false), ("1d", false)] {
      let listed = try await planectl.run("approvals", "--expiring-within", span, "--as", "bob")
      #expect(listed.code == 0 && listed.output.contains(soon.weightsHash.hex.prefix(12)) == isListed, "\(span)")
    }
  }
}
