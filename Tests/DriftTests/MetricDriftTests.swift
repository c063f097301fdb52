import Attestations
import Testing
import Wire

@testable import Drift

/// Metrics: upstream's answers by its profile, and what it gets wrong by the default one.
@Suite struct MetricDriftTests {
  private func judge(
    _ training: [String: Double], _ serving: [String: Double], _ profile: DriftSettings.Profile = .standard
  ) -> DriftJudgement {
    var settings = DriftSettings()
    settings.profile = profile
    return DriftJudgement(
      baseline: DriftBaseline(metrics: training), window: WatchedValues(metrics: serving), settings: settings)
  }

  @Test func upstreamsVectorsPass() throws {
    for known in try Vectors.items("drift", of: "upstream") {
      let (training, serving) = (try #require(known["train"]?.object), try #require(known["serve"]?.object))
      let expected = try #require(known["out"]?.object)
      let judgement = judge(training.numbers, serving.numbers, .upstream)
      #expect(judgement.isDrifted == expected["is_drifted"]?.bool)
      #expect(judgement.severity == expected["overall_severity"]?.double)
      #expect(judgement.confidence == expected["confidence"]?.double)
      #expect(judgement.summary == expected["summary"]?.string)
      #expect(judgement.recommendedAction == expected["recommended_action"]?.string)
      let metrics = try #require(expected["metrics"]?.array).compactMap(\.object)
      #expect(judgement.metrics.count == metrics.count)
      for (metric, known) in zip(judgement.metrics, metrics) {
        for member in known.members {
          #expect(metric.fields[member.key]?.isSame(as: member.value) == true, "\(member.key)")
        }
      }
    }
  }

  @Test func accuracyFrom94To40IsSevereAndLossPlus21PercentIsNot() {
    #expect(judge(["accuracy": 0.94], ["accuracy": 0.40]).severity >= 0.8)
    #expect(judge(["accuracy": 0.94], ["accuracy": 0.40]).recommendedAction == "consider_revoke")
    #expect((0.3..<0.6).contains(judge(["loss": 1], ["loss": 1.21]).severity))
  }

  @Test func upstreamWouldRevokeForTheOtherOne() {
    #expect(judge(["accuracy": 0.94], ["accuracy": 0.40], .upstream).severity < 0.8)
    #expect(judge(["loss": 1], ["loss": 1.21], .upstream).severity >= 0.8)
  }

  @Test(arguments: [DriftSettings.Profile.standard, .upstream])
  func whatIsNoNumberIsNeverHealthy(profile: DriftSettings.Profile) {
    #expect(judge(["loss": 1], ["loss": .nan], profile).outcome != .healthy)
    #expect(judge(["loss": 0], ["loss": 5], profile).outcome != .healthy)
    #expect(judge(["loss": -1], ["loss": 5], profile).outcome != .healthy)
    #expect(judge(["loss": 1], [:], profile).outcome != .healthy)
    #expect(judge([:], ["loss": 1], profile).outcome != .healthy)
    #expect(judge([:], [:], profile).outcome == .insufficientData)
  }

  @Test func oneHealthyMetricDoesNotHideOneThatIsNoNumber() {
    #expect(judge(["loss": 1, "accuracy": 0.9], ["loss": .nan, "accuracy": 0.9]).outcome == .invalid)
  }

  @Test func anyMetricIsWatchedEitherWayAndEitherScale() throws {
    let metadata = try StrictJSON.parse(
      Array(
        #"{"drift":{"metrics":{"latency_ms":{"better":"lower","scale":"absolute","tolerance":5,"severe":50}}}}"#.utf8))
    let settings = try DriftSettings(metadata: try #require(metadata.object))
    let baseline = DriftBaseline(metrics: ["latency_ms": 0])
    for (value, severity) in [(4.0, 0.0), (25, 0.5), (500, 1)] {
      let window = WatchedValues(metrics: ["latency_ms": value])
      #expect(DriftJudgement(baseline: baseline, window: window, settings: settings).severity == severity)
    }
  }

  @Test func severityIsTheSameForMetricsThatAreEquallyWorse() {
    let halved = judge(["accuracy": 0.9], ["accuracy": 0.45]).severity
    #expect(halved == judge(["loss": 0.3], ["loss": 0.6]).severity)
  }

  @Test(arguments: [
    #"{"drift":{"alpha":0.9}}"#, #"{"drift":{"alpha":"0.05"}}"#, #"{"drift":{"profile":"lenient"}}"#,
    #"{"drift":{"windows":{"drifted":4,"of":3}}}"#, #"{"drift":{"metrics":{"x":{"better":"higher","tolerance":2}}}}"#,
    #"{"drift":{"minimum_samples":1}}"#, #"{"drift":{"ignore":true}}"#, #"{"drift":1}"#,
  ])
  func settingsThatWouldSwitchItOffAreRefused(text: String) throws {
    let metadata = try #require(try StrictJSON.parse(Array(text.utf8)).object)
    #expect(throws: FieldError.self) { try DriftSettings(metadata: metadata) }
  }
}

extension JSONValue {
  fileprivate func isSame(as other: JSONValue) -> Bool { self == other || (double != nil && double == other.double) }
}
