import Glibc
import Wire

/// What something took, from its start to its end.
struct Effort {
  let seconds: Double
  /// On all cores together, whoever else wanted them.
  let processor: Double

  init(seconds: Double, processor: Double) { (self.seconds, self.processor) = (seconds, processor) }

  /// Of programs that `body` runs to their end.
  init(_ body: () throws -> Void) rethrows {
    try self.init(of: ProcessorTime.ofEndedChildren, body)
  }

  /// Of the process `pid`, which goes on running.
  init(of pid: pid_t, _ body: () throws -> Void) throws {
    try self.init(of: { try ProcessorTime.ofProcess(pid) }, body)
  }

  private init(of processorTime: () throws -> Double, _ body: () throws -> Void) rethrows {
    let (start, used) = (ContinuousClock.now, try processorTime())
    try body()
    seconds = ContinuousClock.now.since(start)
    processor = try processorTime() - used
  }

  var json: JSONValue { ["seconds": .init(seconds), "cpu_seconds": .init(processor)] }
}
