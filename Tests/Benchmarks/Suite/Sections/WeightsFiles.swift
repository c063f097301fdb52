/// The same bytes as one file and as a directory of parts. Whoever makes them removes them.
struct WeightsFiles {
  private let folder: String
  let parts: [String]

  var file: String { "\(folder)/one" }
  var directory: String { "\(folder)/parts" }

  init(parts count: Int, partBytes: Int) throws {
    let folder = try Scratch.folder()
    let names = (0..<count).map { "part-\($0)" }
    self.folder = folder
    parts = names.map { "\(folder)/parts/\($0)" }
    let script = """
      mkdir -p '\(folder)/parts'
      for part in \(names.joined(separator: " ")); do
        head -c \(partBytes) /dev/urandom | tee -a '\(folder)/one' > "\(folder)/parts/$part"
      done
      sync '\(folder)/one' '\(folder)/parts'/*
      """
    try Command.run("/bin/sh", ["-euc", script])
  }

  func remove() { Scratch.remove(folder) }

  /// Both programs compute the same thing; this also reads everything into the page cache.
  func confirmSameDigest() throws {
    let theirs = try Command.run("/usr/bin/env", ["openssl", "dgst", "-sha256", "-r", file]).prefix(64)
    let ours = try Command.run(Programs.path("planectl"), ["hash", file])
    guard ours.hasPrefix("sha256:\(theirs)") else { throw BenchError("\(ours) is not openssl's \(theirs)") }
    try Command.run(Programs.path("planectl"), ["hash", directory])
  }
}
