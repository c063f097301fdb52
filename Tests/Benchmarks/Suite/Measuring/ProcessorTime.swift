import Glibc

/// Seconds of processor time, user and system together, to the nanosecond: the scheduler's own account.
enum ProcessorTime {
  /// Of all threads of `pid`, ended ones too.
  static func ofProcess(_ pid: pid_t) throws -> Double {
    var clock = clockid_t()
    guard clock_getcpuclockid(pid, &clock) == 0 else { throw BenchError("process \(pid) is gone") }
    return read(clock)
  }

  /// Of the programs that this one has started and that have ended.
  static func ofEndedChildren() -> Double {
    var usage = rusage()
    getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    return [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }.reduce(0, +)
  }

  static func ofThisProcess() -> Double { read(CLOCK_PROCESS_CPUTIME_ID) }
  static func ofThisThread() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension ContinuousClock.Instant {
  func since(_ earlier: ContinuousClock.Instant) -> Double { (self - earlier) / .seconds(1) }
}
