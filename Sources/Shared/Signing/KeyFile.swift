import Glibc

/// Key files on disk. A secret key that anyone but its owner could have read is refused, not warned about.
package enum KeyFile {
  /// Loads a PKCS#8 PEM secret key. The file must be a regular file of mode 0600 or 0400, owned by the caller or root.
  package static func loadSecret(path: String) throws(KeyError) -> SecretKey {
    let bytes = try readSecret(path: path)
    do { return try SecretKey(pem: String(decoding: bytes, as: UTF8.self)) } catch {
      throw .file(path: path, problem: "\(error)")
    }
  }

  /// Loads a shared secret: the bytes of the file, without one newline at their end. The file is guarded as a secret key's is.
  package static func loadSharedSecret(path: String) throws(KeyError) -> SharedSecret {
    var bytes = try readSecret(path: path)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    do { return try SharedSecret(bytes: &bytes) } catch { throw .file(path: path, problem: "\(error)") }
  }

  /// Loads a public key: SPKI PEM, or the `ssh-ed25519` line of an SSH key.
  package static func loadPublic(path: String) throws(KeyError) -> PublicKey {
    let bytes = try read(path: path) { _ in nil }
    do { return try PublicKey(text: String(decoding: bytes, as: UTF8.self)) } catch {
      throw .file(path: path, problem: "\(error)")
    }
  }

  /// Writes a new secret key, mode 0600; an existing file is never touched.
  package static func create(_ key: SecretKey, path: String) throws(KeyError) {
    try create(text: key.pem(), mode: 0o600, path: path)
  }

  /// Writes a new public key, mode 0644; an existing file is never touched.
  package static func create(_ key: PublicKey, path: String) throws(KeyError) {
    try create(text: key.pem, mode: 0o644, path: path)
  }

  private static func readSecret(path: String) throws(KeyError) -> [UInt8] {
    try read(path: path) { status in
      guard status.st_mode & 0o077 == 0 else {
        return "mode \(octal(status.st_mode)) lets others read it; run: chmod 600 \(path)"
      }
      guard status.st_uid == geteuid() || status.st_uid == 0 else { return "belongs to another user" }
      return nil
    }
  }

  private static func read(path: String, refuse: (stat) -> String?) throws(KeyError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { throw .file(path: path, problem: reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    // The open descriptor is judged, not the path, so that nothing can be exchanged in between.
    guard unsafe fstat(descriptor, &status) == 0 else { throw .file(path: path, problem: reason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .file(path: path, problem: "not a regular file") }
    if let problem = refuse(status) { throw .file(path: path, problem: problem) }
    var bytes = [UInt8](repeating: 0, count: PEM.maximumByteCount + 1)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
    guard count >= 0, count <= PEM.maximumByteCount else { throw .file(path: path, problem: "not a key file") }
    return Array(bytes.prefix(count))
  }

  private static func create(text: String, mode: mode_t, path: String) throws(KeyError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw .file(path: path, problem: reason(errno)) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    let written = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count, fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
      let problem = reason(errno)
      unsafe unlink(path)
      throw .file(path: path, problem: "could not be written: \(problem)")
    }
  }

  private static func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o7777, radix: 8) }
  private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
