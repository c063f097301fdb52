import WeightsDigest

/// Every environment's own endpoint: the service behind a socket where the config names one, else the directory.
struct EnvironmentEndpoints: ServingEndpoint {
  let directory: DirectoryEndpoint
  /// By the name of the environment.
  let sockets: [String: SocketEndpoint]

  func deploy(_ weights: StoredWeights, as place: DeploymentPlace, on grounds: DeploymentGrounds?) async throws {
    try await endpoint(of: place).deploy(weights, as: place, on: grounds)
  }

  func undeploy(_ place: DeploymentPlace, because reason: String) async throws {
    try await endpoint(of: place).undeploy(place, because: reason)
  }

  func deployed(_ place: DeploymentPlace) async throws -> WeightsID? {
    try await endpoint(of: place).deployed(place)
  }

  /// A service that cannot be asked hides nothing but its own environment.
  func places() async throws -> ServedPlaces {
    var places = try await directory.places()
    for (environment, endpoint) in sockets {
      do { places.found += try await endpoint.places().found } catch {
        places.unread.append("environment \(environment): \(error)")
      }
    }
    return places
  }

  private func endpoint(of place: DeploymentPlace) -> any ServingEndpoint {
    sockets[place.environment] ?? directory
  }
}
