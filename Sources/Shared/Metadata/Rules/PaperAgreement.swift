import Wire

/// Papers that say different things of one model: whoever reads only one of them would be misled.
enum PaperAgreement {
  static func problem(_ papers: ModelPapers) -> String? {
    for field in ModelProvenance.Field.allCases where field != .weightsHash && field != .createdAt {
      var first: (name: String, text: String)?
      for (name, paper) in papers.papers {
        guard let text = paper[field.rawValue]?.string, !text.isEmpty else { continue }
        guard let earlier = first else {
          first = (name, text)
          continue
        }
        guard !earlier.text.hasSameBytes(as: text) else { continue }
        return "\(field.rawValue) is \(earlier.text.clipped(64)) in \(earlier.name) and \(text.clipped(64)) in \(name)"
      }
    }
    return nil
  }
}
