// What a prover who lies does otherwise: tests try each rule of the protocol with one.

import Arithmetic
import Graphs

/// Nothing, where the prover is honest.
struct ProverLies {
  /// Told to a step in the place of the committed witness.
  var witnesses: [ProverStep: Witness] = [:]
  /// The run whose sums are claimed, where the sums of another are proved.
  var claimed: [[Tensor]]?
  /// The step whose last number is what the verifier wants it to be.
  var fits: ProverStep?
  /// Two folded inputs for others, which with the rows' ends make up the same.
  var movesValues = false
  /// By how much a hidden input's value is another.
  var input = GoldilocksPair.zero
  /// Changes what is said of the bits of counts behind a step.
  var bits: [ProverStep: (inout Bits) -> Void] = [:]
  /// Changes the leaves of lookups, and both factors of products.
  var lookups: (inout PairVector) -> Void = { _ in }
  var factors: (inout PairVector, inout PairVector) -> Void = { _, _ in }
  /// Changes what is absorbed before the first challenge.
  var fixed: (inout Preamble) -> Void = { _ in }

  /// The bits of counts, as they are told to their tree and to the check that they are bits.
  struct Bits {
    var tree: [UInt64]
    var check: [UInt64]
  }

  func said(_ preamble: Preamble) -> Preamble {
    var own = preamble
    fixed(&own)
    return own
  }

  func told(_ bits: [UInt64], behind step: ProverStep) -> Bits {
    var own = Bits(tree: bits, check: bits)
    self.bits[step]?(&own)
    return own
  }

  /// What the rows of weights have to be for their products with vectors to make up a claim.
  static func fitting(
    _ ends: [GoldilocksPair], _ vectors: [GoldilocksPair], to claim: GoldilocksPair
  ) -> [GoldilocksPair] {
    var ends = ends
    let sum = zip(ends, vectors).reduce(GoldilocksPair.zero) { $0 + $1.0 * $1.1 }
    ends[0] += (claim - sum) * (vectors[0].inverse ?? .zero)
    return ends
  }

  func moved(
    _ values: [GoldilocksPair], _ ends: [GoldilocksPair]
  ) -> [GoldilocksPair] {
    guard movesValues else { return values }
    var values = values
    values[0] += ends[1]
    values[1] -= ends[0]
    return values
  }
}
