/// The parameters of a URL's query, as `application/x-www-form-urlencoded` writes them. Of a name that stands twice the last counts.
package struct QueryParameters: Sendable {
  package static let maximumByteCount = 8 << 10

  private var values: [String: String] = [:]

  /// - Parameter query: what follows the question mark, as it came; nil for a URL without one.
  /// - Throws: `QueryRefusal.tooLong`.
  package init(query: String?) throws(QueryRefusal) {
    guard let query else { return }
    guard query.utf8.count <= Self.maximumByteCount else { throw .tooLong }
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let texts = parts.map { PercentEncoding.decode(String($0), plusIsSpace: true) }
      values[texts[0]] = texts.count > 1 ? texts[1] : ""
    }
  }

  package subscript(name: String) -> String? { values[name] }
}
