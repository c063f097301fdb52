import Attestations
import Foundation
import PlaneContract
import Signing
import TestSupport
import Testing
import Wire

/// bob's key was made by `ssh-keygen` and lies in a real `ssh-agent`; no file of the planes' home holds it.
@Suite("An approver's key in an ssh-agent", .serialized)
struct SSHAgentTests {
  let home: PlanesHome
  let agent: SSHAgentProcess
  let planectl: Planectl
  /// The file of bob's key.
  let key: String

  init() async throws {
    home = try await PlanesHome()
    agent = try await SSHAgentProcess(in: home.folder)
    planectl = Planectl(home, agent: agent.socket)
    key = try await agent.newKey("bob")
    try await agent.add(key)
    let enrolled = try KeyFile.loadPublic(path: "\(key).pub")
    let before = try home.key("bob").publicKey
    try home.replaceRoot { $0.replacing(before.hex, with: enrolled.hex) }
    for name in ["bob.pem", "bob.pub.pem"] { try FileManager.default.removeItem(atPath: "\(home.path)/keys/\(name)") }
  }

  @Test("The agent signs an approval, which serving believes; without its key, or dead, it signs nothing")
  func approving() async throws {
    let planes = try await DaemonFixture(on: home)
    let model = try await planes.trained("agented")
    let approval = planes.approval(of: model)
    try await planes.proposed(approval)
    let id = approval.approvalID.text

    try await agent.removeAll()
    let without = try await planectl.run("approve", id, "--as", "bob")
    #expect(without.code == 4 && without.output.contains("no key of \"bob\""), "\(without.output)")

    try await agent.add(key)
    let (code, output) = try await planectl.run("approve", id, "--as", "bob")
    #expect(code == 0 && output.contains("active  signed by alice, bob (2 of 2)"), "\(output)\n\(planes.logs)")
    try await planes.servingAllows(approval)

    try await agent.kill()
    let dead = try await planectl.run("approve", id, "--as", "bob")
    #expect(dead.code == 4 && dead.output.contains(agent.socket), "\(dead.output)")
  }

  @Test("Of several keys that may, in files and in the agent, none is guessed; one alone is taken")
  func choosing() async throws {
    let both = try await planectl.run("approve", "approval:0")
    #expect(both.code == 4 && both.output.contains("there are keys of alice, bob"), "\(both.output)")
    #expect(both.output.contains("--as alice"))
    try FileManager.default.removeItem(atPath: "\(home.path)/keys/alice.pem")
    let alone = try await planectl.run("approve", "approval:0")
    #expect(alone.code == 3 && alone.output.contains("cannot reach governance-plane"), "\(alone.output)")
  }

  @Test("A key in the agent proves itself, chosen by its public half or as the only one")
  func provingPossession() async throws {
    let bob = try KeyFile.loadPublic(path: "\(key).pub")
    for choice in [["--from-agent"], ["--existing", "\(key).pub"]] {
      let folder = "\(home.folder)/proof-\(choice.count)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      let (code, output) = try await planectl.run(["keygen", "bob", "--out", folder] + choice)
      #expect(code == 0, "\(output)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/bob.proof.json"))
      let proof = try KeyProof.verify(
        UnverifiedEnvelope(parsing: Array(bytes), maximumPayload: KeyProof.maximumPayload))
      #expect(proof.principal.text == "bob" && proof.publicKey == bob)
    }
  }

  @Test("A key that is not there, not the only one, or of another form is said to be")
  func notProving() async throws {
    try await agent.add(try await agent.newKey("rsa", type: "rsa"))
    let other = try await agent.newKey("other")
    let absent = try await planectl.run([
      "keygen", "bob", "--out", home.folder, "--existing", "\(other).pub",
    ])
    #expect(absent.code == 4 && absent.output.contains("does not hold"), "\(absent.output)")
    let openSSH = try await planectl.run(["keygen", "bob", "--out", home.folder, "--existing", other])
    #expect(openSSH.code == 4 && openSSH.output.contains("give \(other).pub instead"), "\(openSSH.output)")
    let rsa = try await planectl.run([
      "keygen", "bob", "--out", home.folder, "--existing", "\(home.folder)/rsa.pub",
    ])
    #expect(rsa.code == 4 && rsa.output.contains("not an ssh-ed25519 key"), "\(rsa.output)")
    try await agent.add(other)
    let several = try await planectl.run(["keygen", "bob", "--out", home.folder, "--from-agent"])
    #expect(several.code == 4 && several.output.contains("holds 2 Ed25519 keys"), "\(several.output)")
    let none = try await Planectl(home).run(["keygen", "bob", "--out", home.folder, "--from-agent"])
    #expect(none.code == 4 && none.output.contains("SSH_AUTH_SOCK"), "\(none.output)")
    #expect(!FileManager.default.fileExists(atPath: "\(home.folder)/bob.proof.json"))
  }
}
