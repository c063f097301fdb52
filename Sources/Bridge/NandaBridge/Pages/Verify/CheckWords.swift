import Attestations
import Bundles

/// What each check is about, as a question to which yes is good.
extension BundleCheck {
  var words: String {
    switch self {
    case .format: "Is the file a bundle?"
    case .trustRoots: "Does its trust begin where this server's does?"
    case .trainingOutput: "Did the training plane attest the model?"
    case .submission: "Did its submitter sign the same facts?"
    case .approval: "Did an approver sign the approval?"
    case .agreement: "Is the approval of this very model?"
    case .evidenceEntries: "Is each log entry about these papers?"
    case .evidenceCheckpoints: "Did each plane sign its log?"
    case .evidenceInclusion: "Do the entries stand in those logs?"
    case .evidenceWitnesses: "Has another plane watched each log?"
    case .lease: "Did governance say which revocations there are?"
    case .revocations: "Are these all of them, each signed?"
    case .promotion: "Was it deployed as the bundle says?"
    case .gateTrust: "Is the trust root in force?"
    case .gateApproval: "Is the approval signed by governance?"
    case .gateTraining: "Is what was approved what was trained?"
    case .gateQuorum: "Have enough people signed?"
    case .gateValidity: "Is the approval in force at this time?"
    case .gateEnvironment: "Is the environment approved?"
    case .gateScope: "Is the scope of use approved?"
    case .gateRevocation: "Is it free of revocations, as far as known?"
    case .gateLease: "Is governance's last word recent enough?"
    case .gateWeights: "Are the weights at hand the approved ones?"
    }
  }
}

extension Gate {
  var words: String {
    switch self {
    case .trust: "Is the trust root in force?"
    case .approval: "Is there an approval signed by governance?"
    case .training: "Is what was approved what was trained?"
    case .quorum: "Have enough people signed?"
    case .validity: "Is the approval in force at this time?"
    case .environment: "Is the environment approved?"
    case .scope: "Is the scope of use approved?"
    case .revocation: "Is it free of revocations, as far as known?"
    case .lease: "Is governance's last word recent enough?"
    case .clock: "Does the serving plane trust its clock?"
    case .weights: "Are the weights the approved ones?"
    }
  }
}
