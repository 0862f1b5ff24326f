// What a proof of level `private` commits to: the witness, in a matrix that hides it.

import Arithmetic
import Graphs
import Primitives

/// The witness with what level `private` adds: counts in bits, and blinds.
struct PrivateWitness {
  let witness: Witness
  let hidden: HidingMatrix

  /// - Parameters:
  ///   - witness: without what is added here.
  ///   - secret: of this proof alone.
  ///   - inputPad: what hides the input's value.
  ///   - spoil: changes pads, where somebody lies.
  init(
    _ statement: PrivateStatement, _ witness: Witness, secret: Bytes32, inputPad: GoldilocksPair,
    spoil: (inout [GoldilocksPair]) -> Void = { _ in }
  ) throws(Refusal) {
    var stream = SecretStream(secret, "rows")
    var own = witness
    if own.later.isEmpty { own.later = own.countBits }
    own.later += stream.words(WitnessShape.blinds)
    self.witness = own
    hidden = try HidingMatrix(
      statement.layout, secret: secret, &stream, last: statement.hidesInput ? [inputPad] : [],
      spoil: spoil
    ) { own.entries(ofRow: $0) }
  }
}

extension Witness {
  /// The bits of all counts, in their places from `shape.bits` on.
  var countBits: [UInt64] {
    guard let own = shape.counts else { return [] }
    var bits = own.laidOut(counts)
    if let tables = shape.tableCounts {
      bits += [UInt64](repeating: 0, count: tables.start - own.end)
      bits += tables.laidOut(tableCounts)
    }
    return bits
  }

  /// What of the witness is the bits of some counts.
  func bits(of space: CountSpace) -> [UInt64] {
    let first = space.start - shape.bits
    return Array(later[first..<(first + 1 << space.bits)])
  }
}
