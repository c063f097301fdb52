import HTTPTypes

/// Why a bundle that somebody sent was not looked at.
enum UploadFault: Error, CaseIterable {
  case wrongType, elsewhere, tooLarge, tooSlow, malformed, noFile, noEnvironment, busy

  var status: HTTPResponse.Status {
    switch self {
    case .wrongType: .unsupportedMediaType
    case .elsewhere: .forbidden
    case .tooLarge: .contentTooLarge
    case .tooSlow: .requestTimeout
    case .malformed, .noFile, .noEnvironment: .badRequest
    case .busy: .serviceUnavailable
    }
  }

  /// What was wrong, and what to do next.
  var words: String {
    switch self {
    case .wrongType: "Only the form of this page is taken, with one file. Choose the bundle below and send it."
    case .elsewhere: "The form was sent by a page of another site. Choose the bundle below and send it from here."
    case .tooLarge:
      "This page takes bundles of at most 16 MiB, and this file is longer. Nothing of it was kept. "
        + "Check it with planectl bundle verify where it is."
    case .tooSlow: "The file took too long to arrive. Try again, or check it with planectl bundle verify where it is."
    case .malformed: "What arrived is not what the form below sends. Choose the bundle and send it again."
    case .noFile: "There was no file, or an empty one. Choose the bundle below."
    case .noEnvironment: "An environment is named with a-z 0-9 . _ - and nothing else, for example production."
    case .busy: "Other bundles are being checked just now. Send it again in a few seconds."
    }
  }
}
