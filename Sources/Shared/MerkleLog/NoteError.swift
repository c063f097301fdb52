/// What is wrong with a signed note.
package enum NoteError: Error, Equatable, CustomStringConvertible {
  case malformed(String)
  case notCheckpoint
  case anotherOrigin(String, expected: String)
  case unsigned(by: String)

  package var description: String {
    switch self {
    case .malformed(let problem): "the note \(problem)"
    case .notCheckpoint: "the note is no checkpoint: origin, size and root on three lines"
    case .anotherOrigin(let origin, let expected):
      "the checkpoint is of \(origin), not of \(expected)"
    case .unsigned(let name): "no signature of \(name) on the checkpoint is right"
    }
  }
}
