import Attestations
import Testing
import Wire

@testable import planectl

@Suite struct WatchCursorTests {
  @Test func aCursorIsReadBackAsItWasLeft() throws {
    let scratch = try ScratchFolder()
    let path = "\(scratch.path)/cursor"
    var cursor = try WatchCursor(path: path)
    #expect(cursor.next.isEmpty)
    try cursor.advance(.serving, to: 12)
    try cursor.advance(.governance, to: 3)
    #expect(try WatchCursor(path: path).next == [.serving: 12, .governance: 3])
  }

  @Test(arguments: ["", "{}x", #"{"serving-plane":-1}"#, #"{"serving-plane":"1"}"#, #"{"other":1}"#, "[]"])
  func aFileThatIsNoCursorIsRefusedAndNotBegunAnew(text: String) throws {
    let scratch = try ScratchFolder()
    try scratch.write(text, to: "cursor")
    #expect(throws: Failure.self) { try WatchCursor(path: "\(scratch.path)/cursor") }
  }

  @Test func withoutAFileNothingIsRemembered() throws {
    var cursor = try WatchCursor(path: nil)
    try cursor.advance(.training, to: 1)
    #expect(cursor.next == [.training: 1])
  }

  @Test func whatOthersWroteIntoAnEntryCannotReachTheTerminal() {
    let event = WatchedEvent(
      plane: .training, id: "x#0", index: 0,
      entry: ["event": "training_completed", "data": ["model_id": "iris", "reason": "\u{1b}[2J\u{202e}gone"]])
    #expect(event.line == #"training-plane training_completed iris reason=\u{1b}[2J\u{202e}gone"#)
  }
}
