import Daemon
import Foundation
import TestSupport
import Testing

@testable import NandaBridge

/// The shipped config, and what a config may not say.
@Suite struct BridgeConfigTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("The shipped config reads, and with every example line in it too")
  func shippedConfig() throws {
    let shipped = try Self.shipped()
    #expect(try read(shipped).listen == .tcp(host: "127.0.0.1", port: 8370))
    var isExample = false
    let lines = shipped.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      // A key, or what stands below one.
      isExample = line.contains(#/^# [a-z_]+:( [^ ]*)?$/#) || (isExample && line.hasPrefix("#   "))
      return isExample ? line.dropFirst(2) : line
    }
    let config = try read(lines.joined(separator: "\n"))
    #expect(config.agents.count == 1 && config.tools.count == 1 && config.privateModels.count == 1)
  }

  @Test(
    "What a config may not say is refused with its key",
    arguments: [
      ("listen: 0.0.0.0:80", "listen"), ("listen: 127.0.0.1:65536", "listen"), ("listen: example.com:80", "listen"),
      ("prefix: /nanda/", "prefix"), ("prefix: /../x", "prefix"), ("registry_id: a b", "registry_id"),
      ("poll_seconds: 0", "poll_seconds"), ("max_connections: 0", "max_connections"),
      ("model_endpoint: https://x.example/all", "model_endpoint"),
      ("model_endpoint: \"https://x.example/{modle}\"", "model_endpoint"),
      ("model_endpoint: \"https://x.example/{model}/{env}\"", "model_endpoint"),
      ("kept_deltas: 1", "kept_deltas"), ("private_models: [../x]", "private_models"), ("surprise: 1", "surprise"),
      ("agents: [{id: a, name: A, description: d}]", "agents"),
      ("agents: [{id: a, name: A, description: d, model: m, certified: true}]", "agents"),
      ("tools: [{tool_id: t}]", "tools"), ("registry_id: model-governance", "registry_id"),
      ("agents: [{id: a, name: \"A\\0\", description: d, model: m}]", "agents"),
      ("agents: [{id: a, name: A, description: d, model: m}]\nprivate_models: [m]", "agents"),
    ])
  func refusals(line: String, key: String) throws {
    let name = line.prefix { $0 != ":" }
    let lines = try Self.shipped().split(separator: "\n").filter { !$0.hasPrefix("\(name):") } + [Substring(line)]
    do {
      _ = try read(lines.joined(separator: "\n"))
      Issue.record("\(line) is taken")
    } catch let error as ConfigError { #expect(error.description.contains("`\(key)"), "\(error)") }
  }

  private static func shipped() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("config/nanda-bridge.yaml"), encoding: .utf8)
    return text.replacing("key_credential: reader.pem", with: "key: reader.pem")
  }

  private func read(_ text: String) throws -> BridgeConfig {
    let path = "\(folder.path)/config.yaml"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let section = try ConfigFile.read(path: path)
    let config = try BridgeConfig(section)
    try section.finish()
    return config
  }
}
