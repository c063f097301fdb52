import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// A form with a bundle, received within bounds of size and time.
struct BundleUpload {
  /// Of a bundle. One takes several times its length to be checked, and the bridge has to go on beside it: what is longer is for
  /// `planectl bundle verify`, which has a process of its own.
  static let maximumBundleByteCount = 16 << 20
  private static let maximumByteCount = maximumBundleByteCount + MultipartForm.overhead
  private static let patience = Duration.seconds(60)

  private let request: Request
  private let boundary: [UInt8]

  /// Looks at the head of the request alone: what is refused here is refused before anything else is read.
  ///
  /// - Throws: `UploadFault`.
  init(_ request: Request) throws(UploadFault) {
    // A browser says where a form was sent from; who is no browser has no one to be tricked.
    if let site = HTTPField.Name("Sec-Fetch-Site").flatMap({ request.headers[$0] }),
      !["same-origin", "none"].contains(site)
    {
      throw .elsewhere
    }
    boundary = try MultipartForm.boundary(in: request.headers[.contentType])
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.maximumByteCount {
      throw .tooLarge
    }
    self.request = request
  }

  /// Whether the request says how long it is, and that is no more than a person might send by mistake.
  static func isBounded(_ request: Request) -> Bool {
    request.headers[.contentLength].flatMap { Int($0) }.map { $0 <= 4 * maximumByteCount } ?? false
  }

  /// - Parameter share: of the memory for what is received; it grows with what comes.
  /// - Throws: `UploadFault`, or what ended the connection.
  func form(in share: ByteBudget.Share) async throws -> MultipartForm {
    let rate = LeastRate()
    let body = try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { [request] in try await Self.read(request, in: share, rate) }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        throw UploadFault.tooSlow
      }
      group.addTask {
        try await rate.lapse()
        throw UploadFault.tooSlow
      }
      defer { group.cancelAll() }
      guard let body = try await group.next() else { throw UploadFault.malformed }
      return body
    }
    let form = try MultipartForm(body, boundary: boundary)
    guard form.bundle.count <= Self.maximumBundleByteCount else { throw UploadFault.tooLarge }
    return form
  }

  private static func read(_ request: Request, in share: ByteBudget.Share, _ rate: LeastRate) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    // Takes no memory before it is filled.
    bytes.reserveCapacity(request.headers[.contentLength].flatMap { Int($0) }.map { min($0, maximumByteCount) } ?? 0)
    for try await chunk in request.body {
      guard bytes.count + chunk.readableBytes <= maximumByteCount else { throw UploadFault.tooLarge }
      guard rate.isKept(by: chunk.readableBytes) else { throw UploadFault.tooSlow }
      guard share.grow(by: chunk.readableBytes) else { throw UploadFault.busy }
      bytes += chunk.readableBytesView
    }
    return bytes
  }
}
