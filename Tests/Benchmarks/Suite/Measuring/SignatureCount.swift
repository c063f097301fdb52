import Attestations
import Foundation
import PlaneContract
import Wire

/// How many Ed25519 operations something takes, and over how many bytes.
struct SignatureCount {
  var verifies = 0.0
  var verifiedBytes = 0.0
  var signs = 0.0
  var signedBytes = 0.0

  /// Microseconds that libsodium alone takes for all of it, here and now.
  func floor() throws -> Double {
    let verified = try Floor(payload: [UInt8](repeating: 0x20, count: Int(verifiedBytes / verifies)))
    let signed = try Floor(payload: [UInt8](repeating: 0x20, count: Int(signedBytes / signs)))
    return try verifies * verified.verify() + signs * signed.sign()
  }

  static func + (left: SignatureCount, right: SignatureCount) -> SignatureCount {
    SignatureCount(
      verifies: left.verifies + right.verifies, verifiedBytes: left.verifiedBytes + right.verifiedBytes,
      signs: left.signs + right.signs, signedBytes: left.signedBytes + right.signedBytes)
  }

  var json: JSONValue {
    [
      "verifies": .init(verifies), "verified_bytes": .init(verifiedBytes), "signs": .init(signs),
      "signed_bytes": .init(signedBytes),
    ]
  }
}

/// Counts a plane's operations through the preloaded CountingSodium, which writes them to a file.
struct SignatureCounter {
  private let file: String

  /// What the plane must find in its environment.
  let environment: [String: String]

  init(_ plane: Role, of home: Home) throws {
    file = try home.write([UInt8](repeating: 0, count: 4 * 8), to: "\(plane.planeName).counts")
    guard let own = Bundle.main.executableURL?.deletingLastPathComponent().path else {
      throw BenchError("this program does not know where it is")
    }
    environment = ["LD_PRELOAD": "\(own)/libCountingSodium.so", "SODIUM_COUNTS": file]
  }

  /// Since the plane was started, divided by `models`.
  func count(since earlier: [UInt64], models: Int) throws -> SignatureCount {
    let counts = zip(try numbers(), earlier).map { Double($0 - $1) / Double(models) }
    return SignatureCount(verifies: counts[0], verifiedBytes: counts[1], signs: counts[2], signedBytes: counts[3])
  }

  func numbers() throws -> [UInt64] {
    try Data(contentsOf: URL(fileURLWithPath: file)).withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
  }
}
