/// Papers that a bundle lacks, why, and what can be done about it.
struct BundleGap {
  /// The gravest first.
  enum Kind: Int, Comparable {
    /// A plane could not be asked.
    case away
    /// A log does not have it, or what a plane answered is not to be believed.
    case lacking
    /// Nobody has cosigned it yet.
    case young
    /// There is nothing to be had.
    case none

    static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  let kind: Kind
  let sentence: String

  /// What to do next; nil where nothing is amiss.
  static func hint(_ kind: Kind) -> String? {
    switch kind {
    case .away: "export again when the planes named above can be asked"
    case .lacking:
      "a plane that was restored from a backup has lost its part; planectl status and planectl log PLANE --verify say more"
    case .young: "the planes cosign each other's logs within seconds: export again in a moment"
    case .none: nil
    }
  }
}
