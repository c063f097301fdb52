import Attestations
import Foundation
import Glibc
import Signing
import TestSupport
import Transport
import Wire

@testable import ServingPlane

/// The service of config/examples/endpoints as a process of its own, with one of its adapters.
final class ShippedEndpoint: Sendable {
  let folder: TemporaryDirectory
  private let adapter: [String]
  private let arguments: [String]

  /// - Parameters:
  ///   - store: the plane's, which need not exist yet.
  ///   - adapter: its name and options; `FOLDER` stands for a folder that it may use.
  init(_ house: TestHouse, store: String, adapter: [String]) throws {
    folder = try TemporaryDirectory()
    let path = folder.path
    for name in ["trust", "work"] {
      try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: false)
    }
    try Data(house.root.envelope.serialized).write(to: URL(fileURLWithPath: "\(path)/trust/1.root.json"))
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../config/examples/endpoints/endpoint.py").standardizedFileURL.path
    arguments = [
      "python3", "-B", script, "--environment", "staging", "--socket", "\(path)/e.sock", "--trust-root",
      "\(path)/trust", "--trust-root-digest", "\(house.root.digest)", "--store", store, "--state",
      "\(path)/state.json",
    ]
    self.adapter = adapter.map { $0.replacing("FOLDER", with: "\(path)/work") }
  }

  var socket: String { "\(folder.path)/e.sock" }
  var work: String { "\(folder.path)/work" }
  var log: String { (try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)) ?? "" }

  /// The config of a plane whose staging is served from here.
  var config: String { "endpoints: {staging: {socket: \(socket), timeout_seconds: 60}}" }

  /// Starts it; it listens when this returns.
  func start() async throws -> ChildProcess {
    unlink(socket)
    let process = try ChildProcess("/usr/bin/env", arguments + adapter, log: "\(folder.path)/log")
    try await pollUntil("the endpoint listens: \(log)") {
      if let code = process.exitCode { throw ProcessFailure("the endpoint ended with \(code): \(log)") }
      guard let connection = try? await FrameClient().connect(path: socket) else { return false }
      await connection.close()
      return true
    }
    return process
  }

  /// What it answers to a frame.
  func answer(to frame: [UInt8]) async throws -> JSONObject {
    let connection = try await FrameClient().connect(path: socket)
    let reply = try await connection.exchange(frame, timeout: .seconds(30))
    await connection.close()
    return try StrictJSON.parse(reply).object ?? [:]
  }
}
