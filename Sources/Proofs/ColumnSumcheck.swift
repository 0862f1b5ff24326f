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

  /// The prover's side: one round a variable of the columns. Gives the point and what the rows are
  /// there.
  static func prove(
    rows: [[GoldilocksPair]], vectors: [[GoldilocksPair]], claim: GoldilocksPair,
    _ transcript: inout Transcript
  ) -> (rounds: [Round], point: [GoldilocksPair], ends: [GoldilocksPair]) {
    var rows = rows
    var vectors = vectors
    var rounds: [Round] = []
    var point: [GoldilocksPair] = []
    while let count = rows.first?.count, count > 1 {
      let half = count / 2
      var round = Round(atZero: .zero, leading: .zero)
      for piece in rows.indices {
        let own = message(rows[piece], vectors[piece], half)
        round.atZero += own.atZero
        round.leading += own.leading
      }
      rounds.append(round)
      let challenge = absorb(round, &transcript)
      point.append(challenge)
      for piece in rows.indices {
        fold(&rows[piece], half, challenge)
        fold(&vectors[piece], half, challenge)
      }
    }
    return (rounds, point, rows.map { $0[0] })
  }

  private static func message(
    _ row: [GoldilocksPair], _ vector: [GoldilocksPair], _ half: Int
  ) -> Round {
    var round = Round(atZero: .zero, leading: .zero)
    for index in 0..<half {
      let (r0, v0) = (row[index], vector[index])
      round.atZero += r0 * v0
      round.leading += (row[index + half] - r0) * (vector[index + half] - v0)
    }
    return round
  }

  private static func fold(
    _ values: inout [GoldilocksPair], _ half: Int, _ challenge: GoldilocksPair
  ) {
    for index in 0..<half {
      values[index] += challenge * (values[index + half] - values[index])
    }
    values.removeLast(half)
  }

  private static func absorb(_ round: Round, _ transcript: inout Transcript) -> GoldilocksPair {
    transcript.absorb("round", [round.atZero, round.leading])
    return transcript.challenge()
  }

  /// The verifier's side: where the rounds lead, and what is claimed there.
  static func follow(
    _ rounds: [Round], claim: GoldilocksPair, _ transcript: inout Transcript
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
