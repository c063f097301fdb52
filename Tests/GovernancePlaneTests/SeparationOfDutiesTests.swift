import Attestations
import PlaneContract
import TestSupport
import Testing
import Wire

@testable import GovernancePlane

@Suite struct SeparationOfDutiesTests {
  @Test func trainersPersonMayNotApproveUnderAnotherName() throws {
    let house = try TestHouse()
    let result = try VerifiedTrainingOutput.verify(try house.trainingOutput(), root: house.root).output
    let trained = TrainingOutput(
      result: result.result, createdAt: result.createdAt, submittedBy: result.submittedBy,
      submitterPerson: PersonID(checked: "bob"), submission: result.submission)
    #expect(throws: Refusal.self) { try SeparationOfDuties.check(house.principal("bob"), of: trained) }
    #expect(throws: Refusal.self) { try SeparationOfDuties.check(house.principal("bob-laptop"), of: trained) }
    #expect(throws: Never.self) { try SeparationOfDuties.check(house.principal("alice"), of: trained) }
  }

  @Test func houseWhereTheTrainersPersonApprovesIsNoHouse() {
    #expect(throws: FieldError.self) { try TestHouse(extra: [("tina-approves", "tina", .approver)]) }
  }

  @Test func houseWhereOneKeyHasTwoNamesIsNoHouse() throws {
    let house = try TestHouse()
    let alice = try house.principal("alice")
    let double = Principal(
      id: PrincipalID(checked: "alice-too"), person: PersonID(checked: "zoe"), roles: [.approver], keys: alice.keys)
    let root = house.root.root
    #expect(throws: FieldError.self) {
      try TrustRoot(
        version: 1, issuedAt: root.issuedAt, expiresAt: root.expiresAt, rootKeys: root.rootKeys, threshold: 1,
        principals: root.principals + [double], policy: root.policy)
    }
  }
}
