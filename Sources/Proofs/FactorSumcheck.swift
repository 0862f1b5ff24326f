// The sum-check of Σ_m c_m·left_m·right_m, c public: all products of activations at once.

import Arithmetic
import Graphs
import Primitives

enum FactorSumcheck {
  /// g of degree three: its values at 0 and −1 and its leading coefficient. The value at 1 is the
  /// claim less that at 0.
  struct Round: Equatable, Sendable {
    var atZero: GoldilocksPair
    var atMinusOne: GoldilocksPair
    var leading: GoldilocksPair

    func value(at x: GoldilocksPair, claim: GoldilocksPair) -> GoldilocksPair {
      let own = Weights(at: x)
      return own.claim * claim + own.atZero * atZero + own.atMinusOne * atMinusOne
        + own.leading * leading
    }
  }

  /// g(x) = Σ weight·number, of the claim and of what a round sends.
  struct Weights {
    let claim: GoldilocksPair
    let atZero: GoldilocksPair
    let atMinusOne: GoldilocksPair
    let leading: GoldilocksPair

    init(at x: GoldilocksPair) {
      let square = x * x
      claim = (square + x) * Goldilocks.half
      atMinusOne = (square - x) * Goldilocks.half
      atZero = .one - claim - square
      leading = square * x - x
    }
  }

  /// The part of the sums that is products, the rounds, then both factors at their point.
  struct Messages: Equatable, Sendable {
    var claim = GoldilocksPair.zero
    var rounds: [Round] = []
    var left = GoldilocksPair.zero
    var right = GoldilocksPair.zero

    static func count(_ variables: Int) -> Int { 3 * variables + 3 }

    var elements: [GoldilocksPair] {
      [claim] + rounds.flatMap { [$0.atZero, $0.atMinusOne, $0.leading] } + [left, right]
    }

    init() {}

    /// Reads `count(variables)` elements.
    init(_ all: [GoldilocksPair]) {
      claim = all[0]
      rounds = (0..<(all.count / 3 - 1)).map {
        Round(atZero: all[3 * $0 + 1], atMinusOne: all[3 * $0 + 2], leading: all[3 * $0 + 3])
      }
      left = all[all.count - 2]
      right = all[all.count - 1]
    }
  }

  static func prove(
    _ coefficients: consuming PairVector, _ left: consuming PairVector,
    _ right: consuming PairVector, variables: Int, claim: GoldilocksPair,
    _ transcript: inout some Conversation
  ) -> (messages: Messages, point: [GoldilocksPair]) {
    var messages = Messages()
    messages.claim = claim
    transcript.absorb("products", [claim])
    var point: [GoldilocksPair] = []
    for variable in 0..<variables {
      let half = 1 << (variables - variable - 1)
      var round = Round(atZero: .zero, atMinusOne: .zero, leading: .zero)
      for index in 0..<half {
        let (c0, l0, r0) = (coefficients[index], left[index], right[index])
        let dc = coefficients[half + index] - c0
        let dl = left[half + index] - l0
        let dr = right[half + index] - r0
        round.atZero += c0 * l0 * r0
        round.atMinusOne += (c0 - dc) * (l0 - dl) * (r0 - dr)
        round.leading += dc * dl * dr
      }
      messages.rounds.append(round)
      let challenge = absorb(round, &transcript)
      point.append(challenge)
      coefficients.fold(half: half, challenge)
      left.fold(half: half, challenge)
      right.fold(half: half, challenge)
    }
    (messages.left, messages.right) = (left[0], right[0])
    transcript.absorb("factors", [messages.left, messages.right])
    return (messages, point)
  }

  private static func absorb(_ round: Round, _ transcript: inout some Conversation)
    -> GoldilocksPair
  {
    transcript.absorb("round", [round.atZero, round.atMinusOne, round.leading])
    return transcript.challenge()
  }

  /// The point to which the rounds lead; refused where the factors there do not make up the claim.
  static func follow(
    _ messages: Messages, _ coefficients: PairVector, _ transcript: inout some Conversation
  ) throws(Refusal) -> [GoldilocksPair] {
    transcript.absorb("products", [messages.claim])
    var claim = messages.claim
    var point: [GoldilocksPair] = []
    for round in messages.rounds {
      let challenge = absorb(round, &transcript)
      claim = round.value(at: challenge, claim: claim)
      point.append(challenge)
    }
    let own = coefficients.inner(PairVector.weights(at: point))
    guard own * messages.left * messages.right == claim else {
      throw .proofFails(.products, "factors")
    }
    transcript.absorb("factors", [messages.left, messages.right])
    return point
  }

  /// The prover's side from the point of the sums on.
  static func prove(
    _ plan: WitnessPlan, _ space: SumSpace, _ traces: [[Tensor]], _ helpers: HelperValues,
    at sums: [GoldilocksPair], _ transcript: inout some Conversation,
    lie: (inout PairVector, inout PairVector) -> Void = { _, _ in }
  ) -> (messages: Messages, point: [GoldilocksPair], points: [ProductPoint]) {
    let points = space.productPoints(sums)
    let coefficients = coefficients(plan, points)
    var (left, right) = factors(plan, traces, helpers, points)
    lie(&left, &right)
    let claim = coefficients.multiplied(by: left).inner(right)
    let proved = prove(
      coefficients, left, right, variables: plan.helpers.sizes.factorBits, claim: claim,
      &transcript)
    return (proved.messages, proved.point, points)
  }

  /// c: what each factor counts for in the sums at their point.
  static func coefficients(_ plan: WitnessPlan, _ points: [ProductPoint]) -> PairVector {
    var all = PairVector(zeros: 1 << plan.helpers.sizes.factorBits)
    for (product, point) in zip(plan.helpers.products, points) {
      for factor in 0..<(product.size.factors * plan.samples) {
        all[product.first + factor] = point.batches[factor / product.size.inner]
      }
    }
    return all
  }

  /// Both factors: elements, or matrices folded at a point of rows and of columns.
  static func factors(
    _ plan: WitnessPlan, _ traces: [[Tensor]], _ helpers: HelperValues, _ points: [ProductPoint]
  ) -> (left: PairVector, right: PairVector) {
    var left = PairVector(zeros: 1 << plan.helpers.sizes.factorBits)
    var right = left
    for (product, point) in zip(plan.helpers.products, points) {
      for (sample, trace) in traces.enumerated() {
        let l = helpers.elements(product.left, trace, sample)
        let r = helpers.elements(product.right, trace, sample)
        let first = product.first + sample * product.size.factors
        guard let matrices = product.matrices else {
          for index in l.indices {
            left[first + index] = GoldilocksPair(Goldilocks(l[index]))
            right[first + index] = GoldilocksPair(Goldilocks(r[index]))
          }
          continue
        }
        matrices.operation.forEachLeft(matrices.size, 1, 0) { place, factor, row in
          left[first + factor] = left[first + factor] + point.rows[row] * Goldilocks(l[place])
        }
        matrices.operation.forEachRight(matrices.size, 1, 0) { place, factor, column in
          right[first + factor] =
            right[first + factor] + point.columns[column] * Goldilocks(r[place])
        }
      }
    }
    return (left, right)
  }
}
