import PlaneContract
import Signing
import Wire

/// The config of the bridge in a home of one user. Paths are relative to the config's folder.
struct BridgeConfigText {
  let reader: PrincipalID
  let rootDigest: Digest

  var text: String {
    """
    # nanda-bridge of a home made by planectl init: tells the NANDA network which models may run. config/nanda-bridge.yaml of the
    # sources documents every key.

    # Folder of the signed trust root, the same as the planes'.
    trust_root: ../trust

    # SHA-256 of the trust root's payload: what the bridge believes before it believes anything else.
    trust_root_digest: \(rootDigest)

    # A reader's secret key, mode 0600. The bridge can change nothing.
    key: ../keys/\(reader).pem

    # The bridge's own database: what it told of which agent, in sequence.
    database: state.sqlite

    # Where it asks.
    governance_socket: ../run/governance-plane/read.sock
    serving_socket: ../run/serving-plane/read.sock

    # Where it answers: 127.0.0.1:PORT, or unix:PATH.
    listen: 127.0.0.1:8370

    # By what others know this registry, and who answers for it.
    registry_id: my-models
    provider:
      name: My models
      url: http://localhost:8370

    """
  }
}
