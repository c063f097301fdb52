import TestSupport
import Testing
import Wire

@testable import Attestations

@Suite struct RootExpiryTests {
  @Test(arguments: [(61, nil), (60, nil), (59, "in 59 days"), (1, "in 1 days"), (0, "expired"), (-5, "expired")])
  func itIsToldFrom60DaysBefore(_ days: Int, _ words: String?) throws {
    let house = try TestHouse(expiresAt: TestHouse.epoch.adding(days: days + 100))
    let warning = RootExpiry(root: house.root, now: TestHouse.epoch.adding(days: 100)).warning
    #expect(words == nil ? warning == nil : warning?.contains(words ?? "") == true, "\(warning ?? "nothing")")
  }
}
