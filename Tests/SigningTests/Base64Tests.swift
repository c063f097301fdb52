import Foundation
import Signing
import Testing

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func theVectorsOfRFC4648(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
  }

  @Test func bothAlphabetsAreReadAndPaddingIsOptional() {
    let bytes: [UInt8] = [0xFB, 0xFF, 0xFE, 0xFF]
    for text in ["+//+/w==", "-__-_w==", "+//+/w", "-__-_w"] { #expect(Base64.decode(text) == bytes, "\(text)") }
    #expect(Base64.encode(bytes) == "+//+/w==")
  }

  @Test(arguments: [
    "+_8=", "-/8=",  // two alphabets in one string
    "Zh==", "Zm9=", "Zh",  // unused bits that are not zero
    "Z", "Zm9vY", "Z===", "=", "====", "Zg=", "Zm8==", "Zm9v=", "Zm9v====",  // lengths and padding that no bytes have
    "Zg==Zg==", "Zm=v", "=Zg=",  // padding in the middle
    "Zm9 v", "Zm9v\n", "Zm9v\u{0}", "Zm9é", "Zm9*", "Ｚｍ９ｖ",  // characters of no alphabet
  ])
  func aSecondSpellingIsRefused(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test func agreesWithFoundationOnRandomBytes() {
    for count in 0..<300 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
      #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }
}
