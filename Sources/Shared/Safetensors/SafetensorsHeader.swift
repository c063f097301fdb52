import Wire

/// The header of a safetensors file: which tensor stands where. It is judged whole: the tensors must cover the data without
/// overlap, hole or remainder, so that no byte of the file escapes its own description.
///
/// A file is eight bytes of length (little-endian), so many bytes of strict JSON that begin with `{` and may end in spaces, and
/// the data. The reading is bounded by `maximumByteCount` and `maximumValueCount`, and never looks at the data.
package struct SafetensorsHeader: Sendable, Equatable {
  /// What the names of such files end in.
  package static let fileSuffix = ".safetensors"
  package static let lengthByteCount = 8
  /// The largest headers in use, of models with tens of thousands of tensors, have a few MiB.
  package static let maximumByteCount = 16 << 20
  private static let maximumValueCount = 1 << 20
  private static let metadataKey = "__metadata__"

  /// In the order of their data.
  package let tensors: [SafetensorsTensor]

  /// How long the header is, from the first eight bytes of a file (fewer where it has fewer).
  package static func byteCount(_ prefix: [UInt8], fileByteCount: Int64) throws(SafetensorsError) -> Int {
    guard prefix.count == lengthByteCount, fileByteCount >= lengthByteCount else {
      throw .truncated(fileByteCount: fileByteCount)
    }
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(fileByteCount) - UInt64(lengthByteCount) else {
      throw .lengthBeyondFile(length, fileByteCount: fileByteCount)
    }
    guard length <= UInt64(maximumByteCount) else { throw .tooLong(length) }
    return Int(length)
  }

  /// Takes the JSON and the number of bytes that follow it.
  package init(parsing json: [UInt8], dataByteCount: Int64) throws(SafetensorsError) {
    guard json.first == UInt8(ascii: "{") else { throw .noObject }
    let tree: JSONValue
    do { tree = try StrictJSON.parse(json, maximumValueCount: Self.maximumValueCount) } catch {
      throw .malformed("\(error)")
    }
    var tensors: [SafetensorsTensor] = []
    for member in tree.object?.members ?? [] {
      do {
        if member.key.hasSameBytes(as: Self.metadataKey) {
          try Self.check(metadata: member.value)
        } else {
          tensors.append(try SafetensorsTensor(member.value, name: member.key))
        }
      } catch let error as FieldError { throw .malformed("\(error)") } catch let error as SafetensorsError {
        throw error
      } catch { throw .malformed("\(error)") }
    }
    self.tensors = tensors.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try Self.confirm(self.tensors, cover: dataByteCount)
  }

  private static func check(metadata: JSONValue) throws(FieldError) {
    guard let object = metadata.object, object.members.allSatisfy({ $0.value.string != nil }) else {
      throw FieldError(metadataKey, "expected an object of strings")
    }
  }

  private static func confirm(_ tensors: [SafetensorsTensor], cover byteCount: Int64) throws(SafetensorsError) {
    var end: Int64 = 0
    var previous: SafetensorsTensor?
    for tensor in tensors {
      guard tensor.end <= byteCount else { throw .outOfRange(tensor, dataByteCount: byteCount) }
      guard tensor.begin >= end else { throw .overlapping(tensor, previous ?? tensor) }
      guard tensor.begin == end else { throw .hole(from: end, to: tensor.begin) }
      (end, previous) = (tensor.end, tensor)
    }
    guard end == byteCount else { throw .hole(from: end, to: byteCount) }
  }
}
