import Ledger
import MerkleLog
import Signing
import Testing
import Wire

/// Entry bytes are leaves of a Merkle log one day: these texts may never change.
@Suite struct EvidenceEntryTests {
  private func text(_ entry: EvidenceEntry) -> String { String(decoding: entry.bytes, as: UTF8.self) }

  @Test func entryWithAttestationHasExactlyTheseBytes() {
    let entry = EvidenceEntry(
      index: 7, time: Timestamp(microseconds: 1_767_323_045_123_456), event: .trainingCompleted,
      data: ["model_id": "iris", "metrics": ["loss": .number(JSONNumber(0.25)!)], "tags": ["b", "a"]],
      attestation: Digest(hashing: Array("abc".utf8)))
    let digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(
      text(entry)
        == #"{"v":1,"index":7,"time":"2026-01-02T03:04:05.123456+00:00","event":"training_completed","#
        + #""data":{"model_id":"iris","metrics":{"loss":0.25},"tags":["b","a"]},"attestation_digest":"\#(digest)"}"#)
  }

  @Test func entryWithoutAttestationSaysNullAndAWholeSecondHasNoFraction() {
    let entry = EvidenceEntry(
      index: 0, time: Timestamp(microseconds: 1_767_323_045_000_000), event: .planeStarted, data: [:], attestation: nil)
    #expect(
      text(entry)
        == #"{"v":1,"index":0,"time":"2026-01-02T03:04:05+00:00","event":"plane_started","data":{},"#
        + #""attestation_digest":null}"#)
  }

  @Test func textFromOthersIsEscapedAndKeptToTheByte() throws {
    let hostile = "line\nquote\" back\\ tab\t bell\u{7} e\u{301} 𝄞 </script>"
    let entry = EvidenceEntry(
      index: 1, time: start, event: .requestRefused, data: ["reason": .string(hostile)], attestation: nil)
    #expect(text(entry).contains(#""reason":"line\nquote\" back\\ tab\t bell\u0007 e\#u{301} 𝄞 </script>""#))
    let parsed = try StrictJSON.parse(entry.bytes)
    #expect(parsed.object?["data"]?.object?["reason"] == .string(hostile))
  }

  @Test func anEntryInAnotherOrderOrSpellingIsNoneForAnyReader() throws {
    let entry =
      #"{"v":1,"index":7,"time":"2026-01-02T03:04:05+00:00","event":"plane_started","data":{"b":1,"a":2},"#
      + #""attestation_digest":null}"#
    let read = try UnverifiedEntry(Array(entry.utf8))
    #expect(read.index == 7 && read.event == "plane_started" && read.data.members.map(\.key) == ["b", "a"])
    let unknown = entry.replacing("plane_started", with: "an event of a later version")
    #expect(try UnverifiedEntry(Array(unknown.utf8)).event == "an event of a later version")
    for (old, new) in [
      (#""v":1,"index":7,"#, #""index":7,"v":1,"#),
      (#""data":{"b":1,"a":2},"attestation_digest":null"#, #""attestation_digest":null,"data":{"b":1,"a":2}"#),
      (#","data""#, #", "data""#), (#""attestation_digest":null"#, #""attestation_digest":null,"more":1"#),
      (#""v":1,"#, #""v":1.0,"#), (":05+", ":05.000000+"), (#""plane_started""#, #""plane\u005fstarted""#),
      ("null}", "null}\n"),
    ] {
      let other = entry.replacing(old, with: new)
      #expect(other != entry)
      #expect(throws: EntryError.self, "\(other)") { try UnverifiedEntry(Array(other.utf8)) }
    }
  }

  @Test func originIsTheRootDigestsFirstSixteenHexAndThePlane() {
    let origin = EvidenceOrigin(rootDigest: Digest(hashing: Array("abc".utf8)), plane: "serving-plane")
    #expect(origin.description == "ba7816bf8f01cfea/serving-plane")
    #expect(EvidenceID(origin: origin, index: 12).description == "ba7816bf8f01cfea/serving-plane#12")
  }

  @Test func upstreamsEventNamesStay() {
    let upstream = ["training_completed", "model_approved", "model_deployment", "model_approval_revoked"]
    #expect(upstream.allSatisfy { EvidenceEvent(rawValue: $0) != nil })
  }
}
