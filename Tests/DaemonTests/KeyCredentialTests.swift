import Testing

@testable import Daemon

/// A secret key that the service manager hands over (`LoadCredential=`).
@Suite struct KeyCredentialTests {
  private func path(_ text: String, credentials: String? = "/run/credentials/x.service") throws -> String {
    try PlaneConfig.keyPath(in: ConfigFile.parse(text, path: "/etc/planes/x.yaml"), credentials: credentials)
  }

  @Test(arguments: ["../plane.pem", "/etc/plane.pem", "a/b", "..", "."])
  func aNameThatLeadsElsewhereIsRefused(name: String) {
    #expect(throws: ConfigError.self) { try path("key_credential: \(name)") }
  }

  @Test func twoKeysAreRefused() {
    #expect(throws: ConfigError.self) { try path("key_credential: plane.pem\nkey: plane.pem") }
  }

  @Test func withoutAServiceManagerNothingIsGuessed() {
    let error = #expect(throws: ConfigError.self) { try path("key_credential: plane.pem", credentials: nil) }
    #expect(error?.description.contains("systemd-run") == true)
  }

  @Test func theKeyIsWhatIsHandedOverOrTheFileThatIsNamed() throws {
    #expect(try path("key_credential: plane.pem") == "/run/credentials/x.service/plane.pem")
    #expect(try path("key: plane.pem", credentials: nil) == "/etc/planes/plane.pem")
  }
}
