import Signing
import Wire

/// What no implementation can avoid: libsodium's own work, in this thread's processor time.
struct Floor {
  private let key: SecretKey
  private let encoding: PreAuthenticationEncoding
  private let signature: Signature

  /// Over as many bytes as an envelope of this project with that payload has.
  init(payload: [UInt8]) throws {
    key = try SecretKey.generate()
    encoding = PreAuthenticationEncoding(payloadType: PayloadType.message.rawValue, payload: payload)
    signature = try key.sign(encoding)
  }

  /// Microseconds of one verify and one sign.
  func verifyAndSign(rounds: Int = 500) throws -> Double { try verify(rounds: rounds) + sign(rounds: rounds) }

  func verify(rounds: Int = 500) throws -> Double {
    try microseconds(rounds) {
      guard key.publicKey.verifies(signature, over: encoding) else { throw BenchError("libsodium does not verify") }
    }
  }

  func sign(rounds: Int = 500) throws -> Double { try microseconds(rounds) { _ = try key.sign(encoding) } }

  private func microseconds(_ rounds: Int, _ body: () throws -> Void) rethrows -> Double {
    let start = ProcessorTime.ofThisThread()
    for _ in 0..<rounds { try body() }
    return (ProcessorTime.ofThisThread() - start) * 1e6 / Double(rounds)
  }
}
