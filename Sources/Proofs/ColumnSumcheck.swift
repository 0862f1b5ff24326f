// The sum-check over the columns: Σ_j Σ_p row_p(j)·vector_p(j) down to one point (Lund, Fortnow,
// Karloff, Nisan, 1992).

import Arithmetic
import Primitives

enum ColumnSumcheck {
  /// A round's polynomial of degree two: its value at 0 and its leading coefficient. The value at 1
  /// is the claim less that at 0, so it is not sent.
  struct Round: Equatable, Sendable {
    var atZero: GoldilocksPair
    var leading: GoldilocksPair

    func value(at x: GoldilocksPair, claim: GoldilocksPair) -> GoldilocksPair {
      let linear = claim - atZero - atZero - leading
      return atZero + x * (linear + x * leading)
    }
  }

  /// Reads two elements a round.
  static func rounds(_ elements: ArraySlice<GoldilocksPair>) -> [Round] {
    stride(from: elements.startIndex, to: elements.endIndex - 1, by: 2).map {
      Round(atZero: elements[$0], leading: elements[$0 + 1])
    }
  }

  /// The prover's side: one round a variable. Gives the point and what the rows and the vectors
  /// are there. What lies behind the end of a row or vector is zero.
  static func prove(
    rows: consuming [PairVector], vectors: consuming [PairVector], variables: Int,
    _ transcript: inout some Conversation
  ) -> (rounds: [Round], point: [GoldilocksPair], rows: [GoldilocksPair], vectors: [GoldilocksPair])
  {
    let (rounds, point) = reduce(&rows, &vectors, of: variables, by: variables, &transcript)
    return (rounds, point, rows.map { $0[0] }, vectors.map { $0[0] })
  }

  /// The first `count` rounds, which leave rows and vectors of 2^(variables − count) entries.
  static func reduce(
    _ rows: inout [PairVector], _ vectors: inout [PairVector], of variables: Int, by count: Int,
    _ transcript: inout some Conversation
  ) -> (rounds: [Round], point: [GoldilocksPair]) {
    var rounds: [Round] = []
    var point: [GoldilocksPair] = []
    for variable in 0..<count {
      let half = 1 << (variables - variable - 1)
      var round = Round(atZero: .zero, leading: .zero)
      for piece in rows.indices {
        let own = PairVector.innerRound(rows[piece], vectors[piece], half: half)
        round.atZero += own.atZero
        round.leading += own.leading
      }
      rounds.append(round)
      let challenge = absorb(round, &transcript)
      point.append(challenge)
      for piece in rows.indices {
        rows[piece].fold(half: half, challenge)
        vectors[piece].fold(half: half, challenge)
      }
    }
    return (rounds, point)
  }

  private static func absorb(_ round: Round, _ transcript: inout some Conversation)
    -> GoldilocksPair
  {
    transcript.absorb("round", [round.atZero, round.leading])
    return transcript.challenge()
  }

  /// The verifier's side: where the rounds lead, and what is claimed there.
  static func follow(
    _ rounds: [Round], claim: GoldilocksPair, _ transcript: inout some Conversation
  ) -> (point: [GoldilocksPair], claim: GoldilocksPair) {
    var claim = claim
    var point: [GoldilocksPair] = []
    for round in rounds {
      let challenge = absorb(round, &transcript)
      claim = round.value(at: challenge, claim: claim)
      point.append(challenge)
    }
    return (point, claim)
  }
}
