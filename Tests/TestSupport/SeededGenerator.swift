import Foundation

/// SplitMix64: the same choices for the same seed, on every machine. A variable of the environment, `TEST_SEED` unless a test has its
/// own, sets another seed.
package struct SeededGenerator: RandomNumberGenerator {
  package let seed: UInt64
  private var state: UInt64

  package init(variable: String = "TEST_SEED") {
    seed = ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) } ?? 20_260_102
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
