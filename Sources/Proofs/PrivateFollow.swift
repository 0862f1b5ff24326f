// Following hidden messages: every check becomes an equation in pads, or a product of two values.

import Arithmetic
import Graphs
import Primitives

/// The verifier's side up to the openings, which the prover runs too: both need the equations.
struct PrivateFollow {
  let statement: PrivateStatement
  var padded: PaddedFollow

  /// What the steps before the openings leave.
  struct Ends {
    var alpha: GoldilocksPair
    var bytes: (leaf: PaddedFollow.Leaf, bits: PaddedFollow.Bits)
    var lookups: Lookups?
    var rounding: Rounding
    var maximum: (point: [GoldilocksPair], left: PaddedValue, right: PaddedValue)
    var equation: LinearEquation
    var challenges: LinearEquation.Challenges
    var sums: PaddedValue
    var factors: Factors?
    var column: [GoldilocksPair]
    var points: [LayerPoint]
    var weights: [GoldilocksPair]
    var pieces: [RowPiece]
    /// What each row of the weights' matrix counts for in the row sent; of hidden weights alone.
    var rowWeights: [GoldilocksPair]
    var values: [PaddedValue]
    var input: [GoldilocksPair]
  }

  struct Rounding {
    var point: [GoldilocksPair]
    var value: PaddedValue
    var excess: PaddedValue
    var byte: PaddedValue
  }

  struct Lookups {
    /// α′, β and the point of the leaf; the leaf itself is hidden.
    var challenges: LookupChallenges
    var claim: PaddedValue
    var bits: PaddedFollow.Bits
  }

  /// Where the sum-check of products of activations ends.
  struct Factors {
    var points: [ProductPoint]
    var point: [GoldilocksPair]
    /// The part of the sums that is products.
    var part: PaddedValue
    var left: PaddedValue
    var right: PaddedValue
  }

  init(_ statement: PrivateStatement, _ transcript: Transcript, _ messages: [GoldilocksPair]) {
    self.statement = statement
    padded = PaddedFollow(statement.layout, transcript, messages)
  }

  /// - Parameters:
  ///   - ends: of the rows of weights, where they are in clear.
  ///   - row: the masked row of hidden weights.
  ///   - equation: works out the one equation from its challenges.
  mutating func follow(
    ends: [GoldilocksPair], row: [GoldilocksPair],
    equation: (LinearEquation.Challenges) -> LinearEquation
  ) -> Ends {
    let own = statement.plan.shape
    let alpha = padded.transcript.challenge()
    let bytes = padded.counted(own.byteBits, by: CountPowers(bytes: statement.counts, at: alpha))
    let lookups = lookups()
    let rows = padded.transcript.challenges(own.rowBits)
    let rounding = roundings(at: rows, bend: padded.transcript.challenge())
    var pairs: [GoldilocksPair] = []
    var maximum = (
      point: [GoldilocksPair](), left: PaddedValue(.zero), right: PaddedValue(.zero)
    )
    if own.pairs > 0 {
      pairs = padded.transcript.challenges(own.pairBits)
      maximum = padded.weighted(at: pairs, PaddedValue(.zero))
    }
    let challenges = LinearEquation.Challenges(
      rows: rows, pairs: pairs, outputs: padded.transcript.challenges(statement.outputBits),
      relations: padded.transcript.challenges(own.helpers.relationBits),
      mu: padded.transcript.challenge())
    let equation = equation(challenges)
    let sums = padded.read("sums", 1)[0]
    let (point, left) = padded.columns(sums, rounds: statement.space.variables)
    let sum = padded.read("sum", 1)[0]
    padded.zeros.append(sum * equation.sums.inner(PairVector.weights(at: point)) - left)
    let factors = factors(at: point)
    let (points, weights) = statement.space.split(point, statement.shape)
    let layers = zip(statement.graph.layers, points).map { layer, point in
      LayerFold(statement.graph, layer, samples: statement.plan.samples, traces: nil, point)
    }
    let pieces = RowPieces(layers, points, statement.shape, weights: weights).pieces
    let (column, claim) = padded.columns(
      factors.map { sum - $0.part } ?? sum, rounds: statement.shape.columnBits)
    let values: [PaddedValue]
    var rowWeights: [GoldilocksPair] = []
    if statement.hidesWeights {
      (values, rowWeights) = padded.weighHidden(
        pieces, claim, at: column, rows: statement.shape.rows, row)
    } else {
      values = weigh(pieces, claim, at: column, ends)
    }
    return Ends(
      alpha: alpha, bytes: bytes, lookups: lookups, rounding: rounding, maximum: maximum,
      equation: equation, challenges: challenges, sums: sums, factors: factors, column: column,
      points: points, weights: weights, pieces: pieces, rowWeights: rowWeights, values: values,
      input: padded.transcript.challenges(statement.inputBits))
  }

  private mutating func lookups() -> Lookups? {
    guard let space = statement.plan.shape.tableCounts else { return nil }
    var challenges = LookupChallenges()
    challenges.beta = padded.transcript.challenge()
    challenges.alpha = padded.transcript.challenge()
    let bases = LookupTree.bases(
      statement.plan.helpers.tables, alpha: challenges.alpha, beta: challenges.beta)
    let end = padded.counted(
      statement.plan.helpers.sizes.lookupBits, by: CountPowers(space: space, bases: bases))
    challenges.point = end.leaf.point
    return Lookups(challenges: challenges, claim: end.leaf.claim, bits: end.bits)
  }

  /// The part of the sums that is products of activations, under pads like all else.
  private mutating func factors(at sums: [GoldilocksPair]) -> Factors? {
    let plan = statement.plan
    guard plan.helpers.sizes.factors > 0 else { return nil }
    let points = statement.space.productPoints(sums)
    let part = padded.read("products", 1)[0]
    var claim = part
    var point: [GoldilocksPair] = []
    for _ in 0..<plan.helpers.sizes.factorBits {
      let round = padded.read("round", 3)
      let x = padded.transcript.challenge()
      let weights = FactorSumcheck.Weights(at: x)
      claim.scale(by: weights.claim)
      claim.add(round, 0, times: weights.atZero)
      claim.add(round, 1, times: weights.atMinusOne)
      claim.add(round, 2, times: weights.leading)
      point.append(x)
    }
    let ends = padded.read("factors", 2)
    let own = FactorSumcheck.coefficients(plan, points).inner(PairVector.weights(at: point))
    padded.products.append((ends[0] * own, ends[1], claim))
    return Factors(points: points, point: point, part: part, left: ends[0], right: ends[1])
  }

  /// x·b and x·b² are messages of their own, so that the cube is two products.
  private mutating func roundings(at rho: [GoldilocksPair], bend: GoldilocksPair) -> Rounding {
    let value = padded.read("value", 1)[0]
    var claim = value
    var point: [GoldilocksPair] = []
    for coordinate in rho {
      let round = padded.read("round", 3)
      let x = padded.transcript.challenge()
      let square = x * x
      claim.add(round, 0, times: x - coordinate)
      claim.add(round, 1, times: square - x)
      claim.add(round, 2, times: square * x - x)
      point.append(x)
    }
    let ends = padded.read("factors", 2)
    let bends = padded.read("bends", 2)
    padded.products.append((ends[0], ends[1], bends[0]))
    padded.products.append((bends[0], ends[1], bends[1]))
    let most = GoldilocksPair(Goldilocks(canonical: 255))
    let slope = GoldilocksPair(RoundingSumcheck.slope)
    padded.zeros.append(
      bends[0] * (slope + slope + most * bend) - ends[0] * (most * slope) - bends[1] * bend
        - claim)
    return Rounding(point: point, value: value, excess: ends[0], byte: ends[1])
  }

  /// What the sum-check over the columns of the weights leaves.
  private mutating func weigh(
    _ pieces: [RowPiece], _ claim: PaddedValue, at point: [GoldilocksPair],
    _ ends: [GoldilocksPair]
  ) -> [PaddedValue] {
    padded.transcript.absorb("ends", ends)
    let values = padded.read("values", statement.layerPieces).values
    let weights = PairVector.weights(at: point)
    var sum = claim * -GoldilocksPair.one
    var next = values.makeIterator()
    for (piece, end) in zip(pieces, ends) {
      if piece.source != nil, let value = next.next() {
        sum.add(value, times: end)
      } else {
        sum.constant += end * PairVector(piece.vector).inner(weights)
      }
    }
    padded.zeros.append(sum)
    return values
  }
}
