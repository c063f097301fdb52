/// The head of a Merkle log (C2SP tlog-checkpoint): whose log, how many entries, and the root over them. As text, three lines
/// without extensions: origin, size, base64 of the root.
package struct Checkpoint: Hashable, Sendable {
  /// Sizes beyond this are refused: a proof of such a log still has under 64 hashes.
  package static let maximumSize = 1 << 53
  private static let maximumOriginBytes = 120

  package let origin: String
  /// Entries in the log.
  package let size: Int
  /// The Merkle tree hash of RFC 6962 over them.
  package let root: Digest

  /// Nil for an origin that is empty, long, or not of printable ASCII without space and `+`, which keeps the text of a
  /// checkpoint apart from everything else that is signed; and for a size that is no log's.
  package init?(origin: String, size: Int, root: Digest) {
    let plus = UInt8(ascii: "+")
    guard (1...Self.maximumOriginBytes).contains(origin.utf8.count), (0...Self.maximumSize).contains(size),
      origin.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != plus })
    else { return nil }
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// Reads exactly the text that `text` writes: no extension, no leading zero, standard base64.
  package init?(text: String) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: Array($0), as: UTF8.self) }
    guard lines.count == 4, let size = Int(lines[1]), let root = Base64.decode(lines[2]).flatMap(Digest.init(bytes:)),
      let checkpoint = Checkpoint(origin: lines[0], size: size, root: root),
      checkpoint.text.utf8.elementsEqual(text.utf8)
    else { return nil }
    self = checkpoint
  }

  package var text: String { "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n" }
  fileprivate var signedBytes: [UInt8] { Array(text.utf8) }
}

/// A witness's word (C2SP tlog-cosignature, cosignature/v1): at this time it had seen this checkpoint, consistent with every one that
/// it saw before.
package struct WitnessedCheckpoint: Hashable, Sendable {
  package let checkpoint: Checkpoint
  /// Seconds since 1970.
  package let time: UInt64

  package init(checkpoint: Checkpoint, time: UInt64) {
    self.checkpoint = checkpoint
    self.time = time
  }

  fileprivate var signedBytes: [UInt8] { Array("cosignature/v1\ntime \(time)\n\(checkpoint.text)".utf8) }
}

/// Whoever signs the heads of its own log, and cosigns those of its peers.
package protocol CheckpointSigner: Sendable {
  var publicKey: PublicKey { get }
  func sign(_ checkpoint: Checkpoint) throws -> Signature
  func sign(_ witnessed: WitnessedCheckpoint) throws -> Signature
}

/// What a plane signs with: messages, attestations, and the heads of logs.
package typealias PlaneSigner = Signer & CheckpointSigner

extension SecretKey: CheckpointSigner {
  package func sign(_ checkpoint: Checkpoint) throws -> Signature { try required(sign(checkpoint.signedBytes)) }
  package func sign(_ witnessed: WitnessedCheckpoint) throws -> Signature { try required(sign(witnessed.signedBytes)) }
}

extension PublicKey {
  package func verifies(_ signature: Signature, over checkpoint: Checkpoint) -> Bool {
    verifies(signature, over: checkpoint.signedBytes)
  }

  package func verifies(_ signature: Signature, over witnessed: WitnessedCheckpoint) -> Bool {
    verifies(signature, over: witnessed.signedBytes)
  }
}
