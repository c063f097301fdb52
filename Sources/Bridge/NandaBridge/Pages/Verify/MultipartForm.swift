import Wire

/// A form as a browser sends it with a file (RFC 7578), read strictly: two fields, each at most once, and nothing around them. What the
/// browser says of the file - its name, its type - is passed over: it decides nothing and is shown nowhere.
struct MultipartForm {
  /// What a form may have besides its file.
  static let overhead = 16 << 10
  private static let maximumHeaderBytes = 2 << 10
  private static let maximumTextBytes = 256

  let bundle: [UInt8]
  /// As it was typed; empty where nothing was.
  let environment: String

  /// - Parameter contentType: the request's `Content-Type`.
  static func boundary(in contentType: String?) throws(UploadFault) -> [UInt8] {
    guard let contentType, contentType.utf8.count <= 200 else { throw .wrongType }
    let parts = contentType.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmed)
    guard parts.count == 2, parts[0].lowercased() == "multipart/form-data", parts[1].utf8.starts(with: "boundary=".utf8)
    else { throw .wrongType }
    let name = parts[1].dropFirst("boundary=".count).utf8
    let isPlain = name.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        || "'()+_,-./:=?".utf8.contains(byte)
    }
    guard (1...70).contains(name.count), isPlain else { throw .wrongType }
    return Array(name)
  }

  init(_ body: [UInt8], boundary: [UInt8]) throws(UploadFault) {
    let delimiter = Array("\r\n--".utf8) + boundary
    var reader = MultipartReader(body, delimiter: delimiter)
    try reader.begin()
    var fields: [String: ArraySlice<UInt8>] = [:]
    while let part = try reader.next(maximumHeaderBytes: Self.maximumHeaderBytes) {
      guard ["bundle", "environment"].contains(part.name), fields[part.name] == nil else { throw .malformed }
      fields[part.name] = part.content
    }
    guard let file = fields["bundle"], !file.isEmpty else { throw .noFile }
    let typed = fields["environment"] ?? []
    guard typed.count <= Self.maximumTextBytes, let text = String(validating: typed, as: UTF8.self) else {
      throw .malformed
    }
    bundle = Array(file)
    environment = text.trimmed
  }
}

/// Goes through the parts of a form, one after the other, without copying them.
private struct MultipartReader {
  private let delimiter: [UInt8]
  private var rest: ArraySlice<UInt8>

  init(_ body: [UInt8], delimiter: [UInt8]) {
    self.delimiter = delimiter
    rest = body[...]
  }

  /// A form begins with its boundary; what others let stand before it is not taken.
  mutating func begin() throws(UploadFault) {
    let first = delimiter.dropFirst(2)
    guard rest.starts(with: first) else { throw .malformed }
    rest = rest.dropFirst(first.count)
  }

  /// Nil at the end of the form, behind which nothing stands.
  mutating func next(maximumHeaderBytes: Int) throws(UploadFault) -> (name: String, content: ArraySlice<UInt8>)? {
    if rest.starts(with: "--".utf8) {
      let end = rest.dropFirst(2)
      guard end.isEmpty || end.elementsEqual("\r\n".utf8) else { throw .malformed }
      return nil
    }
    guard rest.starts(with: "\r\n".utf8) else { throw .malformed }
    rest = rest.dropFirst(2)
    let blank = Array("\r\n\r\n".utf8)
    guard let head = rest.prefix(maximumHeaderBytes).position(of: blank) else { throw .malformed }
    let name = try Self.name(rest[..<head])
    let content = rest[(head + blank.count)...]
    guard let end = content.position(of: delimiter) else { throw .malformed }
    rest = content[(end + delimiter.count)...]
    return (name, content[..<end])
  }

  /// Of the field, from a part's header lines: `Content-Disposition`, once, and what a browser adds for a file.
  private static func name(_ head: ArraySlice<UInt8>) throws(UploadFault) -> String {
    guard let text = String(validating: head, as: UTF8.self) else { throw .malformed }
    var names: [String] = []
    for line in text.unicodeScalars.split(separator: "\r\n".unicodeScalars.map { $0 }).map(String.init) {
      guard !line.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else { throw .malformed }
      let parts = line.split(separator: ":", maxSplits: 1).map(\.trimmed)
      guard parts.count == 2 else { throw .malformed }
      switch parts[0].lowercased() {
      case "content-disposition": names.append(try fieldName(parts[1]))
      case "content-type": continue
      default: throw .malformed
      }
    }
    guard names.count == 1 else { throw .malformed }
    return names[0]
  }

  /// `form-data; name="bundle"; filename="…"`: the name comes first, as browsers write it.
  private static func fieldName(_ value: String) throws(UploadFault) -> String {
    guard let match = value.prefixMatch(of: #/form-data; name="([a-z]{1,32})"(?:$|; filename=)/#) else {
      throw .malformed
    }
    return String(match.1)
  }
}

extension ArraySlice<UInt8> {
  /// Where bytes begin first.
  fileprivate func position(of bytes: [UInt8]) -> Int? {
    guard let first = bytes.first else { return startIndex }
    var rest = self
    while let start = rest.firstIndex(of: first) {
      if self[start...].starts(with: bytes) { return start }
      rest = self[(start + 1)...]
    }
    return nil
  }
}

extension StringProtocol {
  /// Without the spaces around it.
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    return String(start.reversed().drop { $0 == " " }.reversed())
  }
}
