import ArgumentParser
import Attestations
import PlaneContract
import Signing
import Wire

// What people type, read once into the types of the wire. A value that breaks a rule is wrong usage, and told the rule.

extension Identifier {
  static func argument(_ text: String) throws -> Self {
    guard let identifier = Self(text) else { throw ValidationError("expected \(rule)") }
    return identifier
  }
}

extension Digest {
  static func argument(_ text: String) throws -> Digest {
    guard let digest = Digest(loose: text) else {
      throw ValidationError("expected 64 lowercase hex digits, with or without sha256: before them")
    }
    return digest
  }
}

extension Role {
  /// A plane by its name or the beginning of it, as people type it.
  static func plane(_ text: String) throws -> Role {
    let named = Home.planes.filter { !text.isEmpty && $0.planeName.hasPrefix(text) }
    guard named.count == 1 else { throw ValidationError("expected training-plane, governance-plane or serving-plane") }
    return named[0]
  }
}

/// A span of time as people write it: `90d`, `12h`, `30m`, `60s`.
struct TimeSpan: Equatable {
  /// 1 to 100 years.
  static let range = 1...3_153_600_000
  static let secondsPerDay = 86_400

  let seconds: Int

  init(seconds: Int) { self.seconds = seconds }

  static func argument(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(text) else { throw ValidationError("expected a time like 90d, 12h, 30m or 60s") }
    return span
  }

  init?(_ argument: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": Self.secondsPerDay]
    let digits = argument.dropLast()
    guard let unit = argument.last.flatMap({ units[$0] }), digits.utf8.count <= 10,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(digits),
      Self.range.contains(count * unit)
    else { return nil }
    seconds = count * unit
  }

  /// Days, rounded up.
  var days: Int { (seconds + Self.secondsPerDay - 1) / Self.secondsPerDay }

  /// The two greatest units: `3 d 4 h`.
  static func text(_ seconds: Int64) -> String {
    let units: [(String, Int64)] = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]
    guard let first = units.firstIndex(where: { seconds >= $0.1 }) else { return "0 s" }
    let whole = "\(seconds / units[first].1) \(units[first].0)"
    let rest = seconds % units[first].1
    guard first + 1 < units.count, rest >= units[first + 1].1 else { return whole }
    return "\(whole) \(rest / units[first + 1].1) \(units[first + 1].0)"
  }
}

/// One or more environments, each behind its own `-e`.
struct EnvironmentsOption: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("An environment to approve for; say it once for each.", valueName: "env"),
    transform: EnvironmentName.argument)
  var environments: [EnvironmentName]
}

/// The environment of a deployment. Left out it is not guessed: the serving plane denies by the gate of that name.
struct EnvironmentOption: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("The environment.", valueName: "env"), transform: EnvironmentName.argument)
  var environment: EnvironmentName?
}

/// A model in an environment, both of them needed.
struct PlaceOptions: ParsableArguments {
  @Argument(help: "The model.", transform: ModelID.argument)
  var model: ModelID

  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("The environment.", valueName: "env"), transform: EnvironmentName.argument)
  var environment: EnvironmentName
}

/// Why somebody says no. It is signed or kept as evidence, so it says something.
enum Reason {
  static func argument(_ text: String) throws -> String {
    guard text.contains(where: { !$0.isWhitespace }) else { throw ValidationError("say why: the reason is empty") }
    guard text.utf8.count <= ModelRevocation.maximumReason else {
      throw ValidationError("the reason is longer than \(ModelRevocation.maximumReason) bytes")
    }
    return text
  }
}
