import Safetensors

extension FuzzTarget {
  /// Input: a whole file.
  static let safetensors = FuzzTarget("safetensors", isJSON: false) { input in
    let length = SafetensorsHeader.lengthByteCount
    guard
      let count = try? SafetensorsHeader.byteCount(Array(input.prefix(length)), fileByteCount: Int64(input.count))
    else { return false }
    try promise(count >= 0 && length + count <= input.count, "a header lies within its file")
    let dataByteCount = Int64(input.count - length - count)
    let json = Array(input[length..<length + count])
    guard let header = try? SafetensorsHeader(parsing: json, dataByteCount: dataByteCount) else { return false }
    var end: Int64 = 0
    for tensor in header.tensors {
      try promise(tensor.begin == end && tensor.end >= end, "tensors follow each other without overlap or hole")
      end = tensor.end
    }
    try promise(end == dataByteCount, "every byte of the data belongs to a tensor")
    try promise(
      (try? SafetensorsHeader(parsing: json, dataByteCount: dataByteCount + 1)) == nil, "no byte may be left over")
    return true
  }
}
