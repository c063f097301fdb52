import Attestations
import PlaneContract
import Wire

/// Everything that `doctor` looks at, in the order in which one thing explains the next: what is in this folder, what the planes say of
/// themselves, what others say of them. What cannot be looked at is found so, and the rest goes on.
struct Examination {
  let home: Home
  let now = Timestamp.now()

  func findings() async -> [Finding] {
    let here =
      FileFindings(home: home).findings + UserFindings(home: home).findings + SocketFindings(home: home).findings
      + DiskFindings(home: home).findings + BridgeFindings(home: home).findings
    let root: VerifiedTrustRoot
    do { root = try home.trustRoot() } catch { return [untrusted(error)] + here + clock([]) }
    let trust = TrustFindings(home: home, root: root, now: now).findings
    let session: Session
    do { session = try Session(examiningAt: home, root: root) } catch {
      return trust + here + clock([]) + [
        .unseen(.caller, "the planes", Failure(explaining: error).message, next: Self.keyHint)
      ]
    }
    return trust + here + (await asked(session))
  }

  private func asked(_ session: Session) async -> [Finding] {
    let planes = await PlaneHealth.all(session)
    let judge = PlaneFindings(kind: home.kind, root: session.root, now: now) {
      session.isShutOut(of: $0, for: .planeStatus)
    }
    let answering = planes.filter { $0.status != nil }.map(\.plane)
    let approvals = answering.contains(.governance) ? await ApprovalFindings.ask(session) : []
    let offsets = answering.compactMap { plane in
      session.root.plane(plane).map { (plane, session.clocks.now(at: $0.id).seconds(since: .now())) }
    }
    return [.ok(.caller, session.principal.id.text, "it asks the planes")] + judge.findings(planes)
      + (await LogFindings(session: session).findings(of: answering)) + approvals + clock(offsets)
  }

  private func clock(_ offsets: [(Role, Int64)]) -> [Finding] {
    ClockFindings(offsets: offsets.map { (plane: $0.0, seconds: $0.1) }).findings
  }

  private func untrusted(_ error: any Error) -> Finding {
    .failed(
      .trust, home.trust, Failure(explaining: error),
      next: "docs/operations.md, When a version is refused; nothing was asked of the planes")
  }

  private static let keyHint =
    "planectl keygen NAME makes a key, and the trust root has to name it; root needs none for the rest"
}

extension Session {
  /// As whoever may ask most with the least role that is at hand; if need be as anyone.
  init(examiningAt home: Home, root: VerifiedTrustRoot) throws {
    let ring = KeyRing(home: home, root: root)
    let roles: [Role] = [.reader, .monitor, .deployer, .approver]
    if let identity = try? ring.identity(named: nil, holding: roles, for: "doctor") {
      self.init(home, root: root, identity: identity)
    } else {
      try self.init(anyoneAt: home)
    }
  }
}
