import TestSupport
import Testing

@testable import NandaBridge

/// What comes as a form and is none, or holds more than it should.
@Suite struct MultipartFormTests {
  private static let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
  private static let type = "multipart/form-data; boundary=\(boundary)"

  private static func part(_ headers: String, _ content: String) -> String {
    "--\(boundary)\r\n\(headers)\r\n\r\n\(content)\r\n"
  }

  private static let file = part(
    "Content-Disposition: form-data; name=\"bundle\"; filename=\"iris.json\"\r\nContent-Type: application/json", "{}\n")
  private static let place = part("Content-Disposition: form-data; name=\"environment\"", " staging ")
  private static let end = "--\(boundary)--\r\n"

  private func form(_ body: String, type: String = type) throws -> MultipartForm {
    try MultipartForm(Array(body.utf8), boundary: MultipartForm.boundary(in: type))
  }

  @Test("the form of a browser gives its file byte for byte, and its environment without spaces around it")
  func browsers() throws {
    let form = try form(Self.file + Self.place + Self.end)
    #expect(form.bundle == Array("{}\n".utf8) && form.environment == "staging")
    let alone = try self.form(Self.file + "--\(Self.boundary)--")
    #expect(alone.environment.isEmpty)
  }

  @Test(
    "what is no form with a plain boundary is of the wrong type",
    arguments: [
      nil, "", "application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
      "multipart/mixed; boundary=a", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a\"",
      "multipart/form-data; boundary=a b", "multipart/form-data; boundary=a; boundary=b",
      "multipart/form-data; charset=utf-8; boundary=a", "multipart/form-data; boundary=a\u{0}",
      "multipart/form-data; boundary=\(String(repeating: "a", count: 71))",
      "multipart/form-data; boundary=ä", "multipart/form-data, multipart/form-data; boundary=a",
    ])
  func types(type: String?) {
    #expect(throws: UploadFault.wrongType) { try MultipartForm.boundary(in: type) }
  }

  @Test(
    "a form with anything else in it, before it or behind it is refused",
    arguments: [
      "", "{}", file, place + end, "preamble\r\n" + file + end, file + end + "epilogue", file + file + end,
      file + place + place + end, "\r\n" + file + end,
      file + part("Content-Disposition: form-data; name=\"other\"", "x") + end,
      part("Content-Disposition: form-data; name=\"bundle\"\r\nX-Header: 1", "{}") + end,
      part("Content-Disposition: form-data; name=\"bundle\"\r\nContent-Transfer-Encoding: base64", "e30=") + end,
      part("Content-Disposition: form-data; name=\"bundle\"; name=\"environment\"", "{}") + end,
      part("Content-Disposition: attachment; name=\"bundle\"", "{}") + end,
      part("Content-Disposition: form-data; name=bundle", "{}") + end,
      part(
        "Content-Disposition: form-data; name=\"bundle\"\r\nContent-Disposition: form-data; name=\"environment\"", "{}")
        + end,
      part("Content-Type: application/json", "{}") + end, part("", "{}") + end,
      file.replacingOccurrences("\r\n", with: "\n") + end, file.replacingOccurrences("{}\n\r\n", with: "{}\n") + end,
      part("Content-Disposition: form-data; name=\"bundle\"\r\n folded: x", "{}") + end,
    ])
  func others(body: String) {
    let fault = #expect(throws: UploadFault.self) { try form(body) }
    #expect(fault == .malformed || fault == .noFile)
  }

  @Test("the name of a file brings no header and no field with it, however it is written")
  func fileNames() throws {
    for name in [
      "a\"; name=\"environment", "..\\..\\etc\\passwd", "<img src=x onerror=alert(1)>", "\u{202e}nosj.elif",
      String(repeating: "n", count: 1500),
    ] {
      let form = try form(
        Self.part("Content-Disposition: form-data; name=\"bundle\"; filename=\"\(name)\"", "{}") + Self.end)
      #expect(form.bundle == Array("{}".utf8) && form.environment.isEmpty)
    }
    for name in ["a\r\nX-Injected: 1", "a\nSet-Cookie: b=c", "a\r\n\r\n<script>", "a\u{0}b"] {
      let part = Self.part("Content-Disposition: form-data; name=\"bundle\"; filename=\"\(name)\"", "{}")
      let form = try? form(part + Self.end)
      // Only a blank line ends the headers; what stands behind it is the file, which is judged as one.
      #expect(form == nil || name.contains("\r\n\r\n"), "\(name.debugDescription)")
    }
  }

  @Test("headers and texts beyond their bounds are refused, and so is an environment that is no UTF-8")
  func bounds() throws {
    let long = String(repeating: "n", count: 4096)
    let header = Self.part("Content-Disposition: form-data; name=\"bundle\"; filename=\"\(long)\"", "{}") + Self.end
    #expect(throws: UploadFault.malformed) { try form(header) }
    let text = Self.file + Self.part("Content-Disposition: form-data; name=\"environment\"", long) + Self.end
    #expect(throws: UploadFault.malformed) { try form(text) }
    var bytes = Array((Self.file + Self.place + Self.end).utf8)
    let position = try #require(bytes.firstIndex(of: UInt8(ascii: "g")))
    #expect(position > 0)
    bytes.replace(Array(" staging ".utf8), with: [0xff, 0xfe])
    #expect(throws: UploadFault.malformed) {
      try MultipartForm(bytes, boundary: MultipartForm.boundary(in: Self.type))
    }
  }

  @Test("forms with a byte changed, added or taken away never crash, and give no field that was not asked for")
  func changedForms() throws {
    let whole = Array((Self.file + Self.place + Self.end).utf8)
    var random = SeededGenerator()
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0...Int.random(in: 0...3, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
        default: bytes.remove(at: position)
        }
      }
      guard let form = try? MultipartForm(bytes, boundary: MultipartForm.boundary(in: Self.type)) else { continue }
      #expect(!form.bundle.isEmpty && form.bundle.count < bytes.count && form.environment.utf8.count <= 256)
    }
  }
}

extension String {
  fileprivate func replacingOccurrences(_ text: String, with other: String) -> String {
    var bytes = Array(utf8)
    bytes.replace(Array(text.utf8), with: Array(other.utf8))
    return String(decoding: bytes, as: UTF8.self)
  }
}
