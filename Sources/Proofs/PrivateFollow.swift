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
    var bytes: (point: [GoldilocksPair], claim: PaddedValue)
    var counts: (point: [GoldilocksPair], claim: PaddedValue)
    var bits: (point: [GoldilocksPair], left: PaddedValue)
    var rounding: Rounding
    var maximum: (point: [GoldilocksPair], left: PaddedValue, right: PaddedValue)
    var equation: LinearEquation
    var challenges: LinearEquation.Challenges
    var sums: PaddedValue
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
    let root = read("root", 1)[0]
    let bytes = tree(root, own.byteBits)
    let counts = tree(root, own.bitBits)
    let bitPoint = transcript.challenges(own.bitBits)
    let bits = weighted(at: bitPoint, PaddedValue(.zero))
    zeros.append(bits.left + bits.right + -GoldilocksPair.one)
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
      mu: transcript.challenge())
    let equation = equation(challenges)
    let sums = read("sums", 1)[0]
    let (point, left) = columns(sums, rounds: statement.space.variables)
    let sum = read("sum", 1)[0]
    zeros.append(sum * equation.sums.inner(PairVector.weights(at: point)) - left)
    let (points, weights) = statement.space.split(point, statement.shape)
    let layers = zip(statement.graph.layers, points).map { layer, point in
      LayerFold(statement.graph, layer, samples: statement.plan.samples, traces: nil, point)
    }
    let pieces = RowPieces(layers, points, statement.shape, weights: weights).pieces
    let (column, claim) = columns(sum, rounds: statement.shape.columnBits)
    let values: [PaddedValue]
    var rowWeights: [GoldilocksPair] = []
    if statement.hidesWeights {
      (values, rowWeights) = weighHidden(pieces, claim, at: column, row)
    } else {
      values = weigh(pieces, claim, at: column, ends)
    }
    return Ends(
      alpha: alpha, bytes: bytes, counts: counts, bits: (bits.point, bits.left),
      rounding: rounding, maximum: maximum, equation: equation, challenges: challenges,
      sums: sums, column: column, points: points, weights: weights, pieces: pieces,
      rowWeights: rowWeights, values: values, input: transcript.challenges(statement.inputBits))
  }

  private mutating func tree(
    _ root: PaddedValue, _ bits: Int
  ) -> (point: [GoldilocksPair], claim: PaddedValue) {
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
