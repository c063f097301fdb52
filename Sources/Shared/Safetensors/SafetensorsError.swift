import Wire

/// Why a file is not sound safetensors.
package enum SafetensorsError: Error, Equatable, CustomStringConvertible {
  case truncated(fileByteCount: Int64)
  case lengthBeyondFile(UInt64, fileByteCount: Int64)
  case tooLong(UInt64)
  case noObject
  case malformed(String)
  case unknownType(String, tensor: String)
  case wrongSize(SafetensorsTensor)
  case outOfRange(SafetensorsTensor, dataByteCount: Int64)
  case overlapping(SafetensorsTensor, SafetensorsTensor)
  case hole(from: Int64, to: Int64)

  package var description: String {
    switch self {
    case .truncated(let count): "it has \(count) bytes, too few for the length of a header"
    case .lengthBeyondFile(let length, let count):
      "it is cut short or no safetensors: its header would have \(length) bytes, but the whole file has \(count)"
    case .tooLong(let length):
      "its header has \(length) bytes, more than the \(SafetensorsHeader.maximumByteCount) that are read"
    case .noObject: "its header does not begin with {"
    case .malformed(let problem): "its header is malformed: \(problem)"
    case .unknownType(let type, let tensor):
      "tensor \(Self.shown(tensor)) is of the unknown type \(Self.shown(type))"
    case .wrongSize(let tensor):
      "tensor \(Self.shown(tensor.name)) of \(tensor.type.rawValue) \(tensor.shape) does not take the bytes "
        + "\(tensor.begin) to \(tensor.end)"
    case .outOfRange(let tensor, let count):
      "it is cut short: tensor \(Self.shown(tensor.name)) ends at byte \(tensor.end), but there are \(count) bytes of data"
    case .overlapping(let one, let other):
      "tensors \(Self.shown(one.name)) and \(Self.shown(other.name)) overlap at byte \(one.begin) of the data"
    case .hole(let begin, let end): "no tensor covers the bytes \(begin) to \(end) of the data"
    }
  }

  /// A name that others chose, clipped and with its control characters escaped.
  static func shown(_ name: String) -> String { JSONValue.string(name.clipped(64)).jsonText }
}
