// Reading hidden messages: every check becomes an equation in pads, or a product of two values.

import Arithmetic
import Primitives

/// The verifier's side of a padded conversation, which the prover runs too: both need the
/// equations.
struct PaddedFollow {
  let layout: HidingLayout
  var transcript: Transcript
  let messages: [GoldilocksPair]
  private var at = 0
  /// Each is zero.
  var zeros: [PaddedValue] = []
  /// left·right = product.
  var products: [(left: PaddedValue, right: PaddedValue, product: PaddedValue)] = []

  /// Where a tree of products ends.
  typealias Leaf = (point: [GoldilocksPair], claim: PaddedValue)

  /// Where the check of counts' bits and their tree end.
  struct Bits {
    var powers: CountPowers
    var check: Leaf
    var tree: Leaf
  }

  init(_ layout: HidingLayout, _ transcript: Transcript, _ messages: [GoldilocksPair]) {
    self.layout = layout
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

  /// One root, by the tree of what is counted and by that of the counts' bits, and that these are
  /// bits.
  mutating func counted(
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

  mutating func tree(_ root: PaddedValue, _ bits: Int) -> Leaf {
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

  mutating func weighted(
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

  mutating func columns(
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

  /// Each product by a committed triple (a, b, ab): with the factors less masks in clear,
  /// ρ = e·left − a and σ = right − b, e·product = (ρ + a)(σ + b) is an equation in pads.
  mutating func follow(factors: [GoldilocksPair], at e: GoldilocksPair) {
    for (index, own) in products.enumerated() {
      let (rho, sigma) = (factors[2 * index], factors[2 * index + 1])
      let triple = layout.triple(index)
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
      let triple = layout.triple(index)
      return [
        own.left.value(pads) * e - pads[triple], own.right.value(pads) - pads[triple + 1],
      ]
    }
  }
}
