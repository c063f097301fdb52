import Attestations
import Signing
import Wire

/// What somebody wants to know of a bundle. The answer depends on nothing else: the same bytes and the same question give the same
/// answer anywhere.
package struct BundleQuestion: Sendable {
  package enum Moment: Sendable {
    /// The time by the asker's clock.
    case now(Timestamp)
    /// A time that somebody chose, in the past as a rule.
    case at(Timestamp)

    package var time: Timestamp {
      switch self {
      case .now(let time), .at(let time): time
      }
    }
  }

  /// The digest of trust root version 1, known from elsewhere: all trust begins here.
  package let rootDigest: Digest
  /// The least that the bundle's newest version of the trust root may be, known from elsewhere too: whoever leaves the later versions out
  /// would have keys count that those removed.
  package let minimumRootVersion: Int
  package let moment: Moment
  /// Nil: every environment that the approval names must be satisfied.
  package let environment: EnvironmentName?
  package let scope: ScopeName?
  /// How old the lease may be, in seconds; nil: until it expires by its own word.
  package let maximumAge: Int?
  /// Of the bytes at hand; nil where none were given.
  package let weights: (digest: Digest, kind: WeightsKind)?

  package init(
    rootDigest: Digest, minimumRootVersion: Int = 1, moment: Moment, environment: EnvironmentName? = nil,
    scope: ScopeName? = nil,
    maximumAge: Int? = nil, weights: (digest: Digest, kind: WeightsKind)? = nil
  ) {
    self.rootDigest = rootDigest
    self.minimumRootVersion = minimumRootVersion
    self.moment = moment
    self.environment = environment
    self.scope = scope
    self.maximumAge = maximumAge
    self.weights = weights
  }

  var time: Timestamp { moment.time }
}
