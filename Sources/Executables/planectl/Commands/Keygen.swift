import ArgumentParser
import Attestations
import FoundationEssentials
import Signing
import Wire

struct Keygen: Command {
  static let configuration = CommandConfiguration(
    abstract: "Make an Ed25519 key pair, or take a key that exists, and prove that it is NAME's to use.",
    discussion: """
      Writes NAME.pem for you alone, and for those who keep the trust root NAME.pub.pem and NAME.proof.json: the name and the \
      key, signed by the key. Of a key that exists only the proof is written.
      """)

  @Argument(help: "Whose key it is.", transform: PrincipalID.argument)
  var name: PrincipalID

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Prove this key: a secret key's file, or the public half (id_ed25519.pub, SPKI PEM) of one in your ssh-agent.",
      valueName: "file"),
    completion: .file())
  var existing: String?

  @Flag(name: .long, help: "Prove the only Ed25519 key in your ssh-agent.")
  var fromAgent = false

  @Option(
    name: .long,
    help: ArgumentHelp("Where to put what is written. Otherwise ~/.config/nanda-planes/keys.", valueName: "folder"),
    completion: .directory)
  var out: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if existing != nil, fromAgent { throw ValidationError("give --existing or --from-agent, not both") }
  }

  func perform() async throws {
    let folder = try makeFolder()
    if existing == nil, !fromAgent { return try makePair(in: folder) }
    let signer: any Signer
    if let existing {
      signer = try ExistingKey.signer(AbsolutePath.of(existing), agent: .ofCaller)
    } else {
      signer = try ExistingKey.only(of: .ofCaller)
    }
    let proof = try prove(signer, in: folder)
    let body: JSONObject = [
      "name": name.json, "public_key": .string(signer.publicKey.hex), "proof_file": .string(proof),
    ]
    try console.answer(body) { [proof] }
  }

  private func makeFolder() throws -> String {
    let folder = AbsolutePath.of(out ?? KeyRing.personalFolder)
    guard out == nil else { return folder }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return folder
  }

  private func makePair(in folder: String) throws {
    let key = try SecretKey.generate()
    let (secret, open) = ("\(folder)/\(name).pem", "\(folder)/\(name).pub.pem")
    try KeyFile.create(key, path: secret)
    var written = [secret]
    let proof: String
    do {
      try KeyFile.create(key.publicKey, path: open)
      written.append(open)
      proof = try prove(key, in: folder)
    } catch {
      for path in written { try? FileManager.default.removeItem(atPath: path) }
      throw error
    }
    let body: JSONObject = [
      "name": name.json, "public_key": .string(key.publicKey.hex), "secret_file": .string(secret),
      "public_file": .string(open), "proof_file": .string(proof),
    ]
    try console.answer(body) { [open] }
    Console.message("the secret half is \(secret); nobody else needs it")
    Console.hint("give \(proof) to those who keep the trust root")
  }

  /// Returns the path of the proof.
  private func prove(_ signer: any Signer, in folder: String) throws -> String {
    let proof = KeyProof(principal: name, publicKey: signer.publicKey, provedAt: Timestamp.now().wholeSeconds)
    let path = "\(folder)/\(name).proof.json"
    try TextFile.create(try proof.signed(by: signer).serialized + [UInt8(ascii: "\n")], path: path, mode: 0o644)
    return path
  }
}
