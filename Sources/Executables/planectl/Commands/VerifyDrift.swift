import ArgumentParser
import Attestations
import Drift
import PlaneContract
import Signing
import Wire

struct VerifyDrift: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compute a drift check again from its observation and baseline. Offline.",
    discussion: """
      The file is what planectl drift show --save wrote. Every signature is verified by the home's trust root: the monitor's and \
      the serving plane's on the values, the submitter's and the training plane's on the baseline, governance's on the check. \
      Exits 5 when something does not hold.
      """)

  @Argument(help: "The file.", completion: .file())
  var file: String

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let root = try Home.find(homeOptions).trustRoot()
    let text = try TextFile.read(file).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    guard text.count == 1, let object = try? StrictJSON.parse(Array(text[0])).object,
      let item = try? DriftCheckItem(object)
    else { throw Failure.refused("\(file) is not one saved drift check; planectl drift show MODEL --save writes one") }
    let verified = try VerifiedDriftCheck(item, root: root)
    var body: JSONObject = ["digest": .string(verified.check.digest.description), "holds": true]
    for member in verified.predicate.fields.members { body.append(member.key, member.value) }
    try console.answer(body) { lines(verified) }
  }

  private func lines(_ verified: VerifiedDriftCheck) -> [String] {
    let check = verified.predicate
    var fields = Fields()
    fields.add("holds", "computed again here, every signature verified")
    fields.add("check", verified.check.digest.description)
    fields.add("model", "\(check.modelID) in \(check.environment), weights \(check.weightsHash.short)")
    fields.add("window", "\(check.windowStart) to \(check.windowEnd), seen by \(check.monitor)")
    fields.add(
      "outcome", "\(check.result.outcome.rawValue), severity \(Decimal.fixed(check.result.severity, digits: 2))")
    fields.add("summary", check.result.summary)
    return fields.lines
  }
}
