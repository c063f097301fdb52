import Glibc
import PlaneContract
import Signing
import Wire

/// What no implementation can avoid: libsodium's verify of a request and its sign of a reply.
enum Floor {
  static let rounds = 2000

  /// Microseconds of this thread's processor time for one verify and one sign, over the bytes of a real request.
  static func measure(_ deployer: Deployer) throws -> Double {
    let envelope = try deployer.request().envelope
    let encoding = PreAuthenticationEncoding(payloadType: envelope.payloadType, payload: envelope.payload)
    let publicKey = deployer.key.publicKey
    guard let signature = Signature(bytes: envelope.signatures[0].bytes) else { throw BenchError("no signature") }
    let start = ProcessorTime.ofThread()
    for _ in 0..<rounds {
      guard publicKey.verifies(signature, over: encoding) else { throw BenchError("the request does not verify") }
      _ = try deployer.key.sign(encoding)
    }
    return (ProcessorTime.ofThread() - start) * 1e6 / Double(rounds)
  }
}
