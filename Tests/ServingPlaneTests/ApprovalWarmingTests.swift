import Attestations
import Signing
import TestSupport
import Testing
import Wire

@testable import ServingPlane

/// After a start everything stored is verified before anybody asks, and a question that comes first changes nothing.
@Suite struct ApprovalWarmingTests {
  private static let models = ["fleet/one", "fleet/three", "fleet/two"]

  private func publishedAndRestarted(_ models: [String]) async throws -> ServingHouse {
    let serving = try await ServingHouse()
    for model in models {
      try await serving.publish(TestHouse.result(model: model), id: "approval:\(model.suffix(3))")
    }
    return try await serving.restarted()
  }

  private func warmed(_ serving: ServingHouse) async throws -> ApprovalIndex {
    let (context, store) = (serving.plane.context, SQLiteApprovalStore())
    let index = ApprovalIndex(context: context, store: store)
    try await ApprovalWarming(context: context, store: store, index: index, running: RunningModels([])).warm(
      under: context.root)
    return index
  }

  @Test func everyModelIsAtHandWithoutAQuestion() async throws {
    let serving = try await publishedAndRestarted(Self.models)
    let index = try await warmed(serving)
    #expect(index.count == 3)
    for model in Self.models {
      #expect(
        index.remembered(ModelID(checked: model), under: serving.house.root)?.newestFirst.compactMap(\.verified).count
          == 1, "\(model)")
    }
  }

  @Test func namesAreReadInPagesWithoutMissingOne() async throws {
    let serving = try await publishedAndRestarted(Self.models)
    let store = SQLiteApprovalStore()
    var seen: [String] = []
    while let next = try await serving.plane.context.database.read({ [last = seen.last] in
      try store.models(after: last.map { ModelID(checked: $0) }, 1, in: $0)
    }).first {
      seen.append(next.text)
    }
    #expect(seen == Self.models)
  }

  @Test func aRowThatSomebodyChangedIsRememberedAsBrokenAndStopsNobodyElse() async throws {
    let serving = try await publishedAndRestarted(Self.models)
    try await serving.plane.tamper("UPDATE approval SET envelope = x'7b7d' WHERE model_id = 'fleet/one'")
    let index = try await warmed(serving)
    #expect(
      index.remembered(ModelID(checked: "fleet/one"), under: serving.house.root)?.newestFirst.compactMap(\.verified)
        .isEmpty == true)
    #expect(
      index.remembered(ModelID(checked: "fleet/two"), under: serving.house.root)?.newestFirst.compactMap(\.verified)
        .count == 1)
  }
}
