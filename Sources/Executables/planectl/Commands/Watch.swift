import ArgumentParser
import Attestations
import PlaneContract
import Wire

struct Watch: Command {
  static let configuration = CommandConfiguration(
    abstract: "Follow what happens on the planes, and run a command for each event.",
    discussion: """
      Events are the entries of the planes' evidence, of each plane in its order. Without --cursor it begins with what happens \
      from now on. A plane that is away is waited for.
      """)

  @Option(
    help: ArgumentHelp(
      "Only this plane; say it once for each. Otherwise every plane that this user can reach.", valueName: "plane"),
    transform: Role.plane)
  var plane: [Role] = []

  @Option(
    help: ArgumentHelp(
      "Remember in this file where to go on, so that another start loses nothing and doubles nothing.",
      valueName: "file"),
    completion: .file())
  var cursor: String?

  @Flag(help: "Begin with the first entry of each plane that the cursor does not know.")
  var fromStart = false

  @Option(
    help: ArgumentHelp(
      "A program and its arguments, run for each event with its JSON on standard input. No shell reads the words.",
      valueName: "cmd"))
  var exec: String?

  @Option(
    help: ArgumentHelp("How long one run of the command may take.", valueName: "span"), transform: TimeSpan.argument)
  var execTimeout = TimeSpan(seconds: 30)

  @OptionGroup var caller: CallerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let exec, EventHook(exec, timeLimit: .zero) == nil { throw ValidationError("--exec names no program") }
  }

  func perform() async throws {
    let session = try Session(caller, holding: Role.allCases, for: MessageKind.ledgerGet.rawValue)
    var follower = Follower(
      session: session, planes: plane.isEmpty ? Home.planes : plane, cursor: try WatchCursor(path: cursor),
      fromStart: fromStart)
    let hook = exec.flatMap { EventHook($0, timeLimit: .seconds(execTimeout.seconds)) }
    try await follower.follow { event in
      if let hook { try await hook.handle(event) }
      if output.json { try console.object(event.body) } else { try console.result(event.line) }
    }
  }
}
