import Attestations
import PlaneContract
import Testing
import Wire

@testable import planectl

/// `status --metrics`: text that a collector reads as it stands.
@Suite struct PlaneMetricsTests {
  private func status(health: String, _ counters: JSONObject) -> PlaneStatus {
    PlaneStatus(
      plane: PrincipalID(checked: "training-plane"), version: "1", startedAt: Timestamp(microseconds: 5_000_000),
      trustRootVersion: 3, health: health, counters: counters)
  }

  @Test func aNameThatCouldBreakALineIsLeftOut() {
    var metrics = PlaneMetrics()
    metrics.add(.training, status(health: "ok", ["a b": 1, "x\n# EOF": 2, "": 3, "kept": 4]))
    #expect(metrics.lines.filter { $0.hasSuffix(" 4") } == [#"nanda_plane_kept{plane="training-plane"} 4"#])
    #expect(metrics.lines.count == 2 * 5 + 1)
  }

  @Test func aPlaneThatDoesNotAnswerIsDownAndNothingElse() {
    var metrics = PlaneMetrics()
    metrics.add(.serving, nil)
    #expect(
      metrics.lines == ["# TYPE nanda_plane_up gauge", #"nanda_plane_up{plane="serving-plane"} 0"#, "# EOF"])
  }

  @Test func theValuesOfOneNameStandTogetherAndTheEndIsMarked() {
    var metrics = PlaneMetrics()
    metrics.add(.training, status(health: "ok", ["outbox_pending": 2, "clock": "right"]))
    metrics.add(.governance, status(health: "the disk is full", ["outbox_pending": 0]))
    let lines = metrics.lines
    #expect(lines.last == "# EOF")
    let index = lines.firstIndex(of: "# TYPE nanda_plane_outbox_pending gauge").map { $0 + 1 } ?? 0
    #expect(
      Array(lines[index...].prefix(2)) == [
        #"nanda_plane_outbox_pending{plane="training-plane"} 2"#,
        #"nanda_plane_outbox_pending{plane="governance-plane"} 0"#,
      ])
    #expect(lines.contains(#"nanda_plane_healthy{plane="governance-plane"} 0"#))
    #expect(lines.contains(#"nanda_plane_started_at_seconds{plane="training-plane"} 5"#))
    #expect(!lines.contains { $0.contains("clock") })
  }
}
