// A number that whoever verifies knows but for pads: what hidden messages make of each other.

import Arithmetic

/// constant + Σ factor·pad.
struct PaddedValue {
  struct Term {
    var pad: Int
    var factor: GoldilocksPair
  }

  var constant: GoldilocksPair
  var terms: [Term] = []

  init(_ constant: GoldilocksPair) { self.constant = constant }

  /// A message as it was sent.
  init(sent: GoldilocksPair, pad: Int) {
    constant = sent
    terms = [Term(pad: pad, factor: .one)]
  }

  static func + (l: Self, r: Self) -> Self {
    var sum = l
    sum.constant += r.constant
    sum.terms += r.terms
    return sum
  }

  static func - (l: Self, r: Self) -> Self { l + r * -GoldilocksPair.one }

  static func * (l: Self, r: GoldilocksPair) -> Self {
    var product = l
    product.constant *= r
    for index in product.terms.indices { product.terms[index].factor *= r }
    return product
  }

  static func + (l: Self, r: GoldilocksPair) -> Self {
    var sum = l
    sum.constant += r
    return sum
  }

  /// What only the prover can work out.
  func value(_ pads: [GoldilocksPair]) -> GoldilocksPair {
    terms.reduce(constant) { $0 + $1.factor * pads[$1.pad] }
  }
}

/// One linear equation in pads, made of many: constant + Σ factors[i]·pad i.
struct PadEquation {
  var constant = GoldilocksPair.zero
  var factors: [GoldilocksPair]

  init(pads: Int) { factors = [GoldilocksPair](repeating: .zero, count: pads) }

  mutating func add(_ value: PaddedValue, times scale: GoldilocksPair) {
    constant += scale * value.constant
    for term in value.terms { factors[term.pad] += scale * term.factor }
  }

  mutating func scale(by factor: GoldilocksPair) {
    constant *= factor
    for index in factors.indices { factors[index] *= factor }
  }
}
