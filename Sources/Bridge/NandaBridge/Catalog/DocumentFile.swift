import AgentFacts
import Glibc
import Signing
import Storage
import Synchronization
import Wire

/// A document as it is told.
struct ToldDocument: Sendable {
  let document: AgentDocument
  /// Of its bytes, which nobody has to hash again.
  let digest: Digest
  let freshness: Freshness

  init(_ document: AgentDocument, digest: Digest? = nil, freshness: Freshness) {
    self.document = document
    self.digest = digest ?? document.digest
    self.freshness = freshness
  }
}

/// Documents that were made and still hold, in a file without a name: those of ten thousand models are more than a bridge should keep in
/// memory, and the kernel keeps what is asked for often. What is lost with it is made again.
final class DocumentFile: Sendable {
  private struct Place {
    let offset: Int
    let count: Int
    let digest: Digest
    let substance: Digest
    /// Nil for what is to be made anew.
    var freshness: Freshness?
    let asked: ContinuousClock.Instant

    func isFresh(at moment: Moment) -> Bool { freshness?.holds(at: moment) ?? false }
  }

  private struct Index {
    var places: [AgentKey: Place] = [:]
    var end = 0
    var keptCount = 0
    var edition = 0
    /// What was asked for before is not kept.
    var expired: ContinuousClock.Instant?
  }

  /// Beyond it the file begins anew.
  private static let maximumByteCount = 256 << 20
  private let descriptor: CInt
  private let index = Mutex(Index())

  /// Makes the file in a folder of the bridge's own.
  init(in folder: String) throws {
    var path = Array("\(folder)/documents-XXXXXX".utf8CString)
    descriptor = unsafe mkstemp(&path)
    guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else {
      throw StorageError.unusable("no file can be made in \(folder)")
    }
    _ = unsafe unlink(path)
  }

  deinit { close(descriptor) }

  /// The document of an agent, if one was kept that still holds.
  func document(_ key: AgentKey, at moment: Moment = .now()) -> ToldDocument? {
    index.withLock { index in
      guard let place = index.places[key], let freshness = place.freshness, freshness.holds(at: moment),
        let json = read(place)
      else { return nil }
      return ToldDocument(AgentDocument(key: key, json: json), digest: place.digest, freshness: freshness)
    }
  }

  /// The newest, whether or not it still holds.
  func last(_ key: AgentKey) -> AgentDocument? {
    index.withLock { $0.places[key].flatMap(read) }.map { AgentDocument(key: key, json: $0) }
  }

  /// Keeps a document in the place of the one before, unless that still holds and says the same: who has it need not get another. A disk
  /// that is full only means that it is made again.
  func keep(_ made: MadeDocument, at moment: Moment = .now()) {
    let (document, count, digest) = (made.document, made.document.json.count, made.document.digest)
    index.withLock { index in
      if let expired = index.expired, made.asked < expired { return }
      if let kept = index.places[document.key], kept.isFresh(at: moment) {
        // Two may ask at a time: the later question has the newer answer, whichever comes first.
        if made.asked < kept.asked { return }
        if kept.substance == made.substance { return }
        index.edition += 1
      }
      index.keptCount += 1
      if index.end + count > Self.maximumByteCount {
        index = Index(keptCount: index.keptCount, edition: index.edition, expired: index.expired)
      }
      let written = unsafe document.json.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, count, index.end) }
      guard written == count else { return index.places[document.key] = nil }
      index.places[document.key] = Place(
        offset: index.end, count: count, digest: digest, substance: made.substance, freshness: made.freshness,
        asked: made.asked)
      index.end += count
    }
  }

  /// How many were ever kept.
  var keptCount: Int { index.withLock(\.keptCount) }

  /// Another one whenever a document that still held is told no more: what was put together of such is not to be told either.
  var edition: Int { index.withLock(\.edition) }

  /// From now on every document is made anew.
  func expireAll() {
    index.withLock { index in
      for key in index.places.keys { index.places[key]?.freshness = nil }
      index.edition += 1
      index.expired = .now
    }
  }

  /// Under the lock: when the file begins anew, other bytes come to stand there.
  private func read(_ place: Place) -> [UInt8]? {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: place.count) { buffer, count in
      count = unsafe max(0, pread(descriptor, buffer.baseAddress, place.count, place.offset))
    }
    return bytes.count == place.count ? bytes : nil
  }
}
