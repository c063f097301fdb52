import ArgumentParser

struct Doctor: Command {
  static let configuration = CommandConfiguration(
    abstract: "Look for what is wrong, or will be, with the planes and this home.",
    discussion: """
      One line for each finding: ok, warn (somebody has to see to it in time), fail, or unseen (this user may not see it; it is not \
      judged), what it is about, and what to do next. It needs no secret but the caller's own key, changes nothing, and works with \
      the planes up or down. Exits 0 when nothing fails, 1 when something does, 3 when a plane does not answer, and 5 when something \
      cannot be believed.
      """)

  @OptionGroup var homeOptions: HomeOptions
  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let findings = await Examination(home: try Home.find(homeOptions)).findings()
    for finding in findings {
      if output.json { try console.object(finding.fields) } else { try console.result(finding.line) }
    }
    Console.message("planectl: \(findings.summary)")
    if let status = findings.exitStatus { throw status }
  }
}
