import Testing
import Wire

@testable import Drift

/// Samples that say nothing, or nonsense: each has its outcome, and none of them is `healthy`.
@Suite struct BadSampleTests {
  private static let sound = (1...50).map(Double.init)

  private func outcome(_ reference: [Double], _ window: [Double]) -> DriftOutcome {
    let comparison = SeriesComparison(.numbers(reference), .numbers(window))
    return SeriesDrift.judge([("x", comparison)], by: DriftSettings())[0].outcome
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aValueThatIsNoFiniteNumberIsInvalidOnEitherSide(value: Double) {
    #expect(outcome(Self.sound, Self.sound + [value]) == .invalid)
    #expect(outcome(Self.sound + [value], Self.sound) == .invalid)
  }

  @Test func nothingAndOneValueAreInsufficient() {
    #expect(outcome(Self.sound, []) == .insufficientData)
    #expect(outcome([], Self.sound) == .insufficientData)
    #expect(outcome(Self.sound, [1]) == .insufficientData)
  }

  @Test func constantsThatAreEqualAreHealthyAndOthersAreDrifted() {
    let ones = [Double](repeating: 1, count: 50)
    #expect(outcome(ones, ones) == .healthy)
    #expect(outcome(ones, ones.map { $0 + 1 }) == .drifted)
  }

  @Test func tooManyValuesAreRefusedBeforeTheyAreRead() {
    let values = JSONValue.array([JSONValue](repeating: 1, count: Series.maximumValues + 1))
    #expect(throws: FieldError.self) { try Series(values, "x", maximum: Series.maximumValues) }
  }

  @Test func nullStandsForNoNumberAndIsInvalid() throws {
    let values = JSONValue.array([JSONValue](repeating: 1, count: 20) + [.null])
    let window = try Series(values, "x", maximum: Series.maximumValues)
    #expect(SeriesComparison(.numbers(Self.sound), window).isInvalid)
  }

  @Test func seriesOfDifferentKindsAreInvalid() {
    let categories = Series.categories(Categories(["a": 30]))
    #expect(SeriesComparison(.numbers(Self.sound), categories).isInvalid)
  }

  @Test func histogramsOverDifferentEdgesAreInvalid() {
    let first = Series.histogram(Histogram(edges: [0, 1, 2], counts: [20, 20]))
    let second = Series.histogram(Histogram(edges: [0, 1, 3], counts: [20, 20]))
    #expect(SeriesComparison(first, second).isInvalid)
  }

  @Test func valuesOutsideTheHistogramAreInvalidAndNotLeftOut() {
    let histogram = Series.histogram(Histogram(edges: [0, 10, 20], counts: [20, 20]))
    #expect(SeriesComparison(.numbers(Self.sound), histogram).isInvalid)
  }

  @Test(arguments: [
    #"{"edges":[0,1],"counts":[1,2]}"#, #"{"edges":[1,1],"counts":[1]}"#, #"{"edges":[0,1],"counts":[-1]}"#,
    #"{"edges":[0],"counts":[]}"#, #"{"edges":[0,1],"counts":[0.5]}"#, #"{"counts":{"a":-1}}"#, #"[1,"a"]"#, #"[true]"#,
    "1", #"{"edges":[0,1],"counts":[1],"more":1}"#,
  ])
  func malformedSeriesAreRefused(text: String) throws {
    let value = try StrictJSON.parse(Array(text.utf8))
    #expect(throws: FieldError.self) { try Series(value, "x", maximum: 100) }
  }

  @Test func aNewCategoryIsDrift() {
    let reference = Series.categories(Categories(["cat": 300, "dog": 300]))
    let window = Series.categories(Categories(["cat": 200, "dog": 200, "bird": 200]))
    let drift = SeriesDrift.judge([("x", SeriesComparison(reference, window))], by: DriftSettings())[0]
    #expect(drift.outcome == .drifted && drift.findings?.test == .chiSquare)
  }

  /// A thousand names that each come once would make the test say anything.
  @Test func rareCategoriesAreCountedAsOne() {
    let pooled = ChiSquare.pooled([100, 1, 0, 2, 90], [95, 0, 1, 1, 99])
    #expect(pooled == ([100, 90, 3], [95, 99, 2]))
  }
}

extension SeriesComparison {
  var isInvalid: Bool { if case .unjudged(.invalid, _) = result { true } else { false } }
}
