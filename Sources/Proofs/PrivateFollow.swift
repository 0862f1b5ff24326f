// Following hidden messages: every check becomes an equation in pads, or a product of two values.

import Arithmetic
import Graphs
import Primitives

/// The verifier's side up to the openings, which the prover runs too: both need the equations.
struct PrivateFollow {
  let statement: PrivateStatement
  var transcript: Transcript
  let messages: [GoldilocksPair]
  private var at = 0
  /// Each is zero.
  var zeros: [PaddedValue] = []
  /// left·right = product.
  var products: [(left: PaddedValue, right: PaddedValue, product: PaddedValue)] = []

  /// What the steps before the openings leave.
  struct Ends {
    var alpha: GoldilocksPair
    var bytes: (leaf: Leaf, bits: Bits)
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

  /// Where a tree of products ends.
  typealias Leaf = (point: [GoldilocksPair], claim: PaddedValue)

  /// Where the check of counts' bits and their tree end.
  struct Bits {
    var powers: CountPowers
    var check: Leaf
    var tree: Leaf
  }

  struct Lookups {
    /// α′, β and the point of the leaf; the leaf itself is hidden.
    var challenges: LookupChallenges
    var claim: PaddedValue
    var bits: Bits
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
    self.transcript = transcript
    self.messages = messages
  }

  /// The next messages, as they were sent.
  mutating func read(_ name: String, _ count: Int) -> SentMessages {
    let sent = messages[at..<(at + count)]
    transcript.absorb(name, sent)
    defer { at += count }
    return SentMessages(messages: sent, pad: at)
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
    let alpha = transcript.challenge()
    let bytes = counted(own.byteBits, by: CountPowers(bytes: statement.counts, at: alpha))
    let lookups = lookups()
    let rows = transcript.challenges(own.rowBits)
    let rounding = roundings(at: rows, bend: transcript.challenge())
    var pairs: [GoldilocksPair] = []
    var maximum = (
      point: [GoldilocksPair](), left: PaddedValue(.zero), right: PaddedValue(.zero)
    )
    if own.pairs > 0 {
      pairs = transcript.challenges(own.pairBits)
      maximum = weighted(at: pairs, PaddedValue(.zero))
    }
    let challenges = LinearEquation.Challenges(
      rows: rows, pairs: pairs, outputs: transcript.challenges(statement.outputBits),
      relations: transcript.challenges(own.helpers.relationBits), mu: transcript.challenge())
    let equation = equation(challenges)
    let sums = read("sums", 1)[0]
    let (point, left) = columns(sums, rounds: statement.space.variables)
    let sum = read("sum", 1)[0]
    zeros.append(sum * equation.sums.inner(PairVector.weights(at: point)) - left)
    let factors = factors(at: point)
    let (points, weights) = statement.space.split(point, statement.shape)
    let layers = zip(statement.graph.layers, points).map { layer, point in
      LayerFold(statement.graph, layer, samples: statement.plan.samples, traces: nil, point)
    }
    let pieces = RowPieces(layers, points, statement.shape, weights: weights).pieces
    let (column, claim) = columns(
      factors.map { sum - $0.part } ?? sum, rounds: statement.shape.columnBits)
    let values: [PaddedValue]
    var rowWeights: [GoldilocksPair] = []
    if statement.hidesWeights {
      (values, rowWeights) = weighHidden(pieces, claim, at: column, row)
    } else {
      values = weigh(pieces, claim, at: column, ends)
    }
    return Ends(
      alpha: alpha, bytes: bytes, lookups: lookups, rounding: rounding, maximum: maximum,
      equation: equation, challenges: challenges, sums: sums, factors: factors, column: column,
      points: points, weights: weights, pieces: pieces, rowWeights: rowWeights, values: values,
      input: transcript.challenges(statement.inputBits))
  }

  /// One root, by the tree of what is counted and by that of the counts' bits, and that these are
  /// bits.
  private mutating func counted(
    _ leaves: Int, by powers: CountPowers
  ) -> (leaf: Leaf, bits: Bits) {
    let root = read("root", 1)[0]
    let leaf = tree(root, leaves)
    let counts = tree(root, powers.space.bits)
    let point = transcript.challenges(powers.space.bits)
    let check = weighted(at: point, PaddedValue(.zero))
    zeros.append(check.left + check.right + -GoldilocksPair.one)
    return (leaf, Bits(powers: powers, check: (check.point, check.left), tree: counts))
  }

  private mutating func lookups() -> Lookups? {
    guard let space = statement.plan.shape.tableCounts else { return nil }
    var challenges = LookupChallenges()
    challenges.beta = transcript.challenge()
    challenges.alpha = transcript.challenge()
    let bases = LookupTree.bases(
      statement.plan.helpers.tables, alpha: challenges.alpha, beta: challenges.beta)
    let end = counted(
      statement.plan.helpers.sizes.lookupBits, by: CountPowers(space: space, bases: bases))
    challenges.point = end.leaf.point
    return Lookups(challenges: challenges, claim: end.leaf.claim, bits: end.bits)
  }

  /// The part of the sums that is products of activations, under pads like all else.
  private mutating func factors(at sums: [GoldilocksPair]) -> Factors? {
    let plan = statement.plan
    guard plan.helpers.sizes.factors > 0 else { return nil }
    let points = statement.space.productPoints(sums)
    let part = read("products", 1)[0]
    var claim = part
    var point: [GoldilocksPair] = []
    for _ in 0..<plan.helpers.sizes.factorBits {
      let round = read("round", 3)
      let x = transcript.challenge()
      let weights = FactorSumcheck.Weights(at: x)
      claim.scale(by: weights.claim)
      claim.add(round, 0, times: weights.atZero)
      claim.add(round, 1, times: weights.atMinusOne)
      claim.add(round, 2, times: weights.leading)
      point.append(x)
    }
    let ends = read("factors", 2)
    let own = FactorSumcheck.coefficients(plan, points).inner(PairVector.weights(at: point))
    products.append((ends[0] * own, ends[1], claim))
    return Factors(points: points, point: point, part: part, left: ends[0], right: ends[1])
  }

  private mutating func tree(_ root: PaddedValue, _ bits: Int) -> Leaf {
    var point: [GoldilocksPair] = []
    var claim = root
    for _ in 0..<bits {
      let end = weighted(at: point, claim)
      let challenge = transcript.challenge()
      point = [challenge] + end.point
      claim = end.left * (.one - challenge)
      claim.add(end.right, times: challenge)
    }
    return (point, claim)
  }

  private mutating func weighted(
    at rho: [GoldilocksPair], _ claim: PaddedValue
  ) -> (point: [GoldilocksPair], left: PaddedValue, right: PaddedValue) {
    var claim = claim
    var point: [GoldilocksPair] = []
    for coordinate in rho {
      let round = read("round", 2)
      let x = transcript.challenge()
      claim.add(round, 0, times: x - coordinate)
      claim.add(round, 1, times: x * x - x)
      point.append(x)
    }
    let ends = read("factors", 2)
    let (left, right) = (ends[0], ends[1])
    products.append((left, right, claim))
    return (point, left, right)
  }

  /// x·b and x·b² are messages of their own, so that the cube is two products.
  private mutating func roundings(at rho: [GoldilocksPair], bend: GoldilocksPair) -> Rounding {
    let value = read("value", 1)[0]
    var claim = value
    var point: [GoldilocksPair] = []
    for coordinate in rho {
      let round = read("round", 3)
      let x = transcript.challenge()
      let square = x * x
      claim.add(round, 0, times: x - coordinate)
      claim.add(round, 1, times: square - x)
      claim.add(round, 2, times: square * x - x)
      point.append(x)
    }
    let ends = read("factors", 2)
    let bends = read("bends", 2)
    products.append((ends[0], ends[1], bends[0]))
    products.append((bends[0], ends[1], bends[1]))
    let most = GoldilocksPair(Goldilocks(canonical: 255))
    let slope = GoldilocksPair(RoundingSumcheck.slope)
    zeros.append(
      bends[0] * (slope + slope + most * bend) - ends[0] * (most * slope) - bends[1] * bend
        - claim)
    return Rounding(point: point, value: value, excess: ends[0], byte: ends[1])
  }

  private mutating func columns(
    _ claim: PaddedValue, rounds: Int
  ) -> (point: [GoldilocksPair], claim: PaddedValue) {
    var claim = claim
    var point: [GoldilocksPair] = []
    for _ in 0..<rounds {
      let round = read("round", 2)
      let x = transcript.challenge()
      claim.scale(by: x)
      claim.add(round, 0, times: GoldilocksPair.one - x - x)
      claim.add(round, 1, times: x * x - x)
      point.append(x)
    }
    return (point, claim)
  }

  /// What the sum-check over the columns of the weights leaves.
  private mutating func weigh(
    _ pieces: [RowPiece], _ claim: PaddedValue, at point: [GoldilocksPair],
    _ ends: [GoldilocksPair]
  ) -> [PaddedValue] {
    transcript.absorb("ends", ends)
    let values = read("values", statement.layerPieces).values
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
    zeros.append(sum)
    return values
  }

  /// Each product by a committed triple (a, b, ab): with the factors less masks in clear,
  /// ρ = e·left − a and σ = right − b, e·product = (ρ + a)(σ + b) is an equation in pads.
  mutating func follow(factors: [GoldilocksPair], at e: GoldilocksPair) {
    for (index, own) in products.enumerated() {
      let (rho, sigma) = (factors[2 * index], factors[2 * index + 1])
      let triple = statement.triple(index)
      let a = PaddedValue(sent: .zero, pad: triple)
      let b = PaddedValue(sent: .zero, pad: triple + 1)
      let both = PaddedValue(sent: .zero, pad: triple + 2)
      zeros.append(own.left * e - a + -rho)
      zeros.append(own.right - b + -sigma)
      zeros.append(own.product * e - both - a * sigma - b * rho + -(rho * sigma))
    }
  }

  /// The masked factors, which only the prover knows to make.
  func factors(_ pads: [GoldilocksPair], at e: GoldilocksPair) -> [GoldilocksPair] {
    products.enumerated().flatMap { index, own in
      let triple = statement.triple(index)
      return [
        own.left.value(pads) * e - pads[triple], own.right.value(pads) - pads[triple + 1],
      ]
    }
  }
}
