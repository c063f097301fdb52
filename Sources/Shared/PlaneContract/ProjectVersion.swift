/// The version that `plane.status` and `--version` tell.
package enum ProjectVersion {
  package static let text = "0.1.0"
}
