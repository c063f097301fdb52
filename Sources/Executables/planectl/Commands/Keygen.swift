import ArgumentParser
import FoundationEssentials
import Glibc
import Signing
import WeightsDigest
import Wire

struct Keygen: Command {
  static let configuration = CommandConfiguration(
    abstract: "Make an Ed25519 key pair: NAME.pem for you alone, NAME.pub.pem for those who keep the trust root.")

  @Argument(help: "Whose key it is.", transform: PrincipalID.argument)
  var name: PrincipalID

  @Option(
    name: .long,
    help: ArgumentHelp("Where to put it. Otherwise ~/.config/nanda-planes/keys.", valueName: "folder"),
    completion: .directory)
  var out: String?

  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let folder = AbsolutePath.of(out ?? KeyRing.personalFolder)
    if out == nil {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let key = try SecretKey.generate()
    let (secret, open) = ("\(folder)/\(name).pem", "\(folder)/\(name).pub.pem")
    try KeyFile.create(key, path: secret)
    do { try KeyFile.create(key.publicKey, path: open) } catch {
      unsafe unlink(secret)
      throw error
    }
    let body: JSONObject = [
      "name": name.json, "public_key": .string(key.publicKey.hex), "secret_file": .string(secret),
      "public_file": .string(open),
    ]
    try console.answer(body) { [open] }
    Console.message("the secret half is \(secret); nobody else needs it")
  }
}
