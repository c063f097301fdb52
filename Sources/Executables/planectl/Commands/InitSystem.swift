import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

struct HostOptions: ParsableArguments {
  @Flag(help: "Begin a host's home, by default /etc/nanda-planes.")
  var system = false

  @Option(
    help: ArgumentHelp(
      "The public half of a root key (SPKI PEM, an ssh-ed25519 line); say it once for each.", valueName: "file"),
    completion: .file())
  var rootKey: [String] = []

  @Option(help: ArgumentHelp("How many root keys must sign a version. Otherwise 1.", valueName: "number"))
  var threshold: Int?

  func validate() throws {
    guard system else {
      guard rootKey.isEmpty, threshold == nil else {
        throw ValidationError("--root-key and --threshold belong to --system; otherwise a root key is made")
      }
      return
    }
    guard !rootKey.isEmpty else { throw ValidationError("--system takes the root's public keys: say --root-key FILE") }
    guard (1...rootKey.count).contains(threshold ?? 1) else {
      throw ValidationError("--threshold is from 1 to the number of root keys")
    }
  }
}

extension Init {
  /// Makes what a host begins with, and says what comes next.
  func begin(_ options: HostOptions, at home: Home) throws {
    let keys = try options.rootKey.map(EnrolledKey.read)
    let new = SystemHome(home: home, rootKeys: keys, threshold: options.threshold ?? 1)
    let draft = try new.create()
    let body: JSONObject = [
      "home": .string(home.path), "draft": .string(draft.path),
      "plane_keys": .object(
        Home.planes.reduce(into: [:]) { $0.append($1.planeName, .string(home.hostKey(of: $1))) }),
    ]
    try console.answer(body) {
      var fields = Fields()
      fields.add("home", home.path)
      for plane in Home.planes { fields.add(plane.planeName, home.hostKey(of: plane)) }
      fields.add("draft", draft.path)
      return fields.lines
    }
    Console.hint("planectl trust add-principal enrols people by the proofs that their planectl keygen wrote")
    Console.hint(
      "then whoever keeps a root key runs planectl trust sign on the draft, and here: planectl trust install")
  }
}
