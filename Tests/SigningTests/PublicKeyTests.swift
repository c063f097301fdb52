import Signing
import TestSupport
import Testing

@Suite struct PublicKeyTests {
  /// Every encoding of a point whose order divides 8, canonical and not.
  static let smallOrder = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  ]

  /// Under such a key one signature could hold over many messages.
  @Test(arguments: smallOrder) func aSmallOrderKeyIsNoKey(hex: String) {
    #expect(PublicKey(hex: hex) == nil)
  }

  @Test func bytesThatAreNoPointAreNoKey() {
    #expect(PublicKey(bytes: [2] + [UInt8](repeating: 0, count: 31)) == nil)
    #expect(PublicKey(bytes: [UInt8](repeating: 0xFF, count: 32)) == nil)
  }

  @Test(arguments: [0, 31, 33]) func aKeyHasExactly32Bytes(count: Int) throws {
    let bytes = try Array((SecretKey.seeded(1).publicKey.bytes + [0]).prefix(count))
    #expect(PublicKey(bytes: bytes) == nil)
  }

  @Test func upperCaseHexIsNoSecondNameOfAKey() throws {
    let key = try SecretKey.seeded(1).publicKey
    #expect(PublicKey(hex: key.hex) == key)
    #expect(PublicKey(hex: key.hex.uppercased()) == nil)
  }

  /// RFC 8032, section 5.1.7: without the check S < L every signature would have a second form.
  @Test func aSignatureWithSPlusLIsRefused() throws {
    let key = try SecretKey.seeded(1)
    let malleated = try #require(key.sign(PreAuthenticationEncoding.hello()).plusGroupOrder)
    #expect(!key.publicKey.verifies(malleated, over: .hello()))
  }

  /// RFC 8032, section 7.1: the public keys of the first three test secrets.
  @Test(arguments: [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
    ),
  ])
  func theKeysOfRFC8032(seed: String, publicKey: String) throws {
    var bytes = try #require(Hex.decode(seed))
    #expect(try SecretKey(seed: &bytes).publicKey.hex == publicKey)
  }
}
