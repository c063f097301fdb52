import Daemon
import Logging
import PlaneContract

/// Stored bytes that no longer say what they said when they were accepted. Nothing is decided on them.
struct StoredRowFault: Error, CustomStringConvertible {
  let description: String

  /// - Parameters:
  ///   - object: what the row is, by name: `approval approval:0123…`.
  ///   - problem: what does not hold.
  init(_ object: String, _ problem: String) {
    description = "\(object): what is stored no longer verifies: \(problem)"
  }
}

extension PlaneContext {
  /// Runs `read` and turns a fault in stored rows into a critical log line and a refusal that names the object.
  func guardingStoredRows<Value>(_ read: () throws -> Value) throws -> Value {
    do { return try read() } catch let fault as StoredRowFault {
      logger.critical("a stored row was changed or damaged", metadata: ["problem": "\(fault)"])
      throw Refusal(.internal, "\(fault); nothing was decided; restore the governance plane's database from a backup")
    }
  }
}
