import Attestations
import PlaneContract
import Signing

/// The config of a plane in a home of one user. Paths are relative to the config's folder.
struct PlaneConfigText {
  let plane: Role
  let rootDigest: Digest

  var text: String {
    let name = plane.planeName
    return """
      # \(name) of a home made by planectl init, where one user runs all three planes: for trying out.

      # Folder of the signed trust root, the same for all planes.
      trust_root: ../trust

      # SHA-256 of the trust root's payload: what this plane believes before it believes anything else.
      trust_root_digest: \(rootDigest)

      # This plane's own secret key, mode 0600.
      key: plane.pem

      # This plane's own database. No other process opens it.
      database: state.sqlite

      # Folder in which this plane makes its sockets.
      sockets: ../run/\(name)

      # Hand each socket to the Unix group of its audience. One user has no such groups.
      socket_groups: false

      \(own)
      """
  }

  private var own: String {
    switch plane {
    case .governance: Self.governance
    case .serving: Self.serving
    default: Self.training
    }
  }

  private static let training = """
    # Where training outputs are handed on.
    governance_socket: ../run/governance-plane/ingest.sock

    """

  private static let governance = """
    # Where approvals and revocations are handed on.
    serving_socket: ../run/serving-plane/control.sock

    """

  private static let serving = """
    # Where revocations that this plane accepted itself are handed on.
    governance_socket: ../run/governance-plane/observe.sock

    # This plane's own copies of weights, by digest.
    store: store

    # Where models are served from: deployments/ENVIRONMENT/MODEL/current.
    deployments: deployments

    # Folders below which a deployer may name weights. A host names the few where jobs leave them.
    weights_roots: ["/"]

    # Folders that are never read as weights, whatever weights_roots says. This plane's own folder is always one.
    private_paths: [../keys, ../trust, ../run, ../training-plane, ../governance-plane]

    """
}
