import ArgumentParser
import Metadata
import PlaneContract
import Signing
import Wire

struct AttestProvenance: Command {
  static let configuration = CommandConfiguration(
    commandName: "attest",
    abstract: "Attest a provenance: print what belongs into x_model_integrity beside it.",
    discussion: "With a secret key by Ed25519, with a shared secret by HMAC-SHA256 as sm_integrity does.")

  @Argument(help: "A provenance, or an agent's document or a training output with one.", completion: .file())
  var file: String

  @Option(help: ArgumentHelp("An Ed25519 secret key's PEM file.", valueName: "file"))
  var key: String?

  @Option(help: ArgumentHelp("A shared secret, in a file of mode 0600.", valueName: "file"))
  var secret: String?

  @Option(help: ArgumentHelp("What to put as signer_id, which nobody signs.", valueName: "name"))
  var signerID = "self"

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (key == nil) != (secret == nil) else { throw ValidationError("give --key or --secret, one of them") }
  }

  func perform() async throws {
    guard let object = try PaperFile(reading: file, as: nil).papers.attestable else {
      throw Failure.refused("\(file) has no provenance to attest", hint: "a card alone cannot be attested")
    }
    let provenance = try ModelProvenance(object, as: .integrity)
    guard !provenance[.modelID].isEmpty, !provenance[.weightsHash].isEmpty else {
      throw Failure.refused(
        "the provenance in \(file) names no model_id or no weights_hash",
        hint: "an attestation of it would fit any model; name both")
    }
    try Consent(consent).obtain(showing: Self.fields(of: provenance), question: "attest this?")
    let attestation = try attest(provenance, at: Timestamp.now().attestationText)
    try console.answer(attestation.fields) { [JSONValue.object(attestation.fields).jsonText] }
  }

  private func attest(_ provenance: ModelProvenance, at time: String) throws -> ProvenanceAttestation {
    if let secret {
      let shared = try KeyFile.loadSharedSecret(path: secret)
      return .authenticated(provenance, by: shared, signerID: signerID, timestamp: time)
    }
    return try .signed(
      provenance, by: KeyFile.loadSecret(path: key ?? ""), signerID: signerID, timestamp: time)
  }

  private static func fields(of provenance: ModelProvenance) -> Fields {
    var fields = Fields()
    for member in provenance.dictionary(.integrity).members {
      fields.add(member.key, member.value.string ?? member.value.jsonText)
    }
    fields.add("digest", provenance.canonical.digest.hex)
    return fields
  }
}
