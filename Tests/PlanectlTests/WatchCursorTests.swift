import Attestations
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct WatchCursorTests {
  @Test func aCursorIsReadBackAsItWasLeft() throws {
    let scratch = try ScratchFolder()
    let path = "\(scratch.path)/cursor"
    var cursor = try WatchCursor(path: path)
    #expect(cursor.places.isEmpty)
    let places: [Role: LogPlace] = [
      .serving: LogPlace(size: 12, root: Digest(hashing: [1])),
      .governance: LogPlace(size: 3, root: Digest(hashing: [])),
    ]
    for (plane, place) in places { try cursor.advance(plane, to: place) }
    #expect(try WatchCursor(path: path).places == places)
  }

  @Test func aCursorOfAnEarlierVersionKnowsNoRoot() throws {
    let scratch = try ScratchFolder()
    try scratch.write(#"{"serving-plane":12}"#, to: "cursor")
    #expect(try WatchCursor(path: "\(scratch.path)/cursor").places == [.serving: LogPlace(size: 12, root: nil)])
  }

  @Test(arguments: [
    "", "{}x", #"{"serving-plane":-1}"#, #"{"serving-plane":"1"}"#, #"{"other":1}"#, "[]", #"{"serving-plane":{}}"#,
    #"{"serving-plane":{"size":1,"root":"1"}}"#,
  ])
  func aFileThatIsNoCursorIsRefusedAndNotBegunAnew(text: String) throws {
    let scratch = try ScratchFolder()
    try scratch.write(text, to: "cursor")
    #expect(throws: Failure.self) { try WatchCursor(path: "\(scratch.path)/cursor") }
  }

  @Test func withoutAFileNothingIsRemembered() throws {
    var cursor = try WatchCursor(path: nil)
    let place = LogPlace(size: 1, root: nil)
    try cursor.advance(.training, to: place)
    #expect(cursor.places == [.training: place])
  }

  @Test func whatOthersWroteIntoAnEntryCannotReachTheTerminal() {
    let event = WatchedEvent(
      plane: .training, id: "x#0", index: 0,
      entry: ["event": "training_completed", "data": ["model_id": "iris", "reason": "\u{1b}[2J\u{202e}gone"]])
    #expect(event.line == #"training-plane training_completed iris reason=\u{1b}[2J\u{202e}gone"#)
  }
}
