import ArgumentParser
import Wire

/// A first word that is no command, and the command that was probably meant.
struct UnknownCommand {
  private static let farthest = 2

  let word: String
  let meant: String?

  /// Nil when `arguments` begin with a command, or with an option.
  init?(_ arguments: ArraySlice<String>) {
    guard let word = arguments.first, !word.hasPrefix("-"), !Self.names.contains(word) else { return nil }
    self.word = word
    let nearest = Self.names.min { Self.distance(word, $0) < Self.distance(word, $1) }
    meant = nearest.flatMap { Self.distance(word, $0) <= Self.farthest ? $0 : nil }
  }

  private static var names: [String] {
    var names = ["help"]
    for command in Planectl.configuration.subcommands { names.append(command._commandName) }
    return names
  }

  var message: String {
    "no command \(shown(word)); \(meant.map { "did you mean \($0)?" } ?? "planectl --help lists them")"
  }

  /// How many letters to insert, drop or replace (Levenshtein).
  private static func distance(_ word: String, _ name: String) -> Int {
    let (left, right) = (Array(word), Array(name))
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var next = [index + 1]
      for (column, other) in right.enumerated() {
        next.append(min(next[column] + 1, row[column + 1] + 1, row[column] + (letter == other ? 0 : 1)))
      }
      row = next
    }
    return row[right.count]
  }
}
