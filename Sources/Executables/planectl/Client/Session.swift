import Attestations
import FoundationEssentials
import PlaneContract
import Signing
import Wire

/// One caller at one home: whom it believes, and as whom it speaks.
struct Session: Sendable {
  let home: Home
  let root: VerifiedTrustRoot
  let identity: Identity
  let clocks = PlaneClocks()
  private let socket: String?

  var principal: Principal { identity.principal }

  /// Opens the home for a caller who will ask `plane` for `kind`; the permission table says which roles may.
  init(_ options: CallerOptions, asking plane: Role, for kind: MessageKind) throws {
    try self.init(options.identity, at: options.socket, asking: plane, for: kind)
  }

  init(_ options: CallerOptions, holding roles: [Role], for purpose: String) throws {
    try self.init(options.identity, at: options.socket, holding: roles, for: purpose)
  }

  /// - Parameter socket: nil for those of the home.
  init(_ options: IdentityOptions, at socket: String? = nil, asking plane: Role, for kind: MessageKind) throws {
    let roles = SocketName.sockets(of: plane).flatMap { Permissions.roles(for: kind, on: $0) }
    try self.init(options, at: socket, holding: roles, for: kind.rawValue)
  }

  init(_ options: IdentityOptions, at socket: String? = nil, holding roles: [Role], for purpose: String) throws {
    home = try Home.find(options.homeOptions)
    root = try home.trustRoot()
    let named = options.name ?? ProcessInfo.processInfo.environment["PLANES_IDENTITY"].flatMap { $0.isEmpty ? nil : $0 }
    identity = try KeyRing(home: home, root: root).identity(named: named, holding: roles, for: purpose)
    self.socket = socket
  }

  /// For what any principal may ask, with whichever key is at hand.
  init(_ home: Home, root: VerifiedTrustRoot, identity: Identity) {
    self.home = home
    self.root = root
    self.identity = identity
    socket = nil
  }

  /// Sends one request and returns the body of the plane's verified `.result`.
  ///
  /// - Throws: `Refusal` when the plane said no, `ReplyError` when what answered is not believed, `Failure` when nothing did.
  func ask(
    _ plane: Role, _ kind: MessageKind, _ body: JSONObject, timeout: Duration = PlaneClient.patience
  ) async throws -> JSONObject {
    guard let principal = root.plane(plane) else {
      throw Failure.unverified("the trust root has no \(plane.planeName)")
    }
    let client = PlaneClient(
      plane: principal, sockets: sockets(plane, kind), identity: identity, clocks: clocks, awayHint: awayHint)
    return try await client.ask(kind, body, timeout: timeout)
  }

  /// The same, read as the body that the kind's result has. One that does not read as that is not believed.
  func ask<Result: Body>(
    _ plane: Role, _ kind: MessageKind, _ body: JSONObject, timeout: Duration = PlaneClient.patience
  ) async throws -> Answer<Result> {
    let fields: JSONObject = try await ask(plane, kind, body, timeout: timeout)
    do { return Answer(value: try Result(fields), body: fields) } catch {
      throw Failure.unverified("\(plane.planeName) answered \(kind.rawValue) with something else: \(error)")
    }
  }

  private var awayHint: String {
    socket == nil ? home.kind.startHint : "check the path of --socket, or the tunnel behind it"
  }

  /// Whether this user may open none of the sockets where the plane would take `kind` from this principal.
  func isShutOut(of plane: Role, for kind: MessageKind) -> Bool {
    let paths = sockets(plane, kind)
    return !paths.isEmpty && paths.allSatisfy(SocketAccess.isForbidden)
  }

  /// Where this caller may send `kind`: on a host one audience can open one socket and another another.
  private func sockets(_ plane: Role, _ kind: MessageKind) -> [String] {
    if let socket { return [AbsolutePath.of(socket)] }
    return SocketName.sockets(of: plane).reversed().filter { name in
      Permissions.roles(for: kind, on: name).contains(where: principal.holds)
    }.map(home.socket)
  }
}

/// A result as its type, and as it stood in the reply.
struct Answer<Value: Sendable>: Sendable {
  let value: Value
  let body: JSONObject
}
