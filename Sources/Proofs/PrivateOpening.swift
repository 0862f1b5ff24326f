// Opening a hidden witness: one equation in witness and pads, down to one row under a mask.

import Arithmetic
import Primitives

/// A linear function of a committed vector: laid out by who proves, at a point by who verifies.
protocol LinearForm {
  func vector() -> PairVector
  func value(at point: [GoldilocksPair]) -> GoldilocksPair
}

extension WitnessForm: LinearForm {}

/// What both sides know of it.
struct PrivateOpening<Form: LinearForm> {
  let layout: HidingLayout
  let form: Form
  /// The point over the witness's rows.
  var high: [GoldilocksPair] = []
  var equation: PadEquation
  /// κ, κ′ and the weight of the equation beside the masks.
  var kappas: [[GoldilocksPair]] = []
  var scale = GoldilocksPair.zero

  init(_ layout: HidingLayout, _ form: Form, _ equation: PadEquation) {
    self.layout = layout
    self.form = form
    self.equation = equation
  }

  /// A hidden round over the rows.
  mutating func follow(_ round: SentMessages, at x: GoldilocksPair) {
    equation.scale(by: x)
    equation.add(round, 0, times: GoldilocksPair.one - x - x)
    equation.add(round, 1, times: x * x - x)
    high.append(x)
  }

  /// Two masks, each times eq at a point of its own: together they span every round of degree two.
  /// Their sum is said before the equation's weight beside them is drawn.
  mutating func mask(_ sum: GoldilocksPair, kappas: [[GoldilocksPair]], scale: GoldilocksPair)
    -> GoldilocksPair
  {
    self.kappas = kappas
    self.scale = scale
    return scale * equation.constant + sum
  }

  /// What a row of pads is multiplied with.
  func padVector(_ row: Int) -> PairVector {
    let first = row * layout.padsInRow
    let own = equation.factors[first..<min(layout.pads, first + layout.padsInRow)]
    let rest = 1 << layout.columnBits - own.count
    return PairVector(
      own.map { -scale * $0 } + [GoldilocksPair](repeating: .zero, count: rest))
  }

  /// What each piece is multiplied with at the point where the rounds end; the last mask with
  /// nothing.
  func factors(at low: [GoldilocksPair]) -> [GoldilocksPair] {
    let weights = PairVector.weights(at: low)
    var factors = [scale * form.value(at: high + low)]
    for row in 0..<layout.padRows { factors.append(padVector(row).inner(weights)) }
    for kappa in kappas { factors.append(Multilinear.weight(kappa, low)) }
    return factors + [.zero]
  }

  /// What each row of the matrix counts for in the combination of all pieces.
  func rowWeights(_ powers: [GoldilocksPair]) -> [GoldilocksPair] {
    let all = Multilinear.weights(at: high)
    var weights = layout.entryRows.map { powers[0] * all[$0] }
    for power in powers.dropFirst() { weights += [power, power * HidingMatrix.upper] }
    return weights
  }
}

extension PrivateOpening {
  /// The prover's side, after the hidden rounds: what is in clear, the combined row among it.
  ///
  /// - Parameters:
  ///   - rows: the witness folded at the point over its rows, and its form.
  ///   - fits: whether the witness's end is what the verifier wants it to be.
  func prove(
    _ committed: HidingMatrix, rows: (witness: PairVector, form: PairVector),
    _ transcript: inout Transcript, fits: Bool = false
  ) -> (rounds: [UInt8], row: [UInt8]) {
    var opening = self
    let columnBits = layout.columnBits
    let kappas = (0..<2).map { _ in transcript.challenges(columnBits) }
    let pairs = (0..<(layout.padRows + HidingLayout.masks)).map {
      committed.pair($0)
    }
    let masks = kappas.map { PairVector.weights(at: $0) }
    let sum = zip(masks, pairs[layout.padRows...]).reduce(GoldilocksPair.zero) {
      $0 + $1.0.inner($1.1)
    }
    transcript.absorb("masks", [sum])
    let start = opening.mask(sum, kappas: kappas, scale: transcript.challenge())
    var verifier = transcript
    var scaled = PairVector(zeros: rows.form.count)
    scaled.add(rows.form, times: opening.scale)
    let vectors = [scaled] + (0..<layout.padRows).map(opening.padVector) + masks
    let cut = pairs.map { $0.slice(0..<(1 << columnBits)) }
    let end = ColumnSumcheck.prove(
      rows: [rows.witness] + cut.dropLast(), vectors: vectors, variables: columnBits,
      &transcript)
    let last = cut[cut.count - 1].inner(PairVector.weights(at: end.point))
    var ends = end.rows + [last]
    if fits {
      let claim = ColumnSumcheck.follow(end.rounds, claim: start, &verifier).claim
      ends = ProverLies.fitting(ends, opening.factors(at: end.point), to: claim)
    }
    transcript.absorb("witnessEnds", ends)
    let rounds = ElementBytes.of(
      [sum] + end.rounds.flatMap { [$0.atZero, $0.leading] } + ends)
    let powers = OpenStatement.powers(of: transcript.challenge(), count: layout.pieces)
    let weights = opening.rowWeights(powers)
    var row = PairVector(zeros: layout.rowLength)
    for (own, weight) in zip(committed.rows, weights) { row.add(base: own, times: weight) }
    return (rounds, ElementBytes.of(row.elements))
  }

  /// The verifier's side of the same.
  func check(
    _ sent: [GoldilocksPair], _ row: [GoldilocksPair], _ transcript: inout Transcript
  ) throws(Refusal) -> [GoldilocksPair] {
    var opening = self
    let columnBits = layout.columnBits
    let kappas = (0..<2).map { _ in transcript.challenges(columnBits) }
    transcript.absorb("masks", [sent[0]])
    let start = opening.mask(sent[0], kappas: kappas, scale: transcript.challenge())
    let ends = Array(sent[(1 + 2 * columnBits)...])
    let (point, claim) = ColumnSumcheck.follow(
      ColumnSumcheck.rounds(sent[1..<(1 + 2 * columnBits)]), claim: start, &transcript)
    let sum = zip(ends, opening.factors(at: point)).reduce(GoldilocksPair.zero) {
      $0 + $1.0 * $1.1
    }
    guard sum == claim else { throw .proofFails(.witness, "claim") }
    transcript.absorb("witnessEnds", ends)
    let powers = OpenStatement.powers(of: transcript.challenge(), count: layout.pieces)
    let end = zip(ends, powers).reduce(GoldilocksPair.zero) { $0 + $1.0 * $1.1 }
    guard PairVector(row).inner(PairVector.weights(at: point)) == end else {
      throw .proofFails(.combination, "witness")
    }
    return opening.rowWeights(powers)
  }
}
