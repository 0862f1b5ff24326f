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

  /// In place: a claim goes through many rounds, and carries the pads of all.
  mutating func add(_ other: Self, times factor: GoldilocksPair) {
    constant += other.constant * factor
    for term in other.terms { terms.append(Term(pad: term.pad, factor: term.factor * factor)) }
  }

  mutating func scale(by factor: GoldilocksPair) {
    constant *= factor
    for index in terms.indices { terms[index].factor *= factor }
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
    product.scale(by: r)
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

/// Messages as they were sent, one behind the other, each under the pad of its number.
struct SentMessages {
  let messages: ArraySlice<GoldilocksPair>
  /// The pad of the first.
  let pad: Int

  subscript(_ index: Int) -> PaddedValue {
    PaddedValue(sent: messages[messages.startIndex + index], pad: pad + index)
  }

  /// All of them, for what reads them as a list.
  var values: [PaddedValue] { messages.indices.map { self[$0 - messages.startIndex] } }
}

extension PaddedValue {
  /// One message of several, without a value of its own.
  mutating func add(_ sent: SentMessages, _ index: Int, times factor: GoldilocksPair) {
    constant += sent.messages[sent.messages.startIndex + index] * factor
    terms.append(Term(pad: sent.pad + index, factor: factor))
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

  /// One message of several.
  mutating func add(_ sent: SentMessages, _ index: Int, times scale: GoldilocksPair) {
    constant += scale * sent.messages[sent.messages.startIndex + index]
    factors[sent.pad + index] += scale
  }

  mutating func scale(by factor: GoldilocksPair) {
    constant *= factor
    for index in factors.indices { factors[index] *= factor }
  }
}
