import FuzzProperties
import Testing

/// What the fuzzer asks of millions of inputs, asked again of every input that is kept.
@Suite struct PropertyTests {
  @Test(arguments: FuzzTarget.all.map(\.name)) func everyKeptInputFindsThePromisesKept(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let inputs = try KeptInput.all(of: name)
    #expect(inputs.contains { $0.isSound }, "Tests/Fuzz/corpus/\(name) holds no sound input")
    for input in inputs {
      do {
        let accepted = try target.check(input.bytes)
        #expect(accepted || !input.isSound, "\(input.path) is refused")
      } catch { Issue.record(error, "\(input.path)") }
    }
  }

  /// What a broken writer or a curious stranger sends first.
  @Test(arguments: FuzzTarget.all.map(\.name)) func everySoundInputCutShortOrWithOneByteChangedKeepsThem(name: String)
    throws
  {
    let target = try #require(FuzzTarget.named(name))
    for input in try KeptInput.all(of: name) where input.isSound {
      for place in stride(from: 0, to: input.bytes.count, by: max(1, input.bytes.count / 40)) {
        var changed = input.bytes
        changed[place] ^= 0x20
        for bytes in [Array(input.bytes.prefix(place)), changed] {
          do { _ = try target.check(bytes) } catch { Issue.record(error, "\(input.path) at \(place)") }
        }
      }
    }
  }
}
