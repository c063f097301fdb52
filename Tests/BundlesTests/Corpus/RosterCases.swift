import Attestations
import Bundles
import Signing
import Wire

// Trust roots that change hands, and people who come, go and are replaced.
extension BundleCorpus {
  static func addRootChanges(_ book: inout CaseBook) throws {
    let four = TextEdit { text in
      let keys = try PaperHouse.keys(["root one", "root two", "root three"]).map { "\"\($0.publicKey.hex)\"" }
      return try TextEdit.replace(
        "[\(keys.joined(separator: ","))],\"threshold\":2",
        "[\"\(try PaperHouse.key("root four").publicKey.hex)\"],\"threshold\":1")(text)
    }
    for (name, signers, failed) in [
      ("root-handed-on", ["root one", "root four"], []),
      ("root-handed-on-by-the-old-alone", ["root one"], [BundleCheck.trustRoots]),
      ("root-handed-on-by-the-new-alone", ["root four"], [.trustRoots]),
    ] {
      try add(name, &book, try PaperHouse.roots(second: four, by: signers), failed: failed)
    }
    let back = try PaperHouse.root(3).signed(by: PaperHouse.keys(["root four", "root one", "root two"]))
    try add(
      "root-key-came-back", &book, try PaperHouse.roots(second: four, by: ["root one", "root four"]) + [back],
      failed: [.trustRoots])
    for (name, edit) in try badRosters() {
      try add(name, &book, try PaperHouse.roots(second: edit), failed: [.trustRoots])
    }
  }

  private static func badRosters() throws -> [(String, TextEdit)] {
    let bob = "{\"id\":\"bob\",\"person\":\"bob\",\"roles\":[\"approver\"]"
    func newcomer(_ member: String) -> TextEdit {
      .replace("{\"id\":\"trainer\"", "\(member),{\"id\":\"trainer\"")
    }
    func reader(_ key: String) -> TextEdit {
      newcomer(
        "{\"id\":\"eve\",\"person\":null,\"roles\":[\"reader\"],\"groups\":[],\"keys\":[\"\(key)\"],\"retired_at\":null}"
      )
    }
    let eve = try PaperHouse.key("eve").publicKey.hex
    return [
      ("id-became-another-person", .replace(bob, bob.replacing("\"person\":\"bob\"", with: "\"person\":\"bea\""))),
      (
        "id-became-nobody",
        .replace(bob, "{\"id\":\"bob\",\"person\":null,\"roles\":[]")
      ),
      ("key-went-to-another-id", .replace(bob, bob.replacing("\"id\":\"bob\"", with: "\"id\":\"bob-two\""))),
      ("key-of-small-order", reader("01" + String(repeating: "00", count: 31))),
      ("key-of-mixed-order", reader("463e8865d95d8556ac2141fefe32f14ed867ebd465a01a9db2cb5c72a4033f5e")),
      (
        "two-governance-planes",
        newcomer(
          "{\"id\":\"eve\",\"person\":null,\"roles\":[\"governance\"],\"groups\":[],\"keys\":[\"\(eve)\"],\"retired_at\":null}"
        )
      ),
      ("role-twice", .replace(bob, bob.replacing("[\"approver\"]", with: "[\"approver\",\"approver\"]"))),
      (
        "group-of-a-retired",
        TextEdit { text in
          let erin = try TextEdit.replace(
            "\"person\":\"erin\",\"roles\":[\"approver\"],\"groups\":[\"ml\"]",
            "\"person\":\"erin\",\"roles\":[\"approver\"],\"groups\":[\"law\"]")(text)
          return try TextEdit.replace("\"all_of\":[\"risk\",\"ml\"]", "\"all_of\":[\"risk\",\"law\"]")(erin)
        }
      ),
    ]
  }

  /// The good papers under other roots. Those that nobody believes need no papers behind them.
  private static func add(
    _ name: String, _ book: inout CaseBook, _ roots: [UnverifiedEnvelope], failed: [BundleCheck]
  ) throws {
    try book.add(
      name,
      plan: { plan in
        plan.roots = roots
        if failed.isEmpty { plan.leaseRoot = try PaperPlan.verified(roots) }
      }, papers: { if !failed.isEmpty { $0.undeploy() } }, failed: failed)
  }

  static func addRosters(_ book: inout CaseBook) throws {
    try addGovernances(&book)
    try addSubmitters(&book)
    try addPersons(&book)
    let places = ["staging", "production", "moon"]
    for (name, asked) in [("environment-not-in-the-policy", "moon"), ("one-environment-not-in-the-policy", nil)] {
      try book.add(
        name, plan: { $0.environments = places }, papers: { $0.undeploy() }, environment: asked,
        failed: [.gateQuorum, .gateEnvironment])
    }
  }

  private static func addGovernances(_ book: inout CaseBook) throws {
    let roots = try PaperHouse.roots { principal in
      principal.id.text == "governance-plane"
        ? principal.with(keys: [try PaperHouse.key("new governance-plane").publicKey]) : principal
    }
    for (name, signers, failed) in [
      ("former-governance-beside-the-present", ["alice", "bob", "governance-plane", "new governance-plane"], []),
      ("former-governance-alone", ["alice", "bob", "governance-plane"], [BundleCheck.gateApproval]),
    ] {
      try book.add(
        name,
        plan: { plan in
          (plan.roots, plan.leaseRoot) = (roots, try PaperPlan.verified(roots))
          (plan.approvalKeys, plan.leaseKeys) = (signers, ["new governance-plane"])
        },
        papers: { papers in
          papers.undeploy()
          let witness = (papers.logs.governance.origin, "new governance-plane")
          papers.evidence[0] = try papers.logs.evidence(.training, 2, witnesses: [witness])
        }, failed: failed)
    }
    let alices = try PaperHouse.roots { principal in
      principal.id.text == "alice" ? principal.with(keys: [try PaperHouse.key("new alice").publicKey]) : principal
    }
    try book.add(
      "approved-by-a-key-that-comes-later",
      plan: { plan in
        (plan.roots, plan.leaseRoot) = (alices, try PaperPlan.verified(alices))
        plan.approvalKeys = ["new alice", "governance-plane"]
      }, papers: { $0.undeploy() }, after: -10 * 86_400 - 1, failed: [.gateApproval])
  }

  /// Retired in version 2, back in 3, retired again in 4.
  private static func addSubmitters(_ book: inout CaseBook) throws {
    let retire = { (principal: Principal) in
      principal.id.text == "trainer" ? principal.retired(at: PaperHouse.issued(2)) : principal
    }
    let signers = try PaperHouse.keys(["root one", "root two"])
    let twice = try PaperHouse.roots(change: retire)
    let again =
      try twice + [PaperHouse.root(3).signed(by: signers), PaperHouse.root(4, change: retire).signed(by: signers)]
    for (name, roots, version, failed) in [
      ("submitter-retired-under-a-version-not-here", twice, 3, [BundleCheck.gateTraining]),
      ("submitter-back-and-retired-again", again, 3, []),
      ("submitter-retired-again-before", again, 4, [.gateTraining]),
    ] {
      try book.add(
        name,
        plan: { plan in
          (plan.roots, plan.leaseRoot) = (roots, try PaperPlan.verified(roots))
          plan.approvalRoot = version
        }, papers: { $0.undeploy() }, failed: failed)
    }
  }

  /// A second principal of alice's person, without her group.
  private static func addPersons(_ book: inout CaseBook) throws {
    let roots = try PaperHouse.roots(
      second: .replace(
        "{\"id\":\"bob\"",
        "{\"id\":\"alice-two\",\"person\":\"alice\",\"roles\":[\"approver\"],\"groups\":[],\"keys\":[\""
          + "\(try PaperHouse.key("alice-two").publicKey.hex)\"],\"retired_at\":null},{\"id\":\"bob\""))
    for (name, signers, failed) in [
      ("one-person-twice", ["alice", "alice-two", "governance-plane"], [BundleCheck.gateQuorum]),
      ("the-first-of-a-person-has-no-group", ["alice-two", "alice", "bob", "governance-plane"], [.gateQuorum]),
      ("the-first-of-a-person-has-the-group", ["alice", "alice-two", "bob", "governance-plane"], []),
    ] {
      try book.add(
        name,
        plan: { plan in
          (plan.roots, plan.leaseRoot) = (roots, try PaperPlan.verified(roots))
          plan.approvalKeys = signers
        }, papers: { $0.undeploy() }, failed: failed)
    }
  }
}
