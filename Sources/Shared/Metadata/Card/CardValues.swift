/// What a card may say a model is.
package enum CardModelType: String, CaseIterable, Sendable {
  case loraAdapter = "lora_adapter"
  case onnxEdge = "onnx_edge"
  case federated
  case heuristic
}

package enum CardRiskLevel: String, CaseIterable, Sendable {
  case low, medium, high
}

/// Where a card stands in its life, which only goes forward. It says nothing about approvals, which are signed.
package enum CardStatus: String, CaseIterable, Sendable {
  case shadow, ready, deprecated, archived

  package var successors: [CardStatus] {
    switch self {
    case .shadow: [.ready, .deprecated, .archived]
    case .ready: [.deprecated, .archived]
    case .deprecated: [.archived]
    case .archived: []
    }
  }
}
