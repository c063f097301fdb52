import Attestations
import PlaneContract
import Wire

/// What the planes' own answers say.
struct PlaneFindings {
  /// Which plane takes what a plane has to tell.
  private static let peers: [Role: Role] = [.training: .governance, .governance: .serving, .serving: .governance]
  static let manual = "docs/operations.md, At 3 a.m., says what to do about each sentence"

  let kind: HomeKind
  let root: VerifiedTrustRoot
  let now: Timestamp
  /// Whether this user may open none of a plane's sockets.
  let isShutOut: (Role) -> Bool

  func findings(_ planes: [PlaneHealth]) -> [Finding] { planes.flatMap(findings) }

  private func findings(_ health: PlaneHealth) -> [Finding] {
    guard let status = health.status else { return [away(health)] }
    return [self.health(health, status), version(status), trustRoot(status), queue(status, of: health.plane)]
      .compactMap { $0 } + strangers(status) + lease(status, of: health.plane)
  }

  private func away(_ health: PlaneHealth) -> Finding {
    let name = health.plane.planeName
    guard let failure = health.failure, failure.status == .unreachable, isShutOut(health.plane) else {
      return .failed(
        .plane, name, health.failure ?? .refused("it was not asked"),
        next: "compare planectl trust show with the plane's trust_root_digest, and look whose process listens")
    }
    return .unseen(.plane, name, failure.message, next: failure.hint ?? "join the group of a socket of it")
  }

  private func health(_ health: PlaneHealth, _ status: PlaneStatus) -> Finding {
    let name = health.plane.planeName
    switch health.verdict {
    case .ok:
      return .ok(.plane, name, "it is well, up for \(TimeSpan.text(max(0, now.seconds(since: status.startedAt))))")
    case .warn: return .warn(.plane, name, status.health, next: TrustFindings.renewal)
    case .fail, .unseen: return .fail(.plane, name, status.health, next: Self.manual)
    }
  }

  private func version(_ status: PlaneStatus) -> Finding {
    let (name, own) = (status.plane.text, ProjectVersion.text)
    guard status.version != own else { return .ok(.version, name, "it runs \(own), as this planectl") }
    return .warn(
      .version, name, "it runs \(status.version), and this planectl is \(own)",
      next: kind == .ofHost
        ? "systemctl restart \(name), or install the same package on both machines"
        : "stop and start the planes with the programs beside this planectl")
  }

  private func trustRoot(_ status: PlaneStatus) -> Finding? {
    let (name, version) = (status.plane.text, status.trustRootVersion)
    guard version != root.version else { return nil }
    let difference = "it goes by version \(version) of the trust root, and version \(root.version) is in this home"
    guard version < root.version else {
      return .fail(.trust, name, difference, next: "copy the newer versions from the planes' host into trust/")
    }
    return .fail(
      .trust, name, difference,
      next: kind == .ofHost ? "systemctl reload \(name); its status says why it refuses" : "send it SIGHUP")
  }

  private func queue(_ status: PlaneStatus, of plane: Role) -> Finding {
    let peer = Self.peers[plane]?.planeName ?? "its peer"
    let (pending, parked) = (status.counters["outbox_pending"]?.int ?? 0, status.counters["outbox_parked"]?.int ?? 0)
    if parked > 0 {
      return .fail(
        .queue, status.plane.text, "\(parked) deliveries were refused by \(peer) for good",
        next: "docs/operations.md, Refused deliveries; its log has the reasons")
    }
    guard pending > 0 else { return .ok(.queue, status.plane.text, "nothing waits for \(peer)") }
    return .warn(
      .queue, status.plane.text, "\(pending) deliveries wait for \(peer)",
      next: "ask again in a minute; while it does not get less, see how \(peer) is")
  }

  private func strangers(_ status: PlaneStatus) -> [Finding] {
    let count = status.counters["unauthenticated_last_minute"]?.int ?? 0
    guard count > 0 else { return [] }
    return [
      .warn(
        .caller, status.plane.text, "\(count) messages of the last minute had no signature of the trust root's",
        next: "find the client whose key has left the trust root, or that belongs to another home")
    ]
  }

  private func lease(_ status: PlaneStatus, of plane: Role) -> [Finding] {
    guard plane == .serving, root.root.policy.leaseSeconds != nil else { return [] }
    guard let left = status.counters["lease_seconds_left"]?.int else {
      return [.fail(.lease, status.plane.text, "no lease of governance has come", next: Self.leaseHint)]
    }
    guard left >= 0 else {
      return [
        .fail(
          .lease, status.plane.text, "governance's last lease ended \(TimeSpan.text(Int64(-left))) ago",
          next: Self.leaseHint)
      ]
    }
    return [
      .ok(.lease, status.plane.text, "governance's last lease is good for \(TimeSpan.text(Int64(left))) more")
    ]
  }

  private static let leaseHint = "see that governance runs, and what its log says of deliveries to serving"
}
