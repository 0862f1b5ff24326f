// Every code that the sources throw has a sentence, and every sentence a code.

import Foundation
import Primitives
import Testing

@testable import Chain

@Suite struct RefusalTextTests {
  /// A code, and the names of the numbers that stand beside it in the source.
  struct Thrown {
    var code: String
    var names: Set<String>
    /// Whether the names are made at run time.
    var isDynamic: Bool
  }

  static let sources = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources").resolvingSymlinksInPath()

  /// Reads the sources for `Refusal("code"` and, in Primitives, `named("code"`.
  static func thrown() throws -> [Thrown] {
    let files = try #require(FileManager.default.enumerator(atPath: sources.path))
    var found: [Thrown] = []
    for case let path as String in files where path.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
      found += codes(in: text, named: path.hasPrefix("Primitives/"))
    }
    return found
  }

  static func codes(in text: String, named: Bool) -> [Thrown] {
    let call = /(Refusal|named)\(\s*"([A-Za-z0-9]+)"\s*(?:,\s*(\[(?:[^\[\]]|\[[^\]]*\])*\]))?/
    return text.matches(of: call).compactMap { match in
      guard match.1 == "Refusal" || named else { return nil }
      let list = match.3.map(String.init) ?? ""
      let names = list.matches(of: /"([A-Za-z0-9]+)":/).map { String($0.1) }
      let isDynamic = match.1 == "named" || list.contains("Number(")
      return Thrown(code: String(match.2), names: Set(names), isDynamic: isDynamic)
    }
  }

  @Test func everyCodeHasASentence() throws {
    let codes = Set(try Self.thrown().map(\.code))
    #expect(codes.count > 100)
    let missing = codes.filter { RefusalTexts.text(of: $0) == nil }.sorted()
    #expect(missing == [])
  }

  @Test func everySentenceHasACode() throws {
    let codes = Set(try Self.thrown().map(\.code))
    #expect(RefusalTexts.all.map(\.code).filter { !codes.contains($0) } == [])
    #expect(Set(RefusalTexts.all.map(\.code)).count == RefusalTexts.all.count)
  }

  /// Whoever is refused reads what to do: no code leaves that to a guess.
  @Test func everySentenceHasAHint() {
    #expect(RefusalTexts.all.filter(\.hint.isEmpty).map(\.code) == [])
    #expect(RefusalTexts.all.filter { $0.hint.hasSuffix(".") }.map(\.code) == [])
  }

  /// A sentence names only numbers that come with its code everywhere.
  @Test func sentencesNameNumbersThatAreThere() throws {
    for thrown in try Self.thrown() where !thrown.isDynamic {
      let text = try #require(RefusalTexts.text(of: thrown.code))
      for place in text.places {
        let name = place.last.map { "$%".contains($0) } == true ? String(place.dropLast()) : place
        #expect(thrown.names.contains(name), "\(thrown.code): \(place)")
      }
    }
  }

  @Test func findsCodesHoweverTheyAreWritten() {
    let text = "throw Refusal(\n  \"a\", [\"x\": f(y[0])])\nRefusal(\"b\")\nnamed(\"c\", n)"
    let found = Self.codes(in: text, named: false)
    #expect(found.map(\.code) == ["a", "b"])
    #expect(found[0].names == ["x"])
    #expect(Self.codes(in: text, named: true).count == 3)
  }

  @Test func fillsInNumbers() {
    #expect(
      Refusal.insufficient(has: Amount(1_250_000), needs: Amount(2_000_033)).message
        == "the holder has $1.25 and needs $2.000033")
    #expect(
      Refusal("rejectionRate", ["is": 136_000, "limit": 100_000]).message
        == "the rate of rejections is 13.6 %; the other side takes up to 10 %")
    #expect(
      Refusal("outOfRange", ["units": 0, "least": 1, "most": 9]).message
        == "units is 0; it must be from 1 to 9")
    #expect(Refusal.broken(.evidence, "units").message.contains("station 6, evidence: units"))
    #expect(Refusal.unknownAccount.hint != "")
    #expect(Refusal("fromTheFuture", ["moons": 2]).message == "fromTheFuture: moons 2")
    #expect(Refusal("fromTheFuture").message == "fromTheFuture")
    #expect(Refusal("insufficient").message == "the holder has ? and needs ?")
  }
}
