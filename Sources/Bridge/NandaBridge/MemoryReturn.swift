import CLinux
import ServiceLifecycle

/// Hands memory back that answers took while they were made: a page of the index is megabytes, and the allocator would keep them.
struct MemoryReturn: Service {
  private static let interval = Duration.seconds(10)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.interval)) != nil { clinux_return_memory() }
    }
  }
}
