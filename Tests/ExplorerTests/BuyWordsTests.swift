// The command that a page of an offer prints: whole, for the offer's own check.

import Archive
import Kernel
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct BuyWordsTests {
  static func offer(_ check: CheckTerms, at rate: Rate = Rate(Amount(4_000))) -> OfferLine {
    var line = OfferLine()
    line.work = "inference"
    line.subject = SHA256.hash(Array("model".utf8))
    line.check = check
    line.rate = rate
    return line
  }

  static let model = PrintedID.full("model", SHA256.hash(Array("model".utf8)))

  @Test(
    arguments: [
      (CheckTerms("open"), ""),
      (CheckTerms("disputable", [Number("audit", 50_000)]), "--check disputable "),
      (
        CheckTerms("disputable", [Number("audit", 70_000)]),
        "--check disputable --audit 70000 "
      ),
      (CheckTerms("proved", [Number("level", 1)]), "--check 'proved(open)' "),
      (CheckTerms("proved", [Number("level", 2)]), "--check 'proved(succinct)' "),
    ] as [(CheckTerms, String)])
  func theCommandAsksForTheOffersCheck(check: CheckTerms, options: String) {
    #expect(
      BuyWords.command(Self.offer(check), runTime: 60)
        == "tolsey buy --model \(Self.model) --limit 0.004 \\\n  \(options)--input input.json")
  }

  @Test func aSlowOfferIsGivenItsTime() {
    let command = BuyWords.command(Self.offer(CheckTerms("open")), runTime: 90)
    #expect(command?.hasSuffix("--run-time 90 --input input.json") == true)
  }

  @Test func theLimitIsARoundedUpPriceThatTheCommandLineReads() {
    let dear = Self.offer(CheckTerms("open"), at: Rate(Amount(12_345_678_900_001), per: 1_000))
    #expect(BuyWords.command(dear, runTime: nil)?.contains("--limit 12345.678901 ") == true)
  }

  @Test func whatNobodyCanTypeIsNotPrinted() {
    let unknown = [
      CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)]),
      CheckTerms("proved", [Number("level", 99)]), CheckTerms("<script>"),
    ]
    for check in unknown { #expect(BuyWords.command(Self.offer(check), runTime: nil) == nil) }
    var labels = Self.offer(CheckTerms("open"))
    labels.work = "labels"
    #expect(BuyWords.command(labels, runTime: nil) == nil)
  }

  @Test func everyOfferThatStandsShowsItsCommand() async throws {
    let site = Explorer(Specimen.shared.house)
    var shown = 0
    for line in Specimen.shared.listings.allOffers {
      let id = PrintedID.full("offer", line.offer)
      let text = try #require(await SiteTests.page(site, "/offers/\(id)")).text
      #expect(!text.contains("--model 0x"))
      guard text.contains("tolsey buy") else { continue }
      shown += 1
      #expect(text.contains("--model \(PrintedID.full("model", line.subject)) "))
      #expect(text.contains("--check") == (line.check.kind != "open"))
    }
    #expect(shown > 2)
  }
}
