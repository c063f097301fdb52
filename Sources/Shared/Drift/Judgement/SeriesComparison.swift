import Wire

/// Two series compared: what the tests say, before anything is decided from it.
package struct SeriesComparison: Sendable, Equatable {
  package enum Result: Sendable, Equatable {
    case compared(SeriesFindings)
    case unjudged(DriftOutcome, String)
  }

  package let sizes: (reference: Int, window: Int)
  package let result: Result

  package var findings: SeriesFindings? {
    if case .compared(let findings) = result { findings } else { nil }
  }

  /// The test itself, with both of its probabilities; nil for categories.
  package var smirnov: KolmogorovSmirnov? {
    guard let findings, let location = findings.location else { return nil }
    return KolmogorovSmirnov(
      statistic: findings.statistic, location: location, sizes: (first: sizes.reference, second: sizes.window))
  }

  package static func == (left: Self, right: Self) -> Bool { left.sizes == right.sizes && left.result == right.result }

  /// - Parameter minimumSamples: of either side; with fewer the outcome is `insufficient_data`.
  package init(_ reference: Series, _ window: Series, minimumSamples: Int = DriftSettings.fewestSamples) {
    sizes = (reference.count, window.count)
    for (side, series) in [("baseline", reference), ("window", window)] {
      if let problem = Self.invalidity(of: series, side) {
        result = .unjudged(.invalid, problem)
        return
      }
    }
    guard min(sizes.reference, sizes.window) >= minimumSamples else {
      let problem =
        "Insufficient samples: \(sizes.reference) and \(sizes.window), at least \(minimumSamples) are needed"
      result = .unjudged(.insufficientData, problem)
      return
    }
    result = Self.compare(reference, window)
  }

  private static func invalidity(of series: Series, _ side: String) -> String? {
    guard case .numbers(let values) = series else { return nil }
    let count = values.count { !$0.isFinite }
    return count == 0 ? nil : "\(count) of the \(values.count) values of the \(side) are no finite numbers"
  }

  private static func compare(_ reference: Series, _ window: Series) -> Result {
    switch (reference, window) {
    case (.numbers(let first), .numbers(let second)):
      return .compared(SeriesFindings(sorted: RadixSort.sorted(first), RadixSort.sorted(second)))
    case (.categories(let first), .categories(let second)): return .compared(SeriesFindings(first, second))
    case (.histogram(let first), .histogram(let second)) where first.edges == second.edges:
      return .compared(SeriesFindings(first.counts, second.counts, middles: first.middles))
    case (.numbers(let values), .histogram(let histogram)):
      guard let counts = histogram.counts(of: values) else { return outside("baseline", "window") }
      return .compared(SeriesFindings(counts, histogram.counts, middles: histogram.middles))
    case (.histogram(let histogram), .numbers(let values)):
      guard let counts = histogram.counts(of: values) else { return outside("window", "baseline") }
      return .compared(SeriesFindings(histogram.counts, counts, middles: histogram.middles))
    case (.histogram, .histogram): return .unjudged(.invalid, "the two histograms have different edges")
    default: return .unjudged(.invalid, "the baseline is \(reference.kind), the window \(window.kind)")
    }
  }

  private static func outside(_ values: String, _ histogram: String) -> Result {
    .unjudged(.invalid, "values of the \(values) are outside the edges of the \(histogram)'s histogram")
  }
}
