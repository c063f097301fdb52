import Attestations
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// Three planes are never told of a new trust root at the same moment.
@Suite("A peer with an older trust root")
struct OlderRootTests {
  @Test(
    "What was decided under the newer root waits for the peer, a revocation does not, and nothing is refused for good")
  func governanceIsAhead() async throws {
    let planes = try await DaemonFixture()
    let (home, ci) = (planes.home, try planes.home.caller("ci"))
    let leaky = try await planes.trained("leaky")
    let doomed = planes.approval(of: leaky)
    try await planes.approved(doomed)
    try await ci.deploy(leaky.id, weights: leaky.path)
    let model = try await planes.trained("early")

    let carol = PlaneCaller(name: PrincipalID(checked: "carol"), key: try SecretKey.generate(), home: home)
    try home.install(
      home.next(after: home.root) { draft in
        draft.principals.append(
          Principal(id: carol.name, person: PersonID("carol"), roles: [.approver], keys: [carol.key.publicKey]))
      })
    _ = try await planes.reload(.governance) { $0.trustRootVersion == 2 }
    let approval = planes.approval(of: model)
    _ = try await home.caller("alice").propose(approval)
    #expect(try await carol.sign(approval.approvalID).status == .active)

    // Behind the approval in time, and not behind it in line.
    _ = try await home.caller("alice").revoke(planes.revocation(of: doomed))
    try await planes.servesNoMore(leaky.id)
    #expect(try await planes.verdict(on: approval).failures["approval"]?.contains("not known here") == true)

    _ = try await planes.reload(.serving) { $0.trustRootVersion == 2 }
    try await planes.servingAllows(approval)
    let counters = try await home.caller("bridge").status(of: .governance).counters
    #expect(counters["outbox_parked"]?.int == 0)
  }

  @Test("What runs and falls short is denied at once, named in the log, and not ended by a restart")
  func fallenShort() async throws {
    let planes = try await DaemonFixture()
    let (home, ci) = (planes.home, try planes.home.caller("ci"))
    let model = try await planes.deployed("steady")
    let key = try SecretKey.generate().publicKey
    try home.install(
      home.next(after: home.root) { draft in
        draft.principals = draft.principals.map { $0.id.text == "bob" ? $0.with(keys: [key]) : $0 }
      })
    _ = try await planes.reload(.serving) { $0.trustRootVersion == 2 }
    #expect(try await ci.authorize(model.id).failures["quorum"]?.contains("1 of 2") == true)
    try await pollUntil("it is named in the log") { planes.logs.contains("no longer approved under the trust root") }
    #expect(try await planes.terminate(.serving) == 0)
    try await planes.start(.serving)
    try await pollUntil("the restart has looked at it") { planes.logs.contains("what runs is no longer approved") }
    #expect(try home.served("steady") == model.served)
    #expect(try await ci.authorize(model.id).passed == false)
  }
}
