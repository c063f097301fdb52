import Attestations
import PlaneContract
import Wire

/// An approval of a model as somebody typed it, for the serving plane, which goes by full ids only.
struct ApprovalReference {
  private static let fullLength = "approval:".utf8.count + 16

  let text: String
  let model: ModelID

  /// The full id: as it is when it looks like one, else what the governance plane lists, or with that away what was ever deployed.
  func resolve(_ session: Session) async throws -> ApprovalID {
    if text.utf8.count == Self.fullLength, text.hasPrefix("approval:"), let id = ApprovalID(text) { return id }
    // What governance does not know the serving plane may, and it says no in its own words.
    if let listed = try? await listed(session) { return try only(listed) ?? whole() }
    guard let known = try? only(await deployed(session)) else { throw tooShort }
    return known
  }

  private func listed(_ session: Session) async throws -> [ApprovalID] {
    try await ApprovalDirectory(session: session).all(model: model).compactMap(\.approvalID)
  }

  private func deployed(_ session: Session) async throws -> [ApprovalID] {
    try await Deployment(session: session).list(model: model, history: true).map(\.approvalID)
  }

  private func whole() throws -> ApprovalID {
    guard let id = ApprovalID(text) else {
      throw Failure.refused("\(text) is no approval: expected \(ApprovalID.rule)")
    }
    return id
  }

  private var tooShort: Failure {
    .refused("which approval is \(text)? no plane can say now", hint: "give the whole id")
  }

  /// The one of `ids` that is meant; nil when none is.
  func only(_ ids: [ApprovalID]) throws -> ApprovalID? {
    let named = Set(ids.filter { ApprovalDirectory.isNamed($0, text) })
    if let exact = named.first(where: { $0.text == text }) { return exact }
    guard named.count <= 1 else {
      throw Failure(
        .refused, "\(text) is the beginning of \(named.count) approvals of \(model)",
        details: named.map(\.text).sorted().prefix(10).map { $0 }, hint: "give more of it")
    }
    return named.first
  }
}
