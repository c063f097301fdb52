import Attestations
import Foundation
import FuzzProperties
import Wire

/// Sound inputs for every target, written as files `sound-NAME`: what the fuzzer begins with, and must be accepted by the tests.
enum SeedCorpus {
  static func write(to folder: String) throws {
    for target in FuzzTarget.all {
      let place = URL(fileURLWithPath: folder).appendingPathComponent(target.name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for (name, bytes) in try inputs(of: target.name) {
        try Data(bytes).write(to: place.appendingPathComponent("sound-\(name)"))
      }
    }
  }

  static func inputs(of target: String) throws -> [String: [UInt8]] {
    let papers = try SoundPapers()
    return switch target {
    case "strict-json", "canonical-json": SoundTexts.json
    case "base64": SoundTexts.base64
    case "identifier": SoundTexts.identifiers
    case "timestamp": SoundTexts.timestamps
    case "public-pem", "secret-pem": try SoundTexts.pem(target, papers.house)
    case "ssh-key": try SoundTexts.sshKeys(papers.house)
    case "ssh-agent": SoundTexts.agentAnswers
    case "key-proof": try SoundTexts.keyProofs(papers.house)
    case "safetensors": SoundTexts.safetensors
    case "frame": papers.frames
    case "envelope": papers.envelopes
    case "message": papers.messages.merging(papers.replies) { request, _ in request }
    case "admission": papers.messages
    case "decision": papers.questions
    case "trust-root": try papers.trustRoots()
    case "log-reset": papers.log.resets
    case "note": papers.log.notes
    case "tlog-proof": try papers.log.proofs()
    case "evidence-entry": papers.log.leaves
    default: papers.statements.filter { $0.key.hasPrefix(target) }
    }
  }
}
