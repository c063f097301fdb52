import Glibc
import NIOCore
import Transport

/// Why the bridge cannot listen where its config says.
struct ListenFault: Error, CustomStringConvertible {
  let description: String

  init(_ error: TransportError) { description = "\(error)" }

  init(_ error: IOError, at address: ListenAddress) {
    let place = address.described(port: nil)
    description =
      switch error.errnoCode {
      case EADDRINUSE:
        "\(place) is taken by another process (`ss -ltnp` says which); end that, or choose another port here and in "
          + "provider.url or base_url"
      case EACCES: "\(place) may not be opened by this user; choose a port above 1023"
      default: "\(place): \(error)"
      }
  }
}
