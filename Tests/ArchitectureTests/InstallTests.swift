import Foundation
import Testing

/// `make install` and `make uninstall`, with the programs of this build, into a folder.
@Suite struct InstallTests {
  let scratch: ScratchDirectory
  var config: URL { scratch.url.appendingPathComponent("etc/nanda-planes/serving-plane.yaml") }

  init() throws { scratch = try ScratchDirectory() }

  @Test func withoutProgramsNothingIsInstalled() throws {
    let install = try run("install", programs: scratch.url.appendingPathComponent("nowhere"))
    #expect(install.status != 0 && install.output.contains("run make build first"), "\(install.output)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path).isEmpty)
  }

  @Test func twiceIsOnceAndWhatAnAdministratorWroteStays() throws {
    try #require(try run("install").status == 0)
    let first = try files()
    for name in [
      "opt/planes/bin/planectl", "opt/planes/lib/systemd/system/serving-plane.service",
      "opt/planes/lib/sysusers.d/nanda-planes.conf", "opt/planes/share/man/man1/planectl.1",
      "opt/planes/share/bash-completion/completions/planectl", "etc/nanda-planes/serving-plane.yaml",
    ] { #expect(first.contains(name), "\(name)") }
    let unit = scratch.url.appendingPathComponent("opt/planes/lib/systemd/system/serving-plane.service")
    #expect(try String(contentsOf: unit, encoding: .utf8).contains("ExecStart=/opt/planes/bin/serving-plane run "))

    try "mine\n".write(to: config, atomically: true, encoding: .utf8)
    let key = scratch.url.appendingPathComponent("etc/nanda-planes/private/serving-plane.pem")
    try FileManager.default.createDirectory(at: key.deletingLastPathComponent(), withIntermediateDirectories: false)
    try "a key\n".write(to: key, atomically: true, encoding: .utf8)
    try #require(try run("install").status == 0)
    #expect(try files() == first.union(["etc/nanda-planes/private/serving-plane.pem"]))
    #expect(try String(contentsOf: config, encoding: .utf8) == "mine\n")

    try #require(try run("uninstall").status == 0)
    #expect(try files().allSatisfy { $0.hasPrefix("etc/nanda-planes/") })
    #expect(try String(contentsOf: config, encoding: .utf8) == "mine\n")
    #expect(try String(contentsOf: key, encoding: .utf8) == "a key\n")
    try #require(try run("uninstall").status == 0)
  }

  private func run(_ what: String, programs: URL = Repository.products) throws -> Command {
    try Command([
      "env", "BIN=\(programs.path)", "DESTDIR=\(scratch.url.path)", "PREFIX=/opt/planes",
      Repository.root.appendingPathComponent("packaging/install.sh").path, what,
    ])
  }

  private func files() throws -> Set<String> {
    var isFolder: ObjCBool = false
    return try Set(
      FileManager.default.subpathsOfDirectory(atPath: scratch.url.path).filter {
        FileManager.default.fileExists(atPath: scratch.url.appendingPathComponent($0).path, isDirectory: &isFolder)
          && !isFolder.boolValue
      })
  }
}
