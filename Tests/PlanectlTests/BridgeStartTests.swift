import FoundationEssentials
import Glibc
import Testing

@testable import planectl

@Suite struct BridgeStartTests {
  let test: TestHome

  init() throws { test = try TestHome() }

  @Test(arguments: ["nanda-bridge", "nanda-bridge/config.yaml", "run/nanda-bridge"])
  func aHomeOfAnOlderVersionIsToldWhatItLacks(path: String) async throws {
    try FileManager.default.removeItem(atPath: "\(test.home.path)/\(path)")
    let start = BridgeStart(home: test.home)
    let failure = try await #require(throws: Failure.self) { try await start.perform() }
    #expect(failure.status == .refused && failure.message.hasSuffix("\(path) is not there"), "\(failure.message)")
    #expect(failure.hint?.contains("an older planectl init") == true)
    #expect(start.process.pid == nil && TextFile.byteCount(of: test.home.log(of: Home.bridge)) == 0)
  }

  @Test func aConfigThatWasWrittenAfterTheStartIsNoticed() throws {
    let process = DaemonProcess(home: test.home, program: Home.bridge)
    #expect(!process.isOlderThanItsConfig, "it was never started")
    try test.scratch.write("1", to: "home/run/nanda-bridge/pid")
    let pidFile = test.home.pidFile(of: Home.bridge)
    for (seconds, isOlder) in [(60, false), (-60, true)] {
      try FileManager.default.setAttributes(
        [.modificationDate: Date.now.addingTimeInterval(Double(seconds))], ofItemAtPath: pidFile)
      #expect(process.isOlderThanItsConfig == isOlder)
    }
  }
}

@Suite struct BridgeAddressTests {
  private static let time = "2026-01-02T03:04:05.000Z info"

  @Test(
    arguments: [
      ("\(time) ready address=127.0.0.1:8370\n", "http://127.0.0.1:8370"),
      ("\(time) ready address=127.0.0.1:1\n\(time) x\n\(time) ready address=127.0.0.1:2\n", "http://127.0.0.1:2"),
      ("\(time) ready address=unix:/srv/bridge.sock\n", "unix:/srv/bridge.sock"),
      ("\(time) ready address=\"unix:/my home/bridge.sock\"\n", "unix:/my home/bridge.sock"),
      ("\(time) ready address=127.0.0.1:83", nil), ("\(time) not ready\n", nil), ("", nil),
    ] as [(String, String?)])
  func itIsTheLastThatTheLogTellsInAWholeLine(log: String, address: String?) {
    #expect(BridgeAddress.told(in: log) == address)
  }

  @Test(
    arguments: [
      ("listen: 127.0.0.1:8370\n", "http://127.0.0.1:8370"), ("listen: unix:/srv/b.sock\n", "unix:/srv/b.sock"),
      ("listen: 127.0.0.1:0\n", nil), ("", nil),
    ] as [(String, String?)])
  func withoutALogItIsTheConfigs(config: String, address: String?) throws {
    let scratch = try ScratchFolder()
    try scratch.write(config, to: "config.yaml")
    #expect(BridgeAddress.configured(in: "\(scratch.path)/config.yaml") == address)
    try scratch.write("listen: unix:b.sock\n", to: "config.yaml")
    #expect(BridgeAddress.configured(in: "\(scratch.path)/config.yaml") == "unix:\(scratch.path)/b.sock")
  }
}
