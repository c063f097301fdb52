import ArgumentParser
import Signing
import WeightsDigest
import Wire

struct Hash: Command {
  static let configuration = CommandConfiguration(
    abstract: "Print the digest of weights: of a file, or of a directory of files.")

  @Argument(help: "A file or a directory.", completion: .file())
  var path: String

  @OptionGroup var output: OutputOptions

  func perform() async throws {
    let weights = try ProgressBar.hash(path: path)
    let body: JSONObject = [
      "weights_hash": .string(weights.digest.description), "weights_kind": .string(weights.kind.rawValue),
      "bytes": .init(Int(weights.byteCount)), "files": .init(weights.fileCount),
    ]
    try console.answer(body) { [weights.digest.description] }
  }
}
