import Metadata
import Wire

/// What a model can do, as its card says it; a card is its trainer's word. A card that lists no skills has its tags taken for them,
/// and one that has neither gets a placeholder, because the form of NANDA has no agent without a skill.
struct ModelSkills {
  private static let maximumCount = 64

  private let listed: SkillList?
  let modalities: [String]
  let origin: FieldOrigin

  init(card: JSONObject) {
    var origin = FieldOrigin()
    let declared = Self.listed(card, &origin)
    let tags = Self.texts(card["profile_tags"])
    let tagged = declared.isEmpty ? tags.map { Skill(id: $0, description: $0) } : []
    origin.defaulted += tagged.indices.map { "skills[\($0)].description" }
    self.listed = SkillList(declared + tagged)
    if self.listed == nil { origin.invented.append("skills") }
    modalities = Self.texts(card["modalities"])
    self.origin = origin
  }

  func list(in registry: Registry) -> SkillList {
    listed
      ?? SkillList(
        Skill(
          id: "urn:\(registry.id):model",
          description: "No skills declared by the model's card; placeholder for schema validity"))
  }

  private static func listed(_ card: JSONObject, _ origin: inout FieldOrigin) -> [Skill] {
    guard let value = card["skills"], !value.isNull else { return [] }
    var skills: [Skill] = []
    for (index, item) in (value.array ?? [value]).prefix(maximumCount).enumerated() {
      // Nobody has checked a card: what is no skill is left out, and said to be.
      guard let read = try? SimpleSkill(item, "skills"), !read.skill.id.isEmpty else {
        origin.dropped.append("skills[\(index)]")
        continue
      }
      origin.defaulted += read.defaulted.map { "skills[\(skills.count)].\($0)" }
      origin.dropped += read.dropped.map { "skills[\(index)].\($0.clipped(64))" }
      skills.append(read.skill)
    }
    return skills
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    (value?.array ?? []).compactMap(\.string).filter { !$0.isEmpty && $0.utf8.count <= 200 }.prefix(maximumCount).map(
      \.self)
  }
}

/// Which fields of a document are not their source's, in the words of `sm-bridge` 0.8.0.
struct FieldOrigin: Equatable {
  /// Made up, because the form asks for them.
  var invented: [String] = []
  /// Given the form's default.
  var defaulted: [String] = []
  /// The source's, without a place in the form.
  var dropped: [String] = []

  static func + (left: FieldOrigin, right: FieldOrigin) -> FieldOrigin {
    FieldOrigin(
      invented: left.invented + right.invented, defaulted: left.defaulted + right.defaulted,
      dropped: left.dropped + right.dropped)
  }

  var fields: JSONObject {
    ["invented": .init(invented), "defaulted": .init(defaulted), "dropped": .init(dropped)]
  }
}
