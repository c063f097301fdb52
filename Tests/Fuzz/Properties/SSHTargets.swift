import Attestations
import Signing
import Wire

extension FuzzTarget {
  /// Input: what a public key's file holds.
  static let sshKey = FuzzTarget("ssh-key", isJSON: false) { input in
    let text = String(decoding: input, as: UTF8.self)
    guard let key = try? PublicKey(sshLine: text) else { return false }
    try promise(text.utf8.count <= 4096, "a key file has at most 4096 bytes")
    let line = key.sshLine(comment: "again")
    try promise(PublicKey(sshLine: line).bytes == key.bytes, "a key is written so that it reads the same")
    try promise((try? PublicKey(pem: text)) == nil, "an SSH key is no PEM")
    return true
  }

  /// Input: what an agent answers, to either question.
  static let sshAgent = FuzzTarget("ssh-agent", isJSON: false) { input in
    let keys = try? SSHAgentMessage.keys(in: input)
    let signature = try? SSHAgentMessage.signature(in: input)
    try promise(keys == nil || signature == nil, "no answer is both")
    // A key takes 51 bytes and two lengths.
    try promise((keys?.count ?? 0) * 59 <= input.count, "no key is made up")
    if let signature {
      let house = try FuzzHouse.only.get()
      let encoding = PreAuthenticationEncoding(payloadType: "text/plain", payload: input)
      try promise(!house.key("alice").publicKey.verifies(signature, over: encoding), "nobody's signature is forged")
    }
    return keys != nil || signature != nil
  }

  /// Input: the payload of a key proof, which alice and a stranger sign.
  static let keyProof = FuzzTarget("key-proof") { payload in
    let house = try FuzzHouse.only.get()
    let keys = [try house.key("alice"), try house.key("stranger")]
    let envelope = try UnverifiedEnvelope(signing: payload, as: .keyProof, by: keys)
    guard let proof = try? KeyProof.verify(envelope) else { return false }
    guard let signer = keys.first(where: { $0.publicKey == proof.publicKey }) else {
      throw BrokenPromise(description: "not so: the key that is proved has signed")
    }
    let again = try KeyProof.verify(proof.signed(by: signer))
    try promise(again == proof, "a proof is written so that it reads the same")
    return true
  }
}
