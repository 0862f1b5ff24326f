// What a liar may try against tables, products of activations, norms and symbols at the levels that
// commit to the run, one rule of the protocol at a time.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct WideForgeryTests {
  static let levels: [ProofLevel] = [.succinct, .private]

  @Test(arguments: levels) func theHonestRunHolds(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    #expect(try liar.caught() == nil)
    let names = Set(liar.model.graph.nodes.map { $0.operation.name })
    #expect(
      names.isSuperset(of: ["table", "product", "matMul", "softmax", "normalise", "embedding"]))
  }

  /// Every element of every helper, each alone, with and without what follows from it.
  @Test(arguments: levels) func everyHelperIsHeld(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for (index, helper) in liar.plan.helpers.all.enumerated() where helper.part != nil {
      for element in [helper.count - 1] {
        #expect(try liar.claiming(index, element, 1).caught() != nil)
        var alone = liar
        alone.change = { witness in
          switch helper.source {
          case .bytes(let first, _, _):
            witness.bytes[witness.shape.extras + first + element] ^= 1
          case .loose(let first): witness.loose[first + element] += 1
          default: break
          }
        }
        #expect(try alone.caught() == .witness)
      }
    }
  }

  /// Every relation takes part: a vector that none held could be anything.
  @Test(arguments: levels) func everyRelationIsHeld(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for relation in liar.plan.helpers.relations {
      let read = relation.map.terms.map(\.tensor).filter { $0 >= liar.model.graph.types.count }
      let own = try #require(read.last) - liar.model.graph.types.count
      #expect(try liar.claiming(own, 0, 1).caught() != nil)
    }
  }

  // MARK: - Lookups

  @Test(arguments: levels) func aResultThatIsNotTheTables(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for operation in ["table", "softmax"] {
      let helper = try liar.helper(.looked, of: operation)
      #expect(try liar.claiming(helper, 0, 1).caught() == liar.wanted(.lookups))
      // The result of another element.
      var other = liar
      other.lie.helper = { index, values in
        guard index == helper, let place = values.firstIndex(where: { $0 != values[0] }) else {
          return
        }
        values.swapAt(0, place)
      }
      #expect(try other.caught() == liar.wanted(.lookups))
    }
  }

  @Test(arguments: levels) func countsOfOtherLookups(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for place in [0, 200, 256, 511] {
      var other = liar
      other.change = { $0.tableCounts[place] += 1 }
      #expect(try other.caught() == liar.wanted(.lookups))
      // As many as there are, but of others.
      other.change = { witness in
        witness.tableCounts[place] += 1
        if let read = witness.tableCounts.indices.first(where: {
          $0 != place && witness.tableCounts[$0] > 0
        }) {
          witness.tableCounts[read] -= 1
        }
      }
      #expect(try other.caught() == liar.wanted(.lookups))
    }
  }

  /// A lookup of one table is none of another, whatever both say of the key.
  @Test func theTableOfAnotherLookup() throws {
    let liar = try WideLiar()
    let tables = liar.plan.helpers.tables
    let counts = [UInt32](repeating: 1, count: 512)
    let alpha = GoldilocksPair(Goldilocks(canonical: 11), Goldilocks(canonical: 5))
    let beta = GoldilocksPair(Goldilocks(canonical: 3), Goldilocks(canonical: 2))
    #expect(
      LookupTree.root(tables, counts, alpha: alpha, beta: beta)
        != LookupTree.root(tables.reversed(), counts, alpha: alpha, beta: beta))
  }

  // MARK: - Products

  /// A product that is none, said where its sums are and followed from there on.
  @Test(arguments: levels) func aProductThatIsNone(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for (operation, numbers) in [
      ("product", 1), ("softmax", 1), ("embedding", 1), ("normalise", 8),
    ] {
      for number in 0..<numbers {
        let helper = try liar.product(number, of: operation)
        let found = try liar.claiming(helper, 0, 1).caught()
        #expect(found == liar.wanted(.sumcheck) || found == .witness)
      }
    }
  }

  /// A matrix product that is none, and a run that follows from it.
  @Test(arguments: levels) func aMatrixProductThatIsNone(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for tensor in [10, 13] {
      var other = liar
      var values = liar.traces[0][tensor].values
      values[1] += 1
      other.traces[0][tensor] = try Tensor(liar.traces[0][tensor].type, values)
      let found = try other.caught()
      #expect(found == liar.wanted(.sumcheck) || found == .witness)
    }
  }

  /// Factors that are not the committed activations: products hold, the claim on factors does not.
  @Test(arguments: levels) func otherFactorsThanCommitted(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for tensor in [6, 9, 12, 16] {
      var other = liar
      let values = liar.traces[0][tensor].values
      var changed = values
      changed[1] += values[1] > 0 ? -1 : 1
      other.traces[0][tensor] = try Tensor(liar.traces[0][tensor].type, changed)
      #expect(try other.caught() != nil)
    }
  }

  /// The part of the sums that is products cannot be moved to the layers.
  @Test func anotherPartOfTheSums() throws {
    let liar = try WideLiar()
    var forged = try liar.prove()
    forged.factors[0] ^= 1
    #expect(step { _ = try SuccinctVerifier.verify(forged) } == .products)
  }

  // MARK: - Softmax

  /// A share one greater: what is left of the division would be below zero.
  @Test(arguments: levels) func aShareThatIsTooLarge(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    let share = try liar.helper(.share, of: "softmax")
    let remainder = try liar.helper(.shareRemainder, of: "softmax")
    let sums = try #require(HelperValues(liar.plan, liar.traces).all[share - 1].first)
    let other = liar.claiming(share, 1, 1).claiming(remainder, 1, -2 * sums[1])
    #expect(try other.caught() == .witness)
  }

  /// A share one less: what is left would not be below the divisor.
  @Test(arguments: levels) func aShareThatIsTooSmall(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    let share = try liar.helper(.share, of: "softmax")
    let remainder = try liar.helper(.shareRemainder, of: "softmax")
    let values = HelperValues(liar.plan, liar.traces)
    let sums = try #require(values.all[share - 1].first)
    let element = try #require(values.all[share][0].firstIndex { $0 > 0 })
    let other = liar.claiming(share, element, -1).claiming(remainder, element, 2 * sums[element])
    #expect(try other.caught() == .witness)
  }

  /// Finding 10: powers of a maximum that no element attains.
  @Test(arguments: levels) func aGreatestThatIsNotAttained(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    let greatest = try #require(
      liar.plan.helpers.all.firstIndex {
        if case .maximum = $0.source { return true } else { return false }
      })
    let found = try liar.claiming(greatest, 2, 1).caught()
    #expect(found == .witness)
    var chosen = liar.claiming(greatest, 2, 1)
    chosen.change = { $0.choices[3] = 1 }
    #expect(try chosen.caught() == liar.wanted(.maxima))
  }

  // MARK: - Norms

  /// R one less or more, and everything that follows from it.
  @Test(arguments: levels) func anotherRoot(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    for amount: Int64 in [-1, 1, -1000, 1 << 20] {
      var other = liar
      other.lie.line = { $0.root += amount }
      // Results of the norm that do not follow from it any more come out before the root does.
      let found = try other.caught()
      #expect(found == .witness || (amount > 1 && found == liar.wanted(.roundings)))
    }
  }

  @Test(arguments: levels) func anotherSpread(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    var other = liar
    // The root of the true one is a root of this one too.
    other.lie.line = { $0.spread += $0.root > 100_000 ? 1 : 0 }
    #expect(try other.caught() == .witness)
  }

  /// The upper part of R·t as large as a byte allows: the cap holds it below 2^37.
  @Test(arguments: levels) func aTopWithoutItsCap(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    let cap = try liar.helper(.cap, of: "normalise")
    let top = try liar.helper(.top, of: "normalise")
    #expect(try liar.claiming(top, 0, 32).claiming(cap, 0, 256).caught() == .witness)
    var wide = liar.claiming(top, 0, 32)
    guard case .bytes(let first, _, _) = liar.plan.helpers.all[cap].source else { return }
    wide.change = { $0.bytes[$0.shape.extras + first] += 256 }
    #expect(try wide.caught() == liar.wanted(.bytes))
  }

  /// u one more, with a remainder below zero, or as no two bytes.
  @Test(arguments: levels) func anotherUnit(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    let unit = try liar.helper(.unit, of: "normalise")
    let remainder = try liar.helper(.unitRemainder, of: "normalise")
    #expect(
      try liar.claiming(unit, 0, 1).claiming(remainder, 0, -65_536).caught() == .witness)
    var other = liar.claiming(unit, 0, -1)
    guard case .bytes(let first, _, _) = liar.plan.helpers.all[remainder].source else { return }
    let count = liar.plan.helpers.all[remainder].count
    other.change = { $0.bytes[$0.shape.extras + first + count] += 256 }
    #expect(try other.caught() == liar.wanted(.bytes))
  }

  // MARK: - Symbols

  @Test(arguments: levels) func anotherSymbol(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    let chosen = try liar.helper(.chosen, of: "embedding")
    let product = try liar.product(0, of: "embedding")
    let symbol = Int(liar.traces[0][0].values[0])
    let other = (symbol + 1) % 256
    #expect(
      try liar.claiming(chosen, symbol, -1).claiming(chosen, other, 1).caught() == .witness)
    // Who says that the product is zero says what is no product.
    var false0 = liar.claiming(chosen, symbol, -1).claiming(chosen, other, 1)
    let before = false0.lie.helper
    false0.lie.helper = { index, values in
      before(index, &values)
      if index == product { values[other] = 0 }
    }
    #expect(try false0.caught() == liar.wanted(.sumcheck))
  }

  @Test(arguments: levels) func noSymbolOrHalfOfOne(level: ProofLevel) throws {
    let liar = try WideLiar(level)
    let chosen = try liar.helper(.chosen, of: "embedding")
    let symbol = Int(liar.traces[0][0].values[0])
    for amount: Int64 in [-1, 1] {
      #expect(try liar.claiming(chosen, symbol, amount).caught() == .witness)
    }
  }

  @Test func anotherInputOrOutput() throws {
    let liar = try WideLiar()
    let proof = try liar.prove()
    for at in proof.input.indices {
      var forged = proof
      forged.input[at] = forged.input[at] == 4 ? 5 : 4
      #expect(step { _ = try SuccinctVerifier.verify(forged) } != nil)
    }
    for at in stride(from: 0, to: proof.output.count, by: 3) {
      var forged = proof
      forged.output[at] ^= 1
      #expect(step { _ = try SuccinctVerifier.verify(forged) } != nil)
    }
  }
}
