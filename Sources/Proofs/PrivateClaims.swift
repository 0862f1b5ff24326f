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
    let powers = OpenStatement.powers(of: gamma, count: first + zeros.count)
    var equation = PadEquation(pads: statement.pads)
    var forms = TensorForms(statement.plan, statement.space)
    let scales = Array(powers[10..<first])
    LayerValues(
      statement.plan, statement.shape, ends.pieces, scales: scales, weights: ends.weights,
      column: ends.column
    ).add(to: &forms, ends.points)
    forms.pullBack(statement.space, input: input)
    for (scale, value) in zip(scales, ends.values) { equation.add(value, times: scale) }
    for (scale, zero) in zip(powers[first...], zeros) { equation.add(zero, times: scale) }
    equation.constant -= forms.constant + ends.equation.constant
    equation.add(ends.rounding.value, times: GoldilocksPair(LinearEquation.twoTo32))
    equation.add(ends.sums, times: -GoldilocksPair.one)
    equation.constant += powers[1] * ends.alpha
    equation.add(ends.bytes.claim, times: -powers[1])
    equation.add(ends.rounding.excess, times: powers[2])
    equation.add(ends.rounding.byte, times: powers[3])
    equation.add(ends.maximum.right, times: powers[4])
    equation.add(ends.maximum.left, times: powers[5])
    equation.add(ends.bits.left, times: powers[6])
    equation.add(ends.counts.claim, times: powers[7])
    equation.constant -= powers[7]
    let own = statement.plan.shape
    equation.constant += powers[8] * Goldilocks(canonical: 1 << UInt64(own.byteBits))
    var bytes = zip(ends.equation.bytes, forms.bytes).map { $0 + $1 }
    if statement.hidesInput {
      let value = PaddedValue(bound) - PaddedValue(sent: .zero, pad: statement.inputPad)
      equation.add(value, times: powers[9])
    }
    PrivateClaims.bind(statement, ends.input, powers[9], &bytes, &equation)
    self.equation = equation
    var form = WitnessForm(
      shape: own, bytePoint: ends.bytes.point, byteScale: powers[1],
      rowPoint: ends.challenges.rows, clampPoint: ends.rounding.point, excessScale: powers[2],
      clampScale: powers[3], pairPoint: ends.maximum.point, differenceScale: powers[4],
      choiceScale: powers[5], bytes: bytes,
      differences: zip(ends.equation.differences, forms.differences).map { $0 + $1 },
      choices: ends.equation.choices)
    form.bits = CountBitsForm(
      shape: own, alpha: ends.alpha, check: ends.bits.point, checkScale: powers[6],
      tree: ends.counts.point, treeScale: powers[7], sumScale: powers[8])
    self.form = form
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
