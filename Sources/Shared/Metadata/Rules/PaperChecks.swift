import Signing
import Wire

/// Whether each paper is what it claims to be.
enum PaperChecks {
  static func card(_ card: JSONObject) -> Finding {
    guard !card.isEmpty else { return .passed("there is no card") }
    do {
      _ = try ModelCard(card)
      return .passed()
    } catch { return .failed("\(error)") }
  }

  /// Every provenance is one that upstream reads, in texts.
  static func provenance(_ papers: ModelPapers) -> Finding {
    let provenances = papers.papers.filter { $0.name != ModelPapers.card }
    guard !provenances.isEmpty else { return .passed("there is no provenance") }
    for (name, paper) in provenances {
      do {
        let strange = try ModelProvenance(paper, as: .integrity).fieldsThatAreNoText
        guard strange.isEmpty else {
          return .failed("\(name).\(strange.map(\.rawValue).joined(separator: ", ")): expected a text")
        }
      } catch { return .failed("\(error)") }
    }
    return .passed()
  }

  static func lineage(_ papers: ModelPapers) -> Finding {
    guard let items = papers.lineage else { return .passed("there is no lineage") }
    do {
      let lineage = try ModelLineage(items)
      if let problem = lineage.problem { return .failed("lineage: \(problem)") }
      guard let leaf = lineage.leaf else { return .failed("lineage: it is empty") }
      guard leaf.modelID.hasSameBytes(as: papers.modelID) else {
        return .failed("lineage: it leads to \(leaf.modelID.clipped(64)) and not to \(papers.modelID.clipped(64))")
      }
      return .passed()
    } catch { return .failed("\(error)") }
  }

  /// The attested provenance must itself name the model and its weights: one that does not would fit any.
  static func attestation(_ papers: ModelPapers, by verifiers: AttestationVerifiers) -> Finding {
    guard let attested = papers.attested else { return .failed("the provenance carries no attestation") }
    do {
      let (attestation, provenance) = try attested.read()
      if let problem = unbound(provenance, papers) ?? contradicted(provenance, papers) { return .failed(problem) }
      let problem = verifiers.problem(attestation, of: provenance)
      return Finding(problem: problem.map { "the attestation does not hold: \($0)" })
    } catch { return .failed("\(error)") }
  }

  /// The same where nobody's keys are at hand.
  static func attestationDigest(_ attested: AttestedProvenance) -> Finding {
    do {
      let (attestation, provenance) = try attested.read()
      guard attestation.provenanceDigest.utf8.elementsEqual(provenance.canonical.digest.hex.utf8) else {
        return .failed("it attests another provenance: its digest is not \(provenance.canonical.digest.hex)")
      }
      return .passed("it is about this provenance; its signature was not checked, for want of a key")
    } catch { return .failed("\(error)") }
  }

  /// Rules judge what the first paper says, so an attested word beside it that is another would vouch for what nobody attested.
  private static func contradicted(_ provenance: ModelProvenance, _ papers: ModelPapers) -> String? {
    for field in ModelProvenance.Field.allCases where field != .weightsHash && field != .createdAt {
      let (attested, judged) = (provenance[field], papers.provenance[field])
      guard attested.isEmpty || attested.hasSameBytes(as: judged) else {
        return
          "the attested provenance has the \(field.rawValue) \(attested.clipped(64)), the papers \(judged.clipped(64))"
      }
    }
    return nil
  }

  private static func unbound(_ provenance: ModelProvenance, _ papers: ModelPapers) -> String? {
    guard provenance[.modelID].hasSameBytes(as: papers.modelID) else {
      return "the attested provenance does not name this model"
    }
    guard !provenance[.weightsHash].isEmpty else { return "the attested provenance names no weights" }
    guard let weights = papers.weightsHash, Digest(loose: provenance[.weightsHash]) != weights else { return nil }
    return "the attested provenance does not name these weights"
  }
}

extension ModelPapers {
  /// What each paper is found to be, before any rule: `card`, `provenance`, `lineage` and, where there is one, `attestation`.
  ///
  /// - Parameter verifiers: whose attestations count; without any only the attested digest is compared.
  package func checks(by verifiers: AttestationVerifiers) -> [IntegrityReport.Result] {
    var results = [
      IntegrityReport.Result("card", PaperChecks.card(card)),
      IntegrityReport.Result("provenance", PaperChecks.provenance(self)),
      IntegrityReport.Result("lineage", PaperChecks.lineage(self)),
    ]
    if let attested {
      let finding =
        verifiers.isEmpty
        ? PaperChecks.attestationDigest(attested) : PaperChecks.attestation(self, by: verifiers)
      results.append(IntegrityReport.Result("attestation", finding))
    }
    return results
  }

  /// The provenance that an attestation would be about, as it was given; nil where there is none.
  package var attestable: JSONObject? {
    papers.last { $0.name != Self.card }?.object
  }
}

extension AttestedProvenance {
  func read() throws(FieldError) -> (ProvenanceAttestation, ModelProvenance) {
    let provenance = try ModelProvenance(self.provenance, as: .integrity)
    guard let object = attestation.object else {
      throw FieldError("attestation", "expected an object, found \(attestation.kindName)")
    }
    return (try ProvenanceAttestation(object), provenance)
  }
}
