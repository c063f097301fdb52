import Wire

/// One tensor of a header: the type and number of its elements, and where its bytes stand in the data.
package struct SafetensorsTensor: Sendable, Equatable {
  private static let maximumDimensions = 256

  package let name: String
  package let type: SafetensorsType
  /// Empty for a scalar; a 0 makes a tensor without bytes.
  package let shape: [Int64]
  /// Offsets into the data, the end behind the last byte.
  package let begin: Int64
  package let end: Int64

  /// - Throws: `FieldError` for a field that is not what the format has; `SafetensorsError` where fields contradict each other.
  init(_ value: JSONValue, name: String) throws {
    var reader = try ObjectReader(value, "tensor \(SafetensorsError.shown(name))")
    self.name = name
    type = try Self.type(reader.string("dtype", maximum: 32), of: name)
    let dimensions = try reader.array("shape", maximum: Self.maximumDimensions)
    shape = try Self.counts(dimensions, reader, "shape")
    let offsets = try Self.counts(reader.array("data_offsets", maximum: 2), reader, "data_offsets")
    guard offsets.count == 2 else { throw reader.failure("data_offsets", "expected two numbers") }
    (begin, end) = (offsets[0], offsets[1])
    try reader.finish()
    guard begin <= end else { throw reader.failure("data_offsets", "end before they begin") }
    guard let size = type.byteCount(shape: shape), size == end - begin else {
      throw SafetensorsError.wrongSize(self)
    }
  }

  private static func type(_ text: String, of name: String) throws -> SafetensorsType {
    guard let type = SafetensorsType(rawValue: text) else { throw SafetensorsError.unknownType(text, tensor: name) }
    return type
  }

  private static func counts(_ items: [JSONValue], _ reader: ObjectReader, _ key: String) throws -> [Int64] {
    let counts = items.compactMap { $0.int.flatMap { $0 >= 0 ? Int64($0) : nil } }
    guard counts.count == items.count else { throw reader.failure(key, "expected whole numbers from 0") }
    return counts
  }
}

/// The element types of the format, by the names that it gives them.
package enum SafetensorsType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case u8 = "U8"
  case i8 = "I8"
  case u16 = "U16"
  case i16 = "I16"
  case u32 = "U32"
  case i32 = "I32"
  case u64 = "U64"
  case i64 = "I64"
  case f4 = "F4"
  case f6e2m3 = "F6_E2M3"
  case f6e3m2 = "F6_E3M2"
  case f8e4m3 = "F8_E4M3"
  case f8e5m2 = "F8_E5M2"
  case f8e8m0 = "F8_E8M0"
  case f8e4m3fnuz = "F8_E4M3FNUZ"
  case f8e5m2fnuz = "F8_E5M2FNUZ"
  case f16 = "F16"
  case bf16 = "BF16"
  case f32 = "F32"
  case f64 = "F64"
  case c64 = "C64"

  private var bits: Int64 {
    switch self {
    case .f4: 4
    case .f6e2m3, .f6e3m2: 6
    case .bool, .u8, .i8, .f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
    case .u16, .i16, .f16, .bf16: 16
    case .u32, .i32, .f32: 32
    case .u64, .i64, .f64, .c64: 64
    }
  }

  /// What so many elements take; nil beyond the range of a file, or where it is no whole number of bytes.
  func byteCount(shape: [Int64]) -> Int64? {
    if shape.contains(0) { return 0 }
    var product = bits
    for dimension in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      product = next
    }
    return product.isMultiple(of: 8) ? product / 8 : nil
  }
}
