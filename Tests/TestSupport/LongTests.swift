import Foundation

/// Tests that take minutes run at full length under `make test-long`, and shortened or not at all under `make test`.
package enum LongTests {
  package static let areAsked = ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"
}
