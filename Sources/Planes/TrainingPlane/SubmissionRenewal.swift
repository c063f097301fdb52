import Daemon
import Logging
import ServiceLifecycle
import Synchronization

/// After a start, which may have brought a new key: what waits for governance is signed by it. Until that is done none of it is sent,
/// because governance would refuse what the old key has signed for good.
final class SubmissionRenewal: Service {
  static let retryInterval = Duration.seconds(5)

  private let service: SubmissionService
  private let done = Mutex(false)

  init(service: SubmissionService) { self.service = service }

  var isDone: Bool { done.withLock(\.self) }

  /// What cannot be done now, because a log is in dispute until the root keys reset it, say, is tried again.
  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while await !renew(), (try? await Task.sleep(for: Self.retryInterval)) != nil {}
      try? await gracefulShutdown()
    }
  }

  /// False when it has to be tried again.
  func renew() async -> Bool {
    do {
      try await service.renewWaiting()
      done.withLock { $0 = true }
    } catch {
      service.context.logger.critical(
        "what waits for governance could not be signed again yet", metadata: ["error": "\(error)"])
    }
    return isDone
  }
}
