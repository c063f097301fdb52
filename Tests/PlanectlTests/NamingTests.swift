import Attestations
import PlaneContract
import Signing
import Testing
import Wire

@testable import planectl

@Suite struct NamingTests {
  @Test(arguments: [
    ("approval:0123", true), ("0123", true), ("approval:0", true), ("", false), ("123", false), ("approval", true),
  ])
  func anApprovalGoesByTheBeginningOfItsIDWithOrWithoutItsFirstWord(text: String, isNamed: Bool) {
    #expect(ApprovalDirectory.isNamed(ApprovalID(checked: "approval:0123456789abcdef"), text) == isNamed)
  }

  @Test(arguments: ["approval:0123456789abcdef", "0123456789abcdef"]) func aWholeIDNamesNoLongerOne(text: String) {
    #expect(ApprovalDirectory.isNamed(ApprovalID(checked: "approval:0123456789abcdef"), text))
    #expect(!ApprovalDirectory.isNamed(ApprovalID(checked: "approval:0123456789abcdef0"), text))
    #expect(!ApprovalDirectory.isNamed(ApprovalID(checked: "0123456789abcdef0"), text))
  }

  @Test func aDigestGoesByTheBeginningOfItsHex() {
    let digest = Digest(hashing: [1])
    #expect(ApprovalDirectory.isNamed(digest, digest.short))
    #expect(ApprovalDirectory.isNamed(digest, "sha256:\(digest.short)"))
    #expect(ApprovalDirectory.isNamed(digest, digest.description))
    #expect(!ApprovalDirectory.isNamed(digest, "") && !ApprovalDirectory.isNamed(digest, "sha"))
  }
}

@Suite struct FailureTests {
  @Test(arguments: [
    (ErrorCode.denied, planectl.ExitStatus.denied), (.overloaded, .unreachable), (.unavailable, .unreachable),
    (.policyFailed, .refused), (.notFound, .refused), (.forbidden, .refused), (.malformed, .refused),
    (.conflict, .refused), (.internal, .refused),
  ])
  func aPlanesRefusalHasItsExitStatus(code: ErrorCode, status: planectl.ExitStatus) {
    let failure = Failure(explaining: Refusal(code, "no"))
    #expect(failure.status == status && failure.body["code"]?.string == code.rawValue)
  }

  @Test func whatDoesNotVerifyIsNeverMistakenForARefusal() {
    #expect(Failure(explaining: EnvelopeError.noValidSignature).status == .unverified)
    #expect(Failure(explaining: TrustRootError.threshold(needed: 2, valid: 1)).status == .unverified)
    #expect(Failure(explaining: GateFault(gate: .training, reason: "no")).status == .unverified)
  }

  @Test func anErrorsBodyIsLikeAPlanes() {
    #expect(Failure.refused("no").body == ["code": "invalid_request", "message": "no"])
    #expect(Failure(.unreachable, "gone").body == ["code": "unavailable", "message": "gone"])
  }
}

@Suite struct AbsolutePathTests {
  @Test(arguments: [("/a//b/./c/", "/a/b/c"), ("/", "/"), ("/a/../b", "/a/../b")])
  func pathsAreTidiedByTheirTextAlone(path: String, expected: String) {
    #expect(AbsolutePath.of(path) == expected)
  }

  @Test func aRelativePathBeginsWhereTheCallerIs() {
    #expect(AbsolutePath.of("./model").hasSuffix("/model") && AbsolutePath.of("model").hasPrefix("/"))
    #expect(AbsolutePath.of("model") == AbsolutePath.of("./model"))
    #expect(
      AbsolutePath.of("../model").split(separator: "/").count == AbsolutePath.of("model").split(separator: "/").count
        - 1)
    #expect(AbsolutePath.of("link/../model").hasSuffix("/link/../model"))
  }
}
