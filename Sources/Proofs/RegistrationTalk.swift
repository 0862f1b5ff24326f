// The steps of a registration, as both sides walk them: from the tree's leaf to one equation.

import Arithmetic
import Primitives

/// A point among the leaves, cut into what it is for weights and for biases.
struct LeafPoint {
  /// What all weights, and all bytes of biases, count for.
  let weightScale: GoldilocksPair
  let limbScale: GoldilocksPair
  let rows: [GoldilocksPair]
  let columns: [GoldilocksPair]
  let limbs: [GoldilocksPair]

  init(_ point: [GoldilocksPair], _ own: RegistrationShape) {
    let rest = Array(point.dropFirst())
    func cut(_ bits: Int) -> (scale: GoldilocksPair, point: [GoldilocksPair]) {
      let over = rest.count - bits
      return (WitnessForm.weight(of: 0, at: rest[..<over]), Array(rest[over...]))
    }
    let weights = cut(own.weightBits)
    let limbs = cut(own.biasBits + RegistrationShape.limbBits)
    weightScale = (.one - point[0]) * weights.scale
    limbScale = point[0] * limbs.scale
    let split = weights.point.count - own.shape.columnBits
    rows = Array(weights.point[..<split])
    columns = Array(weights.point[split...])
    self.limbs = limbs.point
  }
}

extension RegistrationShape {
  /// All weights at the leaf's point, then, times μ, each row of biases at a point of its own.
  func pieces(
    _ leaf: LeafPoint, biases: [GoldilocksPair], mu: GoldilocksPair
  ) -> [RowPiece] {
    let rows = Array(Multilinear.weights(at: leaf.rows)[..<shape.biasRow])
    let cut = biases.count - shape.columnBits
    let high = Multilinear.weights(at: Array(biases[..<cut]))
    let low = Multilinear.weights(at: Array(biases[cut...]))
    return [
      RowPiece(
        first: 0, stride: 1, coefficients: rows, vector: Multilinear.weights(at: leaf.columns))
    ]
      + (0..<(shape.rows - shape.biasRow)).map { row in
        let scale = mu * high[row]
        return RowPiece(
          first: shape.biasRow + row, stride: 1, coefficients: [.one],
          vector: low.map { scale * $0 })
      }
  }

  /// What the steps before the openings leave.
  struct Ends {
    var alpha: GoldilocksPair
    var point: LeafPoint
    var leaf: PaddedValue
    var bits: PaddedFollow.Bits
    var biases: [GoldilocksPair]
    /// Weights at the leaf's point, biases at theirs.
    var parts: [PaddedValue]
    var rowWeights: [GoldilocksPair]
  }

  /// - Parameter row: the masked combination of the rows of the weights' matrix.
  func follow(_ talk: inout PaddedFollow, row: [GoldilocksPair]) -> Ends {
    let alpha = talk.transcript.challenge()
    let bytes = talk.counted(leafBits, by: CountPowers(bytes: counts, at: alpha))
    let point = LeafPoint(bytes.leaf.point, self)
    let biases = talk.transcript.challenges(biasBits)
    let parts = talk.read("parts", 2).values
    let mu = talk.transcript.challenge()
    let pieces = pieces(point, biases: biases, mu: mu)
    var claim = parts[0]
    claim.add(parts[1], times: mu)
    let (column, left) = talk.columns(claim, rounds: shape.columnBits)
    let (_, rowWeights) = talk.weighHidden(pieces, left, at: column, rows: shape.rows, row)
    return Ends(
      alpha: alpha, point: point, leaf: bytes.leaf.claim, bits: bytes.bits, biases: biases,
      parts: parts, rowWeights: rowWeights)
  }

  /// All that is claimed of the committed vector and of pads, as one equation in both.
  func claims(
    _ ends: Ends, zeros: [PaddedValue], gamma: GoldilocksPair
  ) -> (form: RegistrationForm, equation: PadEquation) {
    let powers = OpenStatement.powers(of: gamma, count: 6 + zeros.count)
    var equation = PadEquation(pads: layout.pads)
    let all = Multilinear.weights(at: ends.point.rows)
    let there = all[..<shape.biasRow].reduce(GoldilocksPair.zero, +)
    let scale = ends.point.weightScale
    // The leaf is α less the byte: of a weight, or of a bias.
    equation.constant +=
      powers[0] * (ends.alpha - scale * there * Goldilocks(Self.weightOffset))
    equation.add(ends.leaf, times: -powers[0])
    equation.add(ends.parts[0], times: -(powers[0] * scale))
    // Both are the layer's bound, with the bias and without it.
    let biases = Multilinear.weights(at: ends.biases)
    var bound = GoldilocksPair.zero
    for (weight, own) in zip(biases, bounds) where own > 0 { bound += weight * Goldilocks(own) }
    equation.add(ends.parts[1], times: powers[1] - powers[2])
    equation.constant += (powers[1] + powers[2]) * bound
    let bits = PrivateClaims.bind(
      ends.bits, check: powers[3], tree: powers[4], sum: powers[5], &equation)
    for (scale, zero) in zip(powers[6...], zeros) { equation.add(zero, times: scale) }
    let form = RegistrationForm(
      own: self, limbPoint: ends.point.limbs, limbScale: powers[0] * ends.point.limbScale,
      biasPoint: ends.biases, biasScales: [powers[1], powers[2]], bits: bits)
    return (form, equation)
  }
}

/// What is claimed of the biases' bytes and of the counts' bits, as one linear function.
struct RegistrationForm: LinearForm {
  let own: RegistrationShape
  let limbPoint: [GoldilocksPair]
  let limbScale: GoldilocksPair
  let biasPoint: [GoldilocksPair]
  /// Of the bytes above the least bias, and of those below the greatest.
  let biasScales: [GoldilocksPair]
  let bits: CountBitsForm

  private func place(_ limb: Int) -> GoldilocksPair {
    let (side, place) = limb.quotientAndRemainder(dividingBy: RegistrationShape.limbsEach)
    return biasScales[side] * Goldilocks(canonical: 1 << UInt64(8 * place))
  }

  func vector() -> PairVector {
    var all = PairVector(zeros: own.entries)
    all.add(PairVector.weights(at: limbPoint, times: limbScale), times: .one)
    let biases = PairVector.weights(at: biasPoint)
    for limb in 0..<RegistrationShape.limbs {
      all.add(biases, times: place(limb), at: limb << own.biasBits)
    }
    all.add(bits.vector(), times: .one, at: own.counts.start)
    return all
  }

  func value(at point: [GoldilocksPair]) -> GoldilocksPair {
    let cut = point.count - own.biasBits - RegistrationShape.limbBits
    let low = Array(point[cut...])
    let limbs = low[..<RegistrationShape.limbBits]
    let bias = Multilinear.weight(biasPoint, Array(low[RegistrationShape.limbBits...]))
    var sum = limbScale * Multilinear.weight(limbPoint, low)
    for limb in 0..<RegistrationShape.limbs {
      sum += place(limb) * WitnessForm.weight(of: limb, at: limbs) * bias
    }
    sum *= WitnessForm.weight(of: 0, at: point[..<cut])
    let counts = point.count - own.counts.bits
    return sum
      + WitnessForm.weight(of: own.counts.start >> own.counts.bits, at: point[..<counts])
      * bits.value(at: Array(point[counts...]))
  }
}
