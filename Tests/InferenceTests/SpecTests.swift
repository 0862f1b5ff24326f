// What an order for a model run must say, and what an input's blob holds.

import Inference
import Market
import Primitives
import Testing

@Suite("Inference")
struct SpecTests {
  static let open = CheckTerms("open")

  func code(_ act: () throws(Refusal) -> Void) -> String {
    do throws(Refusal) {
      try act()
      return "was taken"
    } catch {
      return error.code
    }
  }

  @Test("a spec names a model")
  func spec() throws {
    let spec = CBOR.encode(InferenceSpec(model: SHA256.hash([1])))
    try InferenceWork.admit(spec, under: Self.open)
    let blank = code { () throws(Refusal) in
      try InferenceWork.admit(CBOR.encode(InferenceSpec()), under: Self.open)
    }
    #expect(blank == "noModel")
  }

  @Test("a spec that is cut, longer or of another form is refused")
  func malformed() {
    let spec = CBOR.encode(InferenceSpec(model: SHA256.hash([1])))
    for bytes in [Array(spec.dropLast()), spec + [0], [], [0xff], Array(spec.dropFirst())] {
      let found = code { () throws(Refusal) in
        try InferenceWork.admit(bytes, under: Self.open)
      }
      #expect(found == "malformed")
    }
  }

  @Test("an input reads back as it was, whatever its size")
  func input() throws {
    for count in [0, 1, 64, 70_000] {
      let input = InferenceInput(
        salt: SHA256.hash([7]), bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0) })
      #expect(try CBOR.decode(InferenceInput.self, from: input.encoded) == input)
    }
  }
}
