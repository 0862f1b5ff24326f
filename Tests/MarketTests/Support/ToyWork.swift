// A kind of work small enough to play whole disputes about by hand.

import Primitives

@testable import Market

/// A trace of three leaves: the input, a tile of two blocks, and the output. The referee believes
/// an opening that hashes to what is disputed and begins with 1.
struct AnyWork: Works {
  func admit(_ spec: [UInt8], of work: String, under check: CheckTerms) throws(Refusal) {
    guard work == "inference" else { throw .unknownWork }
  }

  func admit(inputBytes: UInt64, for spec: [UInt8], of work: String) throws(Refusal) {
    guard inputBytes < 1_000_000 else { throw Refusal("wrongInputBytes") }
  }

  func tensors(_ spec: [UInt8], of work: String) throws(Refusal) -> UInt64 { 3 }

  func fan(at picks: [UInt8], _ spec: [UInt8], of work: String) throws(Refusal) -> Fan {
    switch picks {
    case []: .vertex(3)
    case [0]: .fixed
    case [1]: .blocks(2)
    case [2], [1, 0], [1, 1]: .step
    default: throw Refusal("noSuchPlace")
    }
  }

  /// A proof is of this run when its first byte is 0, 1 or 2. It is false when that is 0; when it
  /// is 2 the rest binds the input that it hides, which is itself.
  func verify(
    _ claim: ProofClaim, proof: [UInt8], of work: String
  ) throws(Refusal) -> ProofFinding {
    switch proof.first {
    case 0: return .fails
    case 1: return .holds
    case 2: return .binds(Array(proof.dropFirst()))
    default: throw Refusal("otherProof")
    }
  }

  func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8], of work: String
  ) throws(Refusal) -> Bool { binding == input }

  func redo(
    _ claim: StepClaim, opening: [UInt8], of work: String
  ) throws(Refusal) -> Bool {
    guard opening.first == 0 || opening.first == 1 else { throw Refusal("badOpening") }
    return opening.first == 1 && SHA256.hash(opening) == claim.disputed
  }
}
