import Glibc

/// Asks before something is signed. Without a terminal nothing is asked, so that scripts never hang.
struct Consent {
  let isGiven: Bool

  init(_ options: ConsentOptions) { isGiven = options.yes }

  private var asks: Bool {
    !isGiven && TerminalDevice.isTerminal(STDIN_FILENO) && TerminalDevice.isTerminal(STDERR_FILENO)
  }

  /// Shows what would be signed and returns when the person says yes.
  func obtain(showing fields: Fields, question: String) throws {
    guard asks else { return }
    for line in fields.lines { Console.message(line) }
    try obtain(question)
  }

  /// The same once it has been shown.
  func obtain(_ question: String) throws {
    guard asks else { return }
    Console.message("\(question) [y/N]")
    let answer = readLine()?.lowercased()
    guard answer == "y" || answer == "yes" else { throw Failure.refused("nothing was signed") }
  }
}
