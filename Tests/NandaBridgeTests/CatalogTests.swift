import AgentFacts
import Attestations
import PlaneContract
import Testing
import Wire

@testable import NandaBridge

/// What the keeper of the catalog remembers, and what it admits.
@Suite struct CatalogTests {
  private let pages: PageHouse

  init() throws { pages = try PageHouse() }

  @Test("News of a model that came before governance was read is not lost, nor where nobody was told of it")
  func newsIsKept() throws {
    let (iris, rose) = (try pages.listing("iris"), try pages.listing("rose"))
    var attention = Attention()
    attention.note([ModelID(checked: "iris")])
    attention.note([])
    attention.place([iris, rose])
    #expect(attention.contains(iris.key) && !attention.contains(rose.key))
    // A round without a verdict settles nobody.
    attention.settle([])
    attention.note([])
    attention.place([iris, rose])
    #expect(attention.contains(iris.key))
    attention.settle([iris.key])
    attention.place([iris, rose])
    #expect(!attention.contains(iris.key))
  }

  @Test("That everything is to be looked at anew is not lost to what is spoken of afterwards")
  func everythingIsKept() throws {
    let (iris, rose) = (try pages.listing("iris"), try pages.listing("rose"))
    var attention = Attention()
    attention.note(nil)
    attention.note([ModelID(checked: "iris")])
    attention.place([iris, rose])
    #expect(attention.contains(iris.key) && attention.contains(rose.key))
    attention.place([iris])
    #expect(!attention.contains(rose.key))
  }

  @Test("A bridge that cannot tell its followers, or has not looked for long, does not call itself well")
  func health() throws {
    let well = try snapshot(fault: nil)
    #expect(well.trouble(at: well.instant, within: .seconds(30)).isEmpty)
    #expect(well.trouble(at: well.instant + .seconds(30), within: .seconds(30)).count == 1)
    let failing = try snapshot(fault: "disk is full")
    #expect(failing.trouble(at: failing.instant, within: .seconds(30)).count == 1)
    let away = pages.snapshot([])
    #expect(away.trouble(at: away.instant, within: .seconds(30)).count == 2)
  }

  private func snapshot(fault: String?) throws -> CatalogSnapshot {
    var watch = PlaneWatch()
    let status = PlaneStatus(
      plane: PrincipalID(checked: "governance-plane"), version: "1", startedAt: PageHouse.noon, trustRootVersion: 1,
      health: "ok", counters: [:])
    watch.note(status, at: PageHouse.noon)
    return CatalogSnapshot(
      directory: Directory(number: 1, []), deployments: [], approvals: nil, governance: watch, serving: watch,
      builtAt: PageHouse.noon, fault: fault)
  }
}
