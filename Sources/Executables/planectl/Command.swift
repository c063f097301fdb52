import ArgumentParser

/// A command of `planectl`: `perform` does the work, and whatever it throws is told to the caller in one way.
protocol Command: AsyncParsableCommand {
  var output: OutputOptions { get }
  func perform() async throws
}

extension Command {
  var console: Console { Console(json: output.json) }

  func run() async throws {
    do { try await perform() } catch let status as ExitStatus { throw status } catch {
      let failure = Failure(explaining: error)
      console.fail(failure)
      throw failure.status
    }
  }
}

struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Print the plane's reply as JSON, one object a line; an error's body too.")
  var json = false
}

struct HomeOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The folder of keys, trust root and sockets. Otherwise $PLANES_HOME, ./.planes if you own it, /etc/nanda-planes.",
      valueName: "folder"),
    completion: .directory)
  var home: String?
}

/// Who asks the planes of a home.
struct IdentityOptions: ParsableArguments {
  @OptionGroup var homeOptions: HomeOptions

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Whose key signs. Otherwise $PLANES_IDENTITY, or the only key at hand that may.", valueName: "name"))
  var name: String?
}

/// Who asks one plane, and where.
struct CallerOptions: ParsableArguments {
  @OptionGroup var identity: IdentityOptions

  @Option(
    name: .long,
    help: ArgumentHelp("The plane's socket, when it is not in the home, as with ssh -L.", valueName: "path"),
    completion: .file())
  var socket: String?
}

struct ConsentOptions: ParsableArguments {
  @Flag(name: [.long, .customShort("y")], help: "Sign without asking. Nothing is asked without a terminal.")
  var yes = false
}
