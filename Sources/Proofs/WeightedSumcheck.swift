// The sum-check of Σ_x eq(ρ,x)·left(x)·right(x), with the factor eq divided out of each round
// (Gruen 2024, section 3).

import Arithmetic
import Primitives

enum WeightedSumcheck {
  /// g(X) = Σ eq(rest of ρ)·left(X,·)·right(X,·): g(1) − g(0), and the leading coefficient. With
  /// the claim (1 − ρ_j)·g(0) + ρ_j·g(1) that is all of g.
  struct Round: Equatable, Sendable {
    var step: GoldilocksPair
    var leading: GoldilocksPair

    func value(
      at x: GoldilocksPair, coordinate: GoldilocksPair, claim: GoldilocksPair
    ) -> GoldilocksPair {
      let atZero = claim - coordinate * step
      return atZero + x * (step - leading + x * leading)
    }
  }

  /// One round for each coordinate of ρ, then what both factors are at the point drawn.
  struct Messages: Equatable, Sendable {
    var rounds: [Round] = []
    var left = GoldilocksPair.zero
    var right = GoldilocksPair.zero

    var elements: [GoldilocksPair] { rounds.flatMap { [$0.step, $0.leading] } + [left, right] }

    static func count(_ variables: Int) -> Int { 2 * variables + 2 }

    init() {}

    /// Reads `count(variables)` elements.
    init(_ elements: ArraySlice<GoldilocksPair>) {
      let all = Array(elements)
      rounds = (0..<(all.count / 2 - 1)).map { Round(step: all[2 * $0], leading: all[2 * $0 + 1]) }
      left = all[all.count - 2]
      right = all[all.count - 1]
    }
  }

  /// Both factors have 2^(coordinates of ρ) values.
  static func prove(
    at rho: [GoldilocksPair], _ left: consuming PairVector, _ right: consuming PairVector,
    claim: consuming GoldilocksPair, _ transcript: inout some Conversation
  ) -> (messages: Messages, point: [GoldilocksPair]) {
    var messages = Messages()
    var point: [GoldilocksPair] = []
    var weights = PairVector.weights(at: rho.dropFirst())
    var sums = (atZero: GoldilocksPair.zero, leading: GoldilocksPair.zero)
    if !rho.isEmpty { sums = PairVector.productRound(weights, left, right) }
    for coordinate in rho {
      // A coordinate is zero with a chance of 2^-128; the proof would not hold then.
      let step = (claim - sums.atZero) * (coordinate.inverse ?? .zero)
      let round = Round(step: step, leading: sums.leading)
      messages.rounds.append(round)
      let challenge = absorb(round, &transcript)
      point.append(challenge)
      claim = round.value(at: challenge, coordinate: coordinate, claim: claim)
      if weights.count > 1 {
        sums = PairVector.foldedProductRound(&weights, &left, &right, challenge)
      } else {
        left.fold(half: 1, challenge)
        right.fold(half: 1, challenge)
      }
    }
    (messages.left, messages.right) = (left[0], right[0])
    transcript.absorb("factors", [messages.left, messages.right])
    return (messages, point)
  }

  /// The same of α − byte for the lower and the upper half of bytes: two rounds in small numbers,
  /// then the rest over a quarter of the places. There are at least two rounds.
  static func prove(
    at rho: [GoldilocksPair], _ alpha: GoldilocksPair, minus bytes: UnsafeBufferPointer<UInt8>,
    claim: GoldilocksPair, _ transcript: inout some Conversation, _ kernels: ByteKernels
  ) -> (messages: Messages, point: [GoldilocksPair]) {
    precondition(rho.count >= 2 && bytes.count == 2 << rho.count)
    var claim = claim
    var rounds: [Round] = []
    var point: [GoldilocksPair] = []
    for coordinate in rho.prefix(2) {
      let rest = rho.dropFirst(point.count + 1)
      let sums =
        point.isEmpty
        ? kernels.firstRound(bytes, alpha, at: rest)
        : kernels.secondRound(bytes, alpha, set: point[0], at: rest)
      let round = Round(
        step: (claim - sums.atZero) * (coordinate.inverse ?? .zero), leading: sums.leading)
      rounds.append(round)
      point.append(absorb(round, &transcript))
      claim = round.value(at: point[point.count - 1], coordinate: coordinate, claim: claim)
    }
    let weights = Multilinear.weights(at: point).map { -$0 }
    let part = bytes.count / 8
    let halves = [0, 4].map { first in
      kernels.combination(
        (first..<(first + 4)).map {
          UnsafeBufferPointer(rebasing: bytes[($0 * part)..<(($0 + 1) * part)])
        }, times: weights, plus: alpha, count: part)
    }
    var end = prove(at: Array(rho.dropFirst(2)), halves[0], halves[1], claim: claim, &transcript)
    end.messages.rounds = rounds + end.messages.rounds
    return (end.messages, point + end.point)
  }

  private static func absorb(_ round: Round, _ transcript: inout some Conversation)
    -> GoldilocksPair
  {
    transcript.absorb("round", [round.step, round.leading])
    return transcript.challenge()
  }

  /// The point to which the rounds lead; refused where the factors there do not make up the claim.
  static func follow(
    _ messages: Messages, at rho: [GoldilocksPair], claim: GoldilocksPair, _ step: ProofStep,
    _ transcript: inout some Conversation
  ) throws(Refusal) -> [GoldilocksPair] {
    guard messages.rounds.count == rho.count else { throw .proofFails(step, "rounds") }
    var claim = claim
    var point: [GoldilocksPair] = []
    for (round, coordinate) in zip(messages.rounds, rho) {
      let challenge = absorb(round, &transcript)
      claim = round.value(at: challenge, coordinate: coordinate, claim: claim)
      point.append(challenge)
    }
    guard messages.left * messages.right == claim else { throw .proofFails(step, "factors") }
    transcript.absorb("factors", [messages.left, messages.right])
    return point
  }
}
