import protocol Crypto.HashFunction
import struct Crypto.SHA256
import struct Crypto.SHA384
import struct Crypto.SHA512
import Signing
import Wire

// A file by whichever hash function its papers name. Memory is bounded by one buffer of 1 MiB.
extension FileReading {
  /// The digest of the file's bytes.
  func hash(by algorithm: HashAlgorithm) throws -> [UInt8] {
    switch algorithm {
    case .sha256: try hash(with: SHA256())
    case .sha384: try hash(with: SHA384())
    case .sha512: try hash(with: SHA512())
    case .blake2b: try hash(with: BLAKE2b())
    }
  }

  private func hash(with function: some HashFunction) throws -> [UInt8] {
    var state = function
    try run { piece in unsafe piece.withUnsafeBytes { unsafe state.update(bufferPointer: $0) } }
    return Array(state.finalize())
  }

  private func hash(with state: BLAKE2b) throws -> [UInt8] {
    try run { state.update($0) }
    return state.finish()
  }
}
