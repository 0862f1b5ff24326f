// What a ledger would take of a model's proofs, said before anything is offered or ordered.

import Graphs
import Inference
import Kernel
import Market
import Models
import Primitives
import Testing
import Workers

@testable import Agents
@testable import Market
@testable import tolsey

@Suite struct LedgerProofsTests {
  private func model() throws -> Model { try ManyRunsTests.model().provable() }

  private func proofs(_ terms: Terms = .standard) throws -> LedgerProofs {
    try LedgerProofs(of: try model(), terms)
  }

  private func card() throws -> ModelCard {
    try ModelCard(manifest: try model().manifest.encoded, publisher: Address())
  }

  @Test(arguments: ["open", "succinct", "private"]) func aSmallModelHasEveryLevel(level: String)
    throws
  {
    let check = try CheckName.terms("proved(\(level))")
    #expect(throws: Never.self) { try proofs().require(check) }
  }

  /// What is no proof is not asked about.
  @Test(arguments: ["open", "disputable", "replicated"]) func otherChecks(name: String) throws {
    var terms = Terms.standard
    terms.maxMessage = 0
    let check = try CheckName.terms(name)
    try proofs(terms).require(check)
    #expect(try proofs(terms).warning(check, at: Amount(1)) == nil)
  }

  /// A network whose messages hold the shortest proof and no longer one.
  @Test func aLevelThatNoMessageCarriesIsRefusedWithTheOthersNamed() throws {
    let sizes = try card().proofs
    let least = try #require(sizes.min { $0.value < $1.value })
    var terms = Terms.standard
    terms.maxMessage = least.value + 4096
    for size in sizes {
      let check = try CheckName.terms("proved(\(size.name))")
      if size.name == least.name {
        try proofs(terms).require(check)
        continue
      }
      let failure = #expect(throws: Failure.self) { try proofs(terms).require(check) }
      #expect(failure?.code == "notProvableHere" && failure?.status == .refused)
      #expect(failure?.hint == "choose 'proved(\(least.name))'")
    }
    terms.maxMessage -= 1
    let failure = #expect(throws: Failure.self) {
      try proofs(terms).require(try CheckName.terms("proved(\(least.name))"))
    }
    #expect(failure?.hint == "choose another check")
  }

  /// Whoever sells for the toll or less is told; whoever asks for more is not.
  @Test func aPriceBelowTheToll() throws {
    let check = try CheckName.terms("proved(open)")
    let bytes = try #require(try card().proofs.first { $0.name == "open" }).value
    let toll = try Toll.price(bytes: Int(bytes) + 4096, terms: .standard)
    let warning = try #require(try proofs().warning(check, at: toll))
    #expect(warning.contains(Dollars.text(toll)) && warning.contains("at a loss"))
    #expect(try proofs().warning(check, at: toll.adding(Amount(1))) == nil)
  }

  // MARK: - What a text model's numbers stand for

  private func bought(_ best: UInt8, _ alphabet: Alphabet?) throws -> PurchaseView {
    var run = ManyRunsTests.settled(0, .accepted, cost: 4_000)
    run.output = (0..<40).map { $0 == 4 * best ? 1 : 0 }
    var view = try ManyRunsTests.view([run], of: 1, end: "leaseServed")
    view.alphabet = alphabet
    return view
  }

  @Test func theLikeliestCharacterIsShown() throws {
    let json = #"{"format": 1, "symbols": "\nabcdefghi", "unknown": "i", "padding": "\n"}"#
    let alphabet = try Alphabet(json: Array(json.utf8))
    let plain = Paint(isOn: false)
    let cases: [(UInt8, String, String)] = [(0, #""\n""#, "\n"), (3, #""c""#, "c")]
    for (best, shown, character) in cases {
      let view = try bought(best, alphabet)
      #expect(view.text(plain).contains("best      \(best) \(shown)\n"))
      #expect(view.data["character"]?.string == character)
      #expect(DataSchemas.all["buy/1"]?.fault(in: view.data) == nil)
    }
    let without = try bought(3, nil)
    #expect(without.text(plain).contains("best      3\n"))
    #expect(without.data["character"] == nil)
  }
}
