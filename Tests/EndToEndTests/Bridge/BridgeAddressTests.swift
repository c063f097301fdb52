import Foundation
import Glibc
import TestSupport
import Testing

/// Where the bridge listens: what is there already is somebody's, and stays.
@Suite(.serialized) struct BridgeAddressTests {
  private let home: PlanesHome
  private var path: String { "\(home.path)/http.sock" }

  init() async throws { home = try await PlanesHome() }

  @Test("The serving plane's live socket as the bridge's path is refused with the key's name, and goes on being served")
  func aPlanesLiveSocket() async throws {
    let planes = try await DaemonFixture(on: home)
    let live = "\(home.path)/run/serving-plane/read.sock"
    let before = try inode(live)
    let said = try await BridgeFixture.refusal(on: home, ["listen: \"unix:\(live)\""])
    #expect(said.contains("`listen`") && said.contains(live) && said.contains("another process is serving"), "\(said)")
    #expect(said.contains("config.yaml"), "\(said)")
    #expect(try inode(live) == before)
    withExtendedLifetime(planes) {}
  }

  @Test("A second bridge on the path of a first refuses to start, and the first still answers; so does a taken port")
  func aBridgesLiveAddress() async throws {
    let other = try await PlanesHome()
    let first = try await BridgeFixture(on: home, ["listen: \"unix:\(path)\""])
    let said = try await BridgeFixture.refusal(on: other, ["listen: \"unix:\(path)\""])
    #expect(said.contains("`listen`") && said.contains("another process is serving"), "\(said)")
    #expect(try await ask("/nanda/tools").status == 200)
    #expect(try await first.terminate() == 0)

    let onPort = try await BridgeFixture(on: home)
    let taken = try await BridgeFixture.refusal(on: other, ["listen: 127.0.0.1:\(onPort.port)"])
    #expect(taken.contains("`listen`: 127.0.0.1:\(onPort.port) is taken by another process"), "\(taken)")
    #expect(try onPort.http.get("/nanda/tools").status == 200)
  }

  @Test(
    "Over a Unix socket the bridge answers as over a port; what a killed one left is replaced, and a clean end takes it away"
  )
  func aSocketsLife() async throws {
    let listen = ["listen: \"unix:\(path)\""]
    let first = try await BridgeFixture(on: home, listen)
    #expect(try await ask("/nanda/tools").status == 200)
    #expect(try await ask("/nowhere").status == 404)
    try await first.kill()
    #expect(throws: RawSocket.Refused.self) { try RawSocket(path) }

    let second = try await BridgeFixture(on: home, listen)
    #expect(try await ask("/nanda/tools").status == 200)
    #expect(try await second.terminate() == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: home.path).filter {
      $0.hasPrefix(".bridge-") || $0 == "http.sock"
    }
    #expect(left.isEmpty)
  }

  @Test("A file that came in the socket's place while the bridge ran is not removed when it ends")
  func aSuccessorsFile() async throws {
    let bridge = try await BridgeFixture(on: home, ["listen: \"unix:\(path)\""])
    unlink(path)
    let successor = try await BridgeFixture(on: PlanesHome(), ["listen: \"unix:\(path)\""])
    #expect(try await bridge.terminate() == 0)
    #expect(try await ask("/nanda/tools").status == 200)
    #expect(try await successor.terminate() == 0)
  }

  @Test("A file of another kind, a path that is too long, and a folder that is not there are refused, each by its name")
  func whatIsNoSocket() async throws {
    let file = "\(home.path)/notes"
    try Data("mine".utf8).write(to: URL(fileURLWithPath: file))
    let long = "\(home.path)/" + String(repeating: "x", count: 108)
    for (path, words) in [(file, "not a socket"), (long, "too many"), ("\(home.path)/absent/a.sock", "No such file")] {
      let said = try await BridgeFixture.refusal(on: home, ["listen: \"unix:\(path)\""])
      #expect(said.contains("`listen`") && said.contains(path) && said.contains(words), "\(said)")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
  }

  private func ask(_ target: String) async throws -> HTTPAnswer {
    let socket = try RawSocket(path)
    socket.send(Array("GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))
    return try HTTPAnswer(await socket.receivedBeforeClose())
  }

  private func inode(_ path: String) throws -> ino_t {
    var status = stat()
    try #require(lstat(path, &status) == 0, "\(path)")
    return status.st_ino
  }
}
