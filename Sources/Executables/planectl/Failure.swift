import Attestations
import MerkleLog
import PlaneContract
import Signing
import Wire

/// How a command ends (DESIGN section 8). Thrown once everything there is to say has been said.
enum ExitStatus: Int32, Error {
  case denied = 1
  case usage = 2
  case unreachable = 3
  case refused = 4
  case unverified = 5
}

/// Why a command could not do what it was asked: a sentence, its details, what to do next, and the body that `--json` prints.
struct Failure: Error {
  let status: ExitStatus
  let message: String
  /// What the message counts up, a line each.
  let details: [String]
  let hint: String?
  let body: JSONObject

  init(
    _ status: ExitStatus, _ message: String, details: [String] = [], hint: String? = nil, body: JSONObject? = nil
  ) {
    self.status = status
    self.message = message
    self.details = details
    self.hint = hint
    self.body = body ?? Refusal(status.errorCode, message).body
  }

  /// Invalid input, or something that is not there.
  static func refused(_ message: String, hint: String? = nil) -> Failure { Failure(.refused, message, hint: hint) }

  /// What came from a plane does not hold by the trust root.
  static func unverified(_ message: String, hint: String? = nil) -> Failure {
    Failure(.unverified, message, hint: hint)
  }

  /// Takes any error of this project and says what it means for the caller.
  init(explaining error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let refusal as Refusal: self.init(refusal)
    case is EnvelopeError, is AttestationError, is TrustRootError, is LogResetError, is GateFault, is ReplyError,
      is NoteError, is ProofError, is EntryError:
      self.init(.unverified, "\(error)")
    default: self.init(.refused, "\(error)")
    }
  }

  private init(_ refusal: Refusal) {
    self.init(ExitStatus(refusal.code), refusal.message, hint: Self.hint(for: refusal.code), body: refusal.body)
  }

  private static func hint(for code: ErrorCode) -> String? {
    switch code {
    case .overloaded: "wait a moment and ask again"
    case .unavailable: "planectl status says what holds it up"
    case .internal: "look into the plane's log"
    default: nil
    }
  }
}

extension ExitStatus {
  /// A refusal by a plane.
  init(_ code: ErrorCode) {
    switch code {
    case .denied: self = .denied
    case .overloaded, .unavailable: self = .unreachable
    default: self = .refused
    }
  }

  /// The word for a failure that no plane has put into words.
  var errorCode: ErrorCode {
    switch self {
    case .denied: .denied
    case .unreachable: .unavailable
    case .usage, .refused: .invalidRequest
    case .unverified: .unauthenticated
    }
  }
}
