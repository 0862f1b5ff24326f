// Commands from words to results: arguments that are refused, and answers in both forms.

import Foundation
import Kernel
import Market
import Primitives
import Testing

@testable import tolsey

@Suite struct CommandTests {
  /// The file of the repository with that path.
  private static func repository(_ path: String) -> String {
    URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent(path).path
  }

  private func json(_ recorder: Recorder) throws -> JSONValue {
    try JSONValue(parsing: recorder.out)
  }

  @Test func everyAuctionOfTheVectorsEndsAsWritten() async throws {
    let file = CommandTests.repository("Tests/Vectors/markets/auctions.json")
    let wanted = try LocalFile.json(file)["scoring"]?.array ?? []
    let recorder = Recorder()
    #expect(await recorder.run("auction", "try", file, "--json") == .done)
    let cases = try json(recorder)["data"]?["cases"]?.array ?? []
    #expect(cases.count == wanted.count && !cases.isEmpty)
    for (got, want) in zip(cases, wanted) {
      #expect(got["winners"] == want["winners"])
      #expect(got["payments"] == want["payments"])
    }
  }

  @Test func everySettlementOfTheVectorsPaysAsWritten() async throws {
    let file = CommandTests.repository("Tests/Vectors/mechanisms/incentives.json")
    let wanted = try LocalFile.json(file)["settlements"]?.array ?? []
    let recorder = Recorder()
    #expect(await recorder.run("settle", "try", file, "--json") == .done)
    let cases = try json(recorder)["data"]?["cases"]?.array ?? []
    #expect(cases.count == wanted.count && !cases.isEmpty)
    for (got, want) in zip(cases, wanted) { #expect(got["payouts"] == want["payouts"]) }
  }

  @Test func termsThatBreakAConditionExitWithOne() async throws {
    var terms = Terms.standard
    terms.winner = 600_000
    let path = NSTemporaryDirectory() + "tolsey-terms-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    try LocalFile.write(terms.json.bytes, to: path)
    let recorder = Recorder()
    #expect(await recorder.run("terms", "check", path, "--json") == .refused)
    let answer = try json(recorder)
    #expect(answer["ok"] == false)
    let conditions = answer["data"]?["conditions"]?.array ?? []
    let broken = conditions.filter { $0["holds"] == false }
    #expect(broken.contains { $0["name"] == "winnerHalf" && $0["left"] == 600_000 })
    #expect(broken.count < conditions.count)

    let person = Recorder()
    #expect(await person.run("terms", "check", path) == .refused)
    #expect(person.out.contains("winnerHalf"))
    #expect(person.err.contains("tolsey: error: "))
  }

  @Test(arguments: [
    ("open", "open"), ("replicated", "replicated(3)"), ("replicated(5)", "replicated(5)"),
  ])
  func checksAreNamed(text: String, shown: String) throws {
    #expect(CheckName.text(try CheckName.terms(text)) == shown)
  }

  @Test(arguments: ["", "Open", "replicated(4)", "replicated()", "attested"])
  func otherChecksAreRefused(text: String) {
    #expect(throws: Failure.self) { try CheckName.terms(text) }
  }

  @Test func openSaysThatItIsTrust() throws {
    #expect(CheckName.promise(try CheckName.terms("open")).contains("trust"))
    #expect(!CheckName.promise(try CheckName.terms("replicated")).contains("trust"))
    #expect(CheckName.promise(try CheckName.terms("replicated"), agreed: 3).hasPrefix("3 of 3"))
  }

  @Test(arguments: [
    "", "a/b", "../x", "run_1?x", "run 1", "a%2f", String(repeating: "a", count: 97),
  ])
  func idsThatWouldChangeAPathAreRefused(id: String) {
    #expect(throws: Failure.self) { try NodeLink.check(id: id) }
  }

  @Test func sharesAreExact() {
    #expect(Share.percent(976_666) == "97.67 %")
    #expect(Share.percent(1_000_000) == "100.00 %")
    #expect(Share.json(50).text == "0.000050")
    #expect(Share.json(1_000_000).text == "1.000000")
  }

  @Test func aNodeThatIsNotThereIsUnreachable() async throws {
    let recorder = Recorder()
    // Port 9 is that of the discard service, which nobody runs.
    let status = await recorder.run("offer", "list", "--node", "http://127.0.0.1:9", "--json")
    #expect(status == .unreachable)
    #expect(try json(recorder)["errors"]?[0]?["code"] == "unreachable")
  }

  @Test func aPortOutOfRangeIsUsage() async {
    for words in [["up", "--port", "65536"], ["up", "--port", "x"], ["up", "--accounts", "0"]] {
      let recorder = Recorder()
      let status = await Tolsey.run(
        words, out: recorder.console().out, err: recorder.console().err)
      #expect(status == .usage)
      #expect(recorder.out == "")
    }
  }

  @Test func theReferenceHasEveryMessageAndRefusal() async {
    for page in ["messages", "refusals"] {
      let recorder = Recorder()
      #expect(await recorder.run("docs", page) == .done)
      #expect(recorder.out.hasPrefix("# "))
      #expect(recorder.out.contains(page == "messages" ? "## PlaceOrder" : "`insufficient`"))
    }
  }
}
