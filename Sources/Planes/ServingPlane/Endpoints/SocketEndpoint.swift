import Attestations
import Daemon
import Signing
import Transport
import WeightsDigest
import Wire

/// The `socket` endpoint of one environment: a local service under its own user, which acts where a plane must not. It gets one
/// signed order a connection and answers with one frame, in bounded time. A yes is not taken at its word: the service is asked
/// again what it serves.
struct SocketEndpoint: ServingEndpoint {
  private static let connectTimeout = Duration.seconds(5)
  /// Telling what is served needs no time.
  private static let statusTimeout = Duration.seconds(10)

  private let config: SocketEndpointConfig
  private let environment: EnvironmentName
  private let context: PlaneContext

  init(_ config: SocketEndpointConfig, of environment: EnvironmentName, context: PlaneContext) {
    self.config = config
    self.environment = environment
    self.context = context
  }

  func deploy(_ weights: StoredWeights, as place: DeploymentPlace, on grounds: DeploymentGrounds?) async throws {
    let order = EndpointOrder(
      action: .deploy, environment: environment, modelID: ModelID(place.model), weights: weights, grounds: grounds)
    let reply = try EndpointReply.deployed(await send(order, timeout: config.timeout))
    guard reply.isDeployed else { throw SocketEndpointError.refused(place, reason: reply.reason) }
    let served = try await deployed(place)
    guard served == weights.id else { throw SocketEndpointError.contradicts(place, serves: served) }
  }

  func undeploy(_ place: DeploymentPlace, because reason: String) async throws {
    let order = EndpointOrder(
      action: .undeploy, environment: environment, modelID: ModelID(place.model), reason: reason)
    let reply = try EndpointReply.deployed(await send(order, timeout: config.timeout))
    guard !reply.isDeployed else { throw SocketEndpointError.stillServes(place, reason: reply.reason) }
    let served = try await deployed(place)
    guard served == nil else { throw SocketEndpointError.contradicts(place, serves: served) }
  }

  func deployed(_ place: DeploymentPlace) async throws -> WeightsID? {
    try await serving().first { $0.modelID.text.hasSameBytes(as: place.model) }?.weights
  }

  func places() async throws -> ServedPlaces {
    var places = ServedPlaces()
    for (modelID, _) in try await serving() {
      places.found.append(try DeploymentPlace(model: modelID.text, environment: environment.text))
    }
    return places
  }

  private func serving() async throws -> [(modelID: ModelID, weights: WeightsID)] {
    let order = EndpointOrder(action: .status, environment: environment)
    return try EndpointReply.serving(await send(order, timeout: Self.statusTimeout))
  }

  private func send(_ order: EndpointOrder, timeout: Duration) async throws -> [UInt8] {
    let frame = try order.signed(by: context.signer, as: context.principal.id, at: context.clock.now())
    let client = FrameClient(maxFrameBytes: EndpointReply.maximumByteCount, connectTimeout: Self.connectTimeout)
    let connection = try await client.connect(path: config.socket)
    do {
      let reply = try await connection.exchange(frame.serialized, timeout: timeout)
      await connection.close()
      return reply
    } catch {
      await connection.close()
      throw error
    }
  }
}
