// What an order for a model run must say.

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
    let tables = InferenceTables()
    try InferenceWork.admit(spec, under: Self.open, tables)
    let blank = code { () throws(Refusal) in
      try InferenceWork.admit(CBOR.encode(InferenceSpec()), under: Self.open, tables)
    }
    #expect(blank == "noModel")
  }

  @Test("a spec that is cut, longer or of another form is refused")
  func malformed() {
    let tables = InferenceTables()
    let spec = CBOR.encode(InferenceSpec(model: SHA256.hash([1])))
    for bytes in [Array(spec.dropLast()), spec + [0], [], [0xff], Array(spec.dropFirst())] {
      let found = code { () throws(Refusal) in
        try InferenceWork.admit(bytes, under: Self.open, tables)
      }
      #expect(found == "malformed")
    }
  }
}
