extension String {
  /// At most `count` bytes of UTF-8, for other people's text in a message of ours. Characters would not do: one of them can be as
  /// long as its author likes.
  package func clipped(_ count: Int) -> String {
    utf8.count <= count ? self : String(decoding: utf8.prefix(count), as: UTF8.self)
  }
}
