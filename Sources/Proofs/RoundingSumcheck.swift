// The sum-check that proves every rounding's clamp: x is zero, or b at one end of its range.

import Arithmetic
import Primitives

/// Σ_i eq(r,i)·x_i·[(2b_i − 255)/255 + λ·b_i·(255 − b_i)], degree three with eq divided out.
enum RoundingSumcheck {
  /// 1/255.
  static let slope = Goldilocks(canonical: 255).inverse ?? .zero

  /// g(1) − g(0), the coefficient of the square, that of the cube.
  struct Round: Equatable, Sendable {
    var step: GoldilocksPair
    var square: GoldilocksPair
    var cube: GoldilocksPair

    func value(
      at x: GoldilocksPair, coordinate: GoldilocksPair, claim: GoldilocksPair
    ) -> GoldilocksPair {
      let atZero = claim - coordinate * step
      return atZero + x * (step - square - cube + x * (square + x * cube))
    }
  }

  /// Elements of the proof: the value, three a round, x and b at the end.
  static func count(_ variables: Int) -> Int { 3 * variables + 3 }

  struct Messages: Equatable, Sendable {
    /// V = Σ eq(r,i)·x_i(2b_i − 255)/255.
    var value = GoldilocksPair.zero
    var rounds: [Round] = []
    var excess = GoldilocksPair.zero
    var byte = GoldilocksPair.zero

    init() {}

    var elements: [GoldilocksPair] {
      [value] + rounds.flatMap { [$0.step, $0.square, $0.cube] } + [excess, byte]
    }

    /// Reads `count(variables)` elements.
    init(_ all: [GoldilocksPair]) {
      value = all[0]
      rounds = (0..<(all.count / 3 - 1)).map {
        Round(step: all[3 * $0 + 1], square: all[3 * $0 + 2], cube: all[3 * $0 + 3])
      }
      excess = all[all.count - 2]
      byte = all[all.count - 1]
    }
  }

  /// - Parameters:
  ///   - excess: x, canonical words of the field below.
  ///   - byte: b, likewise.
  static func prove(
    at rho: [GoldilocksPair], excess: [UInt64], byte: [UInt64], bend: GoldilocksPair,
    _ transcript: inout some Conversation
  ) -> (messages: Messages, point: [GoldilocksPair]) {
    var messages = Messages()
    guard let first = rho.first else { return alone(excess[0], byte[0], &transcript) }
    var weights = PairVector.weights(at: rho.dropFirst())
    let start = PairVector.roundingStart(
      weights, excess: excess, byte: byte, slope: slope, bend: bend)
    // V is of honest values, without λ: the part with λ is zero.
    messages.value = start.lower + first * (start.upper - start.lower)
    transcript.absorb("value", [messages.value])
    var claim = messages.value
    var point: [GoldilocksPair] = []
    var sums = (atZero: start.atZero, atMinusOne: start.atMinusOne, leading: start.leading)
    var left = (excess: PairVector(zeros: 0), byte: PairVector(zeros: 0))
    for coordinate in rho {
      let step = (claim - sums.atZero) * (coordinate.inverse ?? .zero)
      let both = sums.atZero + step + sums.atMinusOne
      let round = Round(
        step: step, square: both * Goldilocks.half - sums.atZero, cube: sums.leading)
      messages.rounds.append(round)
      let challenge = absorb(round, &transcript)
      claim = round.value(at: challenge, coordinate: coordinate, claim: claim)
      if point.isEmpty {
        left = (PairVector(base: excess, set: challenge), PairVector(base: byte, set: challenge))
      } else {
        left.excess.fold(half: weights.count, challenge)
        left.byte.fold(half: weights.count, challenge)
      }
      point.append(challenge)
      if weights.count > 1 {
        weights.addHalves()
        sums = PairVector.roundingRound(weights, left.excess, left.byte, slope: slope, bend: bend)
      }
    }
    (messages.excess, messages.byte) = (left.excess[0], left.byte[0])
    transcript.absorb("factors", [messages.excess, messages.byte])
    return (messages, point)
  }

  /// One row has no rounds.
  private static func alone(
    _ excess: UInt64, _ byte: UInt64, _ transcript: inout some Conversation
  ) -> (messages: Messages, point: [GoldilocksPair]) {
    var messages = Messages()
    messages.excess = GoldilocksPair(Goldilocks(canonical: excess))
    messages.byte = GoldilocksPair(Goldilocks(canonical: byte))
    messages.value = PairVector.roundingValue(messages.excess, messages.byte, slope, .zero)
    transcript.absorb("value", [messages.value])
    transcript.absorb("factors", [messages.excess, messages.byte])
    return (messages, [])
  }

  private static func absorb(_ round: Round, _ transcript: inout some Conversation)
    -> GoldilocksPair
  {
    transcript.absorb("round", [round.step, round.square, round.cube])
    return transcript.challenge()
  }

  /// The point to which the rounds lead; refused where x and b there do not make up the claim.
  static func follow(
    _ messages: Messages, at rho: [GoldilocksPair], bend: GoldilocksPair,
    _ transcript: inout some Conversation
  ) throws(Refusal) -> [GoldilocksPair] {
    guard messages.rounds.count == rho.count else { throw .proofFails(.roundings, "rounds") }
    transcript.absorb("value", [messages.value])
    var claim = messages.value
    var point: [GoldilocksPair] = []
    for (round, coordinate) in zip(messages.rounds, rho) {
      let challenge = absorb(round, &transcript)
      claim = round.value(at: challenge, coordinate: coordinate, claim: claim)
      point.append(challenge)
    }
    let end = PairVector.roundingValue(messages.excess, messages.byte, slope, bend)
    guard end == claim else { throw .proofFails(.roundings, "factors") }
    transcript.absorb("factors", [messages.excess, messages.byte])
    return point
  }
}
