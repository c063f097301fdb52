/// Whether weights are one file or a directory of files: the signed `weights_kind`.
package enum WeightsKind: String, CaseIterable, Sendable {
  /// The digest is the SHA-256 of the file's bytes; its name does not count.
  case file
  /// The digest is that of the `WeightsManifest`.
  case directory
}
