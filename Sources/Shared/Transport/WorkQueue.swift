/// Runs later-answers as child tasks, a bounded number at a time, in the order they came.
struct WorkQueue: Sendable {
  typealias Job = @Sendable () async -> Void

  private let maxRunning: Int
  private let jobs: AsyncStream<Job>
  private let submissions: AsyncStream<Job>.Continuation

  init(maxRunning: Int, maxWaiting: Int) {
    self.maxRunning = maxRunning
    (jobs, submissions) = AsyncStream.makeStream(of: Job.self, bufferingPolicy: .bufferingOldest(maxWaiting))
  }

  /// Returns false when the queue is full or finished; the job is then not run.
  func submit(_ job: @escaping Job) -> Bool {
    if case .enqueued = submissions.yield(job) { true } else { false }
  }

  /// Lets `run` return once what was submitted is done.
  func finish() {
    submissions.finish()
  }

  /// Runs the jobs until `finish`, or until its task is cancelled: then those that wait are dropped, and those that run are
  /// cancelled and awaited.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      var running = 0
      for await job in jobs {
        if running == maxRunning {
          await group.next()
          running -= 1
        }
        group.addTask(operation: job)
        running += 1
      }
    }
  }
}
