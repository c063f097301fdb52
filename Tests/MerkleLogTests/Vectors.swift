import FoundationEssentials
import Wire

/// The known answers of Tests/Vectors/standards.json.
enum Vectors {
  static func item(_ name: String) throws -> JSONObject {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Vectors/standards.json"))
    return try StrictJSON.parse([UInt8](data)).object?[name]?.object ?? [:]
  }
}
