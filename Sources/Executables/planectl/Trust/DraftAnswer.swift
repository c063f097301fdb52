import Attestations
import Wire

// What the commands that write the draft of the next trust root have in common. None of them signs anything.

extension Command {
  /// Says where the draft stands after a change.
  func answer(_ draft: TrustRootDraft, _ file: DraftFile, _ sentence: String) throws {
    let verdict = DraftVerdict(DraftFile.Contents(draft: draft, envelope: nil), after: try file.home.installedRoot())
    var body: JSONObject = ["draft": .string(file.path), "change": .string(sentence)]
    for member in verdict.body.members { body.append(member.key, member.value) }
    try console.answer(body) { ["draft of version \(draft.version): \(sentence)"] }
    for problem in verdict.problems { Console.message("it does not hold yet: \(shown(problem))") }
    if verdict.problems.isEmpty {
      Console.hint("planectl trust diff shows what it would change; then planectl trust sign")
    }
  }
}

extension TrustRootDraft {
  /// - Throws: `Failure` when nobody has the name.
  func index(of name: PrincipalID) throws -> Int {
    guard let index = principals.firstIndex(where: { $0.id == name }) else {
      throw Failure.refused("the draft knows no \(name)", hint: "planectl trust show lists who there is")
    }
    return index
  }
}
