// Cheats under `proved`: a proof of a lie, and blocks that are stuffed with proofs.

import Kernel
import Market
import Primitives

enum Provers {
  static let cheats: [Cheat] = [falseProof, otherInput, stuffing]

  /// Bytes of a message with a proof of a small model.
  private static let proofBytes = 50_000

  /// Bytes of a message with a colour image of 224 × 224 pixels.
  private static let inputBytes = 151_000

  /// What its bytes cost, which is what verifying it costs: both are in proportion.
  private static func proofToll(_ s: Setting) throws -> Fraction {
    guard s.has(.tolls) else { return 0 }
    return Fraction(try Toll.price(bytes: proofBytes, terms: s.terms))
  }

  /// No share of its lies is ever paid: the verifier looks at every run.
  private static let falseProof = Cheat(
    "false.proof", by: .provider, "runs nothing and proves a lie with all care", figure: nil
  ) { s in
    let payouts = try Settlement.proved(
      price: s.price, bidBond: try s.bidBond(), outcome: .fails, terms: s.terms)
    return .certain(try payouts.net(of: .provider) - s.tolls(4) - proofToll(s))
  }.with { $0.defence = "the ledger verifies every proof; bid bond" }

  /// Whoever proves must run the model on something, and prove that: it saves what running costs
  /// beside proving, a hundredth.
  private static let otherInput = Cheat(
    "other.input", "half contest", by: .provider,
    "proves a run of another input, where its own stays hidden", figure: nil
  ) { s in
    let saved = Fraction(s.cost) / 100
    func paid(_ outcome: ProvedOutcome) throws -> Fraction {
      try Settlement.proved(
        price: s.price, bidBond: try s.bidBond(), outcome: outcome, terms: s.terms
      ).net(of: .provider)
    }
    // Who would pay more for showing its input than it gets back does not show it.
    let showing = try Toll.price(bytes: inputBytes, terms: s.terms)
    let half = s.has(.tolls) && showing >= s.price ? 0 : Fraction(1, over: 2)
    return [
      Outcome("its buyer shows the input", half, try paid(.fails) - paid(.holds) + saved),
      Outcome("its buyer would rather lose the price", 1 - half, saved),
    ]
  }.with {
    $0.isAgainstHonest = true
    $0.defence = "anybody who has the input can contest; bid bond"
    $0.play = { _, chance in .outcome(chance.happens(Fraction(1, over: 2)) ? 0 : 1) }
  }

  /// It is buyer and provider of runs at a millionth of a dollar, with proofs that hold.
  private static let stuffing = Cheat(
    "stuff.proofs", by: .provider, "fills a block with proofs of runs that it sells itself",
    figure: nil
  ) { s in
    let proofs = Fraction(Int(s.terms.blockBytes) / proofBytes)
    let payouts = try Settlement.proved(
      price: Amount(1), bidBond: Amount(s.terms.bidBondFloor), outcome: .holds, terms: s.terms)
    let each = try payouts.net(of: .buyer, .provider) - s.tolls(1) - proofToll(s)
    return .certain(proofs * each)
  }.with {
    $0.measure = .once
    $0.defence = "tolls by bytes, and verifying takes time in proportion to bytes"
  }
}
