// All that is claimed of a hidden witness and of pads, as one linear equation in both.

import Arithmetic
import Graphs
import Primitives

/// ⟨witness, form⟩ = constant + ⟨pads, factors⟩.
struct PrivateClaims {
  let form: WitnessForm
  let equation: PadEquation

  /// - Parameters:
  ///   - zeros: equations in pads alone.
  ///   - bound: a hidden input's value under its pad.
  ///   - input: the elements of all samples, where they are in clear.
  init(
    _ statement: PrivateStatement, _ ends: PrivateFollow.Ends, zeros: [PaddedValue],
    bound: GoldilocksPair, input: [Int32], gamma: GoldilocksPair
  ) {
    let first = 10 + ends.values.count
    let more = (ends.lookups == nil ? 0 : 4) + (ends.factors == nil ? 0 : 2)
    let powers = OpenStatement.powers(of: gamma, count: first + more + zeros.count)
    var equation = PadEquation(pads: statement.layout.pads)
    var forms = TensorForms(statement.plan, statement.space)
    let scales = Array(powers[10..<first])
    LayerValues(
      statement.plan, statement.shape, ends.pieces, scales: scales, weights: ends.weights,
      column: ends.column
    ).add(to: &forms, ends.points)
    for (scale, value) in zip(scales, ends.values) { equation.add(value, times: scale) }
    var bits = [
      PrivateClaims.bind(
        ends.bytes.bits, check: powers[6], tree: powers[7], sum: powers[8], &equation)
    ]
    bits += PrivateClaims.bindHelpers(
      ends, Array(powers[first..<(first + more)]), to: &forms, &equation)
    for (scale, zero) in zip(powers[(first + more)...], zeros) { equation.add(zero, times: scale) }
    forms.pullBack(statement.space, input: input)
    equation.constant -= forms.constant + ends.equation.constant
    equation.add(ends.rounding.value, times: GoldilocksPair(LinearEquation.twoTo32))
    equation.add(ends.sums, times: -GoldilocksPair.one)
    equation.constant += powers[1] * ends.alpha
    equation.add(ends.bytes.leaf.claim, times: -powers[1])
    equation.add(ends.rounding.excess, times: powers[2])
    equation.add(ends.rounding.byte, times: powers[3])
    equation.add(ends.maximum.right, times: powers[4])
    equation.add(ends.maximum.left, times: powers[5])
    var bytes = zip(ends.equation.bytes, forms.bytes).map { $0 + $1 }
    if statement.hidesInput {
      let value = PaddedValue(bound) - PaddedValue(sent: .zero, pad: statement.inputPad)
      equation.add(value, times: powers[9])
    }
    PrivateClaims.bind(statement, ends.input, powers[9], &bytes, &equation)
    self.equation = equation
    let own = ends.equation
    form = WitnessForm(
      shape: statement.plan.shape, bytePoint: ends.bytes.leaf.point, byteScale: powers[1],
      rowPoint: ends.challenges.rows, clampPoint: ends.rounding.point, excessScale: powers[2],
      clampScale: powers[3], pairPoint: ends.maximum.point, differenceScale: powers[4],
      choiceScale: powers[5], bytes: bytes,
      differences: zip(own.differences, forms.differences).map { $0 + $1 },
      choices: own.choices, extras: zip(own.extras, forms.extras).map { $0 + $1 },
      loose: zip(own.loose, forms.loose).map { $0 + $1 }, bits: bits)
  }

  /// That bits are bits, that their tree has these leaves, and what the counts add up to.
  static func bind(
    _ bits: PaddedFollow.Bits, check: GoldilocksPair, tree: GoldilocksPair,
    sum: GoldilocksPair, _ equation: inout PadEquation
  ) -> CountBitsForm {
    equation.add(bits.check.claim, times: check)
    // A leaf is one more than the bit's part.
    equation.add(bits.tree.claim, times: tree)
    equation.constant -= tree
    equation.constant += sum * Goldilocks(canonical: UInt64(bits.powers.space.total))
    return CountBitsForm(
      powers: bits.powers, check: bits.check.point, checkScale: check, tree: bits.tree.point,
      treeScale: tree, sumScale: sum)
  }

  /// The leaf of lookups and the bits of their counts; both factors of products.
  private static func bindHelpers(
    _ ends: PrivateFollow.Ends, _ scales: [GoldilocksPair], to forms: inout TensorForms,
    _ equation: inout PadEquation
  ) -> [CountBitsForm] {
    if let factors = ends.factors {
      let own = Array(scales.suffix(2))
      forms.addFactors(factors.point, factors.points, left: own[0], right: own[1])
      equation.add(factors.left, times: own[0])
      equation.add(factors.right, times: own[1])
    }
    guard let lookups = ends.lookups else { return [] }
    forms.addLookups(lookups.challenges, scale: scales[0])
    equation.add(lookups.claim, times: scales[0])
    return [bind(lookups.bits, check: scales[1], tree: scales[2], sum: scales[3], &equation)]
  }

  /// The input's value at its point: Σ eq·(b + lowest).
  private static func bind(
    _ statement: PrivateStatement, _ point: [GoldilocksPair], _ scale: GoldilocksPair,
    _ bytes: inout [GoldilocksPair], _ equation: inout PadEquation
  ) {
    guard let first = statement.plan.inputRow else { return }
    let weights = Multilinear.weights(at: point)
    var total = GoldilocksPair.zero
    for index in 0..<(statement.plan.rows - first) {
      bytes[first + index] += scale * weights[index]
      total += weights[index]
    }
    let lowest = Goldilocks(Int64(statement.graph.input.element.lowest))
    equation.constant -= scale * total * lowest
  }
}
