import ArgumentParser
import Attestations
import FoundationEssentials
import Glibc
import Signing
import WeightsDigest
import Wire

struct DraftOptions: ParsableArguments {
  @OptionGroup var homeOptions: HomeOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The draft of the next trust root. Otherwise next.root.json beside the installed ones.", valueName: "file"),
    completion: .file())
  var draft: String?

  func open() throws -> DraftFile {
    guard let draft else {
      let home = try Home.find(homeOptions)
      return DraftFile(home: home, path: "\(home.trust)/next.root.json")
    }
    // Who signs a version 1 elsewhere has no home yet.
    return DraftFile(home: (try? Home.find(homeOptions)) ?? Home.place(homeOptions), path: AbsolutePath.of(draft))
  }
}

/// The next trust root on its way: a plain document while it is being written, the same bytes in an envelope once somebody has signed.
struct DraftFile {
  let home: Home
  let path: String

  /// What the file holds.
  struct Contents {
    var draft: TrustRootDraft
    /// With the signatures so far; nil while nobody has signed.
    let envelope: UnverifiedEnvelope?
  }

  /// Nil when there is no file.
  func read() throws -> Contents? {
    let bytes: [UInt8]
    do { bytes = try TextFile.read(path) } catch let error as FileSystemError where error.isMissing { return nil }
    do {
      guard let object = try StrictJSON.parse(bytes).object else { throw FieldError("draft", "expected an object") }
      guard object["payload"] != nil else { return Contents(draft: try TrustRootDraft(.object(object)), envelope: nil) }
      let envelope = try UnverifiedEnvelope(parsing: bytes, maximumPayload: TrustRoot.maximumPayload)
      return Contents(draft: try TrustRootDraft(StrictJSON.parse(envelope.payload)), envelope: envelope)
    } catch { throw Failure.refused("\(path): \(error)", hint: "remove it to begin the draft again") }
  }

  /// - Throws: `Failure` when nobody has begun one.
  func existing() throws -> Contents {
    guard let contents = try read() else {
      throw Failure.refused(
        "there is no draft at \(path)", hint: "planectl trust add-principal and its neighbours begin one")
    }
    return contents
  }

  /// Changes the draft, or begins it from the installed root. Signatures on what it said before are of no use any more.
  func edit(_ change: (inout TrustRootDraft) throws -> Void) throws -> TrustRootDraft {
    let installed = try home.installedRoot()
    let contents = try read()
    let begun = installed.map { TrustRootDraft(after: $0.root, issuedAt: Timestamp.now().wholeSeconds) }
    guard var draft = contents?.draft ?? begun else { throw Self.nothingInstalled(home) }
    let next = (installed?.version ?? 0) + 1
    guard draft.version == next else {
      throw Failure.refused(
        "\(path) is of version \(draft.version), and version \(next - 1) is installed",
        hint: "remove it to begin the draft of version \(next)")
    }
    try change(&draft)
    try write(draft)
    if contents?.envelope != nil { Console.message("the draft was signed before; it has to be signed again") }
    return draft
  }

  private static func nothingInstalled(_ home: Home) -> Failure {
    .refused(
      "the home \(home.path) has no trust root, and no draft of version 1",
      hint: "sudo planectl init --system begins a host's; planectl init makes a home for trying out")
  }

  /// Writes the first draft of all, which nothing installed is changed by.
  func begin(_ draft: TrustRootDraft) throws { try write(draft) }

  func write(_ envelope: UnverifiedEnvelope) throws { try write(envelope.serialized + [UInt8(ascii: "\n")]) }

  private func write(_ draft: TrustRootDraft) throws { try write(draft.json.jsonText.utf8 + [UInt8(ascii: "\n")]) }

  private func write(_ bytes: some Collection<UInt8>) throws {
    let whole = "\(path).\(Random.hex(bytes: 4))"
    do {
      try TextFile.create(bytes, path: whole, mode: 0o644)
      guard unsafe rename(whole, path) == 0 else { throw FileSystemError(operation: "write", path: path) }
    } catch {
      _ = unsafe unlink(whole)
      throw error
    }
  }

  func remove() { _ = unsafe unlink(path) }
}
