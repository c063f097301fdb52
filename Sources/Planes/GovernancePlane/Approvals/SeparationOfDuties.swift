import Attestations
import PlaneContract

/// Who trained may not approve, under whatever name. The trust root already forbids one person both duties; this does not rely
/// on it.
enum SeparationOfDuties {
  static func check(_ approver: Principal, of output: TrainingOutput) throws(Refusal) {
    guard let person = output.submitterPerson, approver.person == person else { return }
    throw Refusal(.forbidden, "\(person) answers for the training of \(output.modelID); who trained may not approve")
  }
}
