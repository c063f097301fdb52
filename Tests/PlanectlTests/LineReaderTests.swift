import Glibc
import Testing

@testable import planectl

@Suite struct LineReaderTests {
  private func lines(of text: String) throws -> [LineReader.Line] {
    let scratch = try ScratchFolder()
    try scratch.write(text, to: "input")
    let descriptor = open("\(scratch.path)/input", O_RDONLY)
    defer { close(descriptor) }
    var reader = LineReader(descriptor: descriptor)
    var lines: [LineReader.Line] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  private func text(_ text: String) -> LineReader.Line { .text(Array(text.utf8)) }

  @Test func linesComeInTheirOrderAndTheLastNeedsNoNewline() throws {
    #expect(try lines(of: "") == [])
    #expect(try lines(of: "a\n\nb") == [text("a"), text(""), text("b")])
    #expect(try lines(of: "a\nb\n") == [text("a"), text("b")])
  }

  @Test func aLineMayHaveTheWholeMebibyteAndNotOneByteMore() throws {
    let whole = String(repeating: "x", count: LineReader.maximumByteCount)
    #expect(try lines(of: "a\n\(whole)\nb\n") == [text("a"), text(whole), text("b")])
    #expect(try lines(of: "a\n\(whole)x\nb\n") == [text("a"), .tooLong, text("b")])
    #expect(try lines(of: "\(whole)\(whole)\(whole)") == [.tooLong])
  }

  @Test func aFailingInputIsNoEnd() {
    var reader = LineReader(descriptor: -1)
    #expect(throws: (any Error).self) { try reader.next() }
  }
}
