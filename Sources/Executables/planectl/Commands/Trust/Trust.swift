import ArgumentParser

struct Trust: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the trust root, and write, sign and install its next version.",
    discussion: """
      Changes go into a draft. Everybody who keeps a root key looks at it with `trust diff` and adds a signature with \
      `trust sign`; once the thresholds of the installed version and of the draft are met, `trust install` puts it in place.
      """,
    subcommands: [
      ShowTrust.self, AddPrincipal.self, RetirePrincipal.self, RemovePrincipal.self, ReplaceKey.self, SetPolicy.self,
      SetRoot.self, DiffTrust.self, SignTrust.self, VerifyTrust.self, InstallTrust.self,
      ResetLog.self,
    ])
}
