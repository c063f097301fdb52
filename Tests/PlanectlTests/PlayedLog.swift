import Attestations
import MerkleLog
import PlaneContract
import Signing
import Synchronization
import Wire

@testable import planectl

/// A plane's log in the hands of a test, and what a plane with this log answers. It keeps the hashes above the leaves as they were
/// signed, as a plane's database does, and shows the entries as they are now.
struct PlayedLog: MerkleNodes, Sendable {
  let origin: EvidenceOrigin
  private let key: SecretKey
  private(set) var entries: [[UInt8]] = []
  private var frontier = MerkleFrontier()
  private var nodes: [MerklePosition: Digest] = [:]
  /// The newest head with cosignatures, and the notes of peers that this plane shows.
  var cosigned: VerifiedCheckpoint?
  var witnessed: [UnverifiedNote] = []

  /// - Parameter key: the plane's own unless told otherwise.
  init(of plane: Role, in test: TestHome, count: Int = 0, event: String = "entry", key: SecretKey? = nil) throws {
    origin = EvidenceOrigin(rootDigest: test.root.originDigest, plane: plane.planeName)
    self.key = try key ?? KeyFile.loadSecret(path: "\(test.home.folder(of: plane))/plane.pem")
    for index in 0..<count { add(.planeStarted, ["version": .string("\(event) \(index)")]) }
  }

  static let epoch = Timestamp(microseconds: 1_767_323_045 * Timestamp.microsecondsPerSecond)

  /// A minute after the one before it.
  mutating func add(_ event: EvidenceEvent, _ data: JSONObject, attestation: Digest? = nil) {
    let entry = EvidenceEntry(
      index: entries.count, time: Self.epoch.adding(seconds: 60 * entries.count), event: event, data: data,
      attestation: attestation)
    entries.append(entry.bytes)
    frontier.append(MerkleHash.leaf(entry.bytes)) { nodes[$0] = $1 }
  }

  /// Writes over an entry as somebody does who has the database and not the key.
  mutating func alter(_ index: Int, to data: JSONObject) {
    entries[index] =
      EvidenceEntry(
        index: index, time: Self.epoch.adding(seconds: 60 * index), event: .planeStarted, data: data, attestation: nil
      ).bytes
  }

  func hash(at position: MerklePosition) throws -> Digest {
    if position.level == 0 { return MerkleHash.leaf(entries[position.index]) }
    guard let hash = nodes[position] else { throw ProofError.wrongLength }
    return hash
  }

  /// The head that was signed for so many entries.
  func head(_ size: Int? = nil) throws -> VerifiedCheckpoint {
    let size = size ?? entries.count
    let root = try size == frontier.size ? frontier.root : root(size: size)
    guard let checkpoint = Checkpoint(origin: origin.description, size: size, root: root) else {
      throw ProofError.wrongLength
    }
    return try VerifiedCheckpoint(signing: checkpoint, with: key)
  }

  /// Such a head as another plane has cosigned it.
  func head(
    _ size: Int? = nil, cosignedBy witness: Role, in test: TestHome, with key: SecretKey? = nil
  ) throws -> VerifiedCheckpoint {
    let name = EvidenceOrigin(rootDigest: test.root.originDigest, plane: witness.planeName).description
    let key = try key ?? KeyFile.loadSecret(path: "\(test.home.folder(of: witness))/plane.pem")
    let head = try head(size)
    return head.adding(try Cosignature(of: head, by: name, with: key, time: 1_767_330_000).line)
  }

  func answer(_ question: LedgerGet) throws -> JSONObject {
    switch question {
    case .entries(let from, let limit):
      let shown = try entries.dropFirst(from).prefix(limit).map { try StrictJSON.parse($0).object ?? [:] }
      return LedgerEntries(entries: shown, next: from + shown.count, size: entries.count).fields
    case .proof(let index, let size):
      let size = size ?? entries.count
      let proof = try inclusionProof(of: index, size: size)
      return LedgerProof(
        entry: try StrictJSON.parse(entries[index]).object ?? [:], proof: proof, root: try root(size: size),
        text: TlogProof(proof, checkpoint: try head(size))
      ).fields
    case .head:
      return LedgerHead(checkpoint: try head().note, cosigned: cosigned?.note, witnessed: witnessed).fields
    case .consistency(let from, let size):
      return LedgerConsistency(
        proof: try consistencyProof(from: from, to: size ?? entries.count), checkpoint: try head().note
      ).fields
    }
  }
}

/// A plane that listens where it should and answers `ledger.get` from a log that the test may change, with a lie where it says so.
final class FakeLog: Sendable {
  /// Takes the question and the honest answer; a `Refusal` that it throws is what is answered.
  typealias Lie = @Sendable (LedgerGet, JSONObject) throws -> JSONObject

  private let shown: ShownLog
  private let plane: FakePlane

  /// - Parameter counters: what the plane says of itself when it is asked how it is.
  init(
    _ role: Role, in test: TestHome, _ log: PlayedLog, counters: JSONObject = [:], lie: @escaping Lie = { $1 }
  ) throws {
    let shown = ShownLog(log)
    self.shown = shown
    let key = try KeyFile.loadSecret(path: "\(test.home.folder(of: role))/plane.pem")
    let sockets: [Role: SocketName] = [.training: .submit, .governance: .governanceRead, .serving: .servingRead]
    let status = PlaneStatus(
      plane: PrincipalID(checked: role.planeName), version: "0", startedAt: .now(), trustRootVersion: 1, health: "ok",
      counters: counters)
    let answer: FakePlane.Answer = { request in
      guard request.claimed.kind != MessageKind.planeStatus.rawValue else {
        return try FakePlane.reply(to: request, body: status.fields, signedBy: key)
      }
      let question = try LedgerGet(request.claimed.body)
      do {
        let body = try lie(question, try shown.log.answer(question))
        return try FakePlane.reply(to: request, body: body, signedBy: key)
      } catch let refusal as Refusal {
        return try FakePlane.reply(to: request, kind: MessageKind.errorKind, body: refusal.body, signedBy: key)
      }
    }
    plane = try FakePlane(
      socket: test.home.socket(sockets[role] ?? .submit), answers: Array(repeating: answer, count: 400))
  }

  /// From now on the plane has this log.
  func become(_ log: PlayedLog) { shown.log = log }
}

private final class ShownLog: Sendable {
  private let current: Mutex<PlayedLog>
  init(_ log: PlayedLog) { current = Mutex(log) }
  var log: PlayedLog {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }
}

extension JSONObject {
  /// The same with another value of one member.
  func replacing(_ key: String, _ value: JSONValue) -> JSONObject {
    var object: JSONObject = [:]
    for member in members { object.append(member.key, member.key == key ? value : member.value) }
    return object
  }
}
