import Attestations
import Signing
import Storage
import Wire

/// The chain of roots that a plane has accepted, and what its folder holds beyond it.
package struct TrustRootWalk {
  let folder: TrustRootFolder
  package private(set) var chain: TrustRootChain
  /// Proved and not yet on record, oldest first.
  package private(set) var news: [VerifiedTrustRoot] = []

  /// Begins with what is on record. A plane without a record begins with the folder's version 1.
  ///
  /// - Throws: `TrustRootError` for a version 1 that is not the pinned one; `StorageError.corrupt` for a record that does not hold.
  package init(folder: TrustRootFolder, pinned: Digest, accepted: [UnverifiedEnvelope]) throws {
    self.folder = folder
    guard let first = accepted.first else {
      chain = try TrustRootChain(folder.envelope(ofVersion: 1), pinned: pinned)
      news = [chain.latest]
      return
    }
    chain = try TrustRootChain(first, pinned: pinned)
    do { for envelope in accepted.dropFirst() { try chain.append(envelope) } } catch {
      throw StorageError.corrupt("table trust_root: \(error)")
    }
  }

  /// The folder must not contradict the record: a version that was accepted is in it as it was.
  ///
  /// - Throws: `TrustRootError.conflict`.
  package func checkRecord() throws {
    let versions = try folder.versions()
    for version in versions where version <= chain.latest.version {
      try chain.require(folder.envelope(ofVersion: version), as: version)
    }
  }

  /// Takes the versions that come next, each into `news`.
  ///
  /// - Throws: `TrustRootError` at the first that does not follow; those before it are taken.
  package mutating func goOn() throws {
    for version in try folder.versions() where version > chain.latest.version {
      let next = chain.latest.version + 1
      guard version == next else { throw TrustRootError.gap(missing: next, found: version) }
      try chain.append(folder.envelope(ofVersion: version))
      news.append(chain.latest)
    }
  }

  /// What the folder lacks of what was accepted; nil when it is all there.
  package func missing() throws -> String? {
    let present = Set(try folder.versions())
    guard let version = (1...chain.latest.version).first(where: { !present.contains($0) }) else { return nil }
    return
      "\(folder.path) lacks version \(version) of the trust root, though version \(chain.latest.version) was accepted "
      + "and stays in force; put the file back"
  }
}
