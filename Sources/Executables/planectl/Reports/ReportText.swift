import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// A model's life for the terminal.
struct ReportText {
  let report: ModelReport
  /// Columns of the terminal; nil for a file or a pipe.
  let width: Int?

  var lines: [String] {
    var summary = Fields([("Model", report.model.text)])
    for line in report.summary { summary.add(line.name, line.value) }
    var sections = [summary.lines]
    if !report.incidents.isEmpty { sections.append(report.incidents.map { shown("warning: \($0.sentence)") }) }
    sections.append(logs.lines(width: width))
    if !report.missing.isEmpty {
      sections.append(report.missing.map { shown("not read: \($0.plane.planeName): \($0.failure.message)") })
    }
    sections += report.papers.versions.map { Fields($0, VersionStanding(of: $0, in: report)).lines }
    sections += report.papers.approvals.isEmpty ? [] : [approvals.lines(width: width)]
    sections.append(life.lines(width: width))
    sections.append(["--json and --html hold the proof of each line: its entry, and that it stands in its log"])
    return Array(sections.joined(separator: [""]))
  }

  private var logs: Table {
    var table = Table("LOG", "ENTRIES", "COSIGNED BY", "ORIGIN")
    for story in report.stories {
      let seen = story.witnesses.latest.map { "\($0.witness.planeName) (first \($0.size))" }
      table.add(story.plane.planeName, "\(story.head.size)", seen.joined(separator: ", "), story.log.origin.description)
    }
    return table
  }

  private var approvals: Table {
    var table = Table("APPROVAL", "STATE", "FOR", "SIGNED BY", "EXPIRES", "WEIGHTS")
    for item in report.papers.approvals {
      let approval = try? item.approval.get().predicate
      table.add(
        item.id.text, item.state, approval.map { $0.environments.map(\.text).joined(separator: ", ") } ?? "not shown",
        item.signers.map(\.text).joined(separator: ", "), approval?.expiresAt.wholeSeconds.attestationText ?? "",
        approval?.weightsHash.short ?? "")
    }
    return table
  }

  private var life: Table {
    var table = Table("TIME", "WHAT", "BY", "EVIDENCE", "COSIGNED BY", "DETAILS")
    for event in report.events {
      let facts = event.facts.map { "\($0.name): \($0.value)" }
      table.add(
        event.time.wholeSeconds.attestationText, event.what, event.who, event.evidence, event.cosigners,
        facts.joined(separator: "; "))
    }
    return table
  }
}

extension Fields {
  /// A version as its submitter has signed it.
  init(_ version: ReportedVersion, _ standing: VersionStanding) {
    self.init()
    add("weights", version.weights?.description ?? "unknown")
    add("output", version.digest.description)
    switch version.output {
    case .success(let training):
      add(submitter: training.output.submittedBy, training.output.submitterPerson)
      add("created", training.output.createdAt.attestationText)
      add(training.output.result.card, as: "card")
      add(training.output.result.metrics, as: "metrics")
    case .failure(let failure): add("not shown", failure.message)
    }
    add("approvals", lines: standing.lines)
  }
}
