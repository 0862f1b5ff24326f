// Files of items and datasets: what people write, and what hostile people write.

import Agents
import Labels
import Primitives
import Testing

@Suite struct LabelImportTests {
  private func read(_ text: String) throws -> LabelImport { try LabelImport(Array(text.utf8)) }

  private func code(_ bytes: [UInt8]) -> String? {
    do throws(LabelTrouble) {
      _ = try LabelImport(bytes)
      return nil
    } catch {
      #expect(!error.message.isEmpty && !error.hint.isEmpty)
      return error.code
    }
  }

  private func code(_ text: String) -> String? { code(Array(text.utf8)) }

  @Test func readsTables() throws {
    let csv = try read("\u{FEFF}id,Text,extra\r\n1,\"a, \"\"b\"\"\nc\",x\r\n\n2,d,\n")
    #expect(csv.items == [JobItem("1", Array("a, \"b\"\nc".utf8)), JobItem("2", Array("d".utf8))])
    #expect(csv.entries.map(\.line) == [2, 5])
    #expect(try read("text\na\nb").items.map(\.name) == ["1", "2"])
    let gold = try read("id,text,label\n1,a,cat\n2,b,dog\n")
    let question = try LabelQuestion("which?", ["cat", "dog"])
    #expect(try gold.gold(question).map(\.label) == [0, 1])
    let picture = try read("id,data\n1,iVBORw0KGgo=\n").items[0].content
    #expect(LabelMedia(of: picture) == .png)
  }

  @Test func readsLines() throws {
    let jsonl = try read(
      "{\"id\":\"a\",\"text\":\"x\\ny\"}\n\n"
        + "{\"id\":7,\"text\":\"z\",\"label\":null,\"more\":[1]}\n")
    #expect(jsonl.items == [JobItem("a", Array("x\ny".utf8)), JobItem("7", Array("z".utf8))])
  }

  @Test(arguments: [
    ("", "noItems"), ("id,text\n", "noItems"), ("id,text\n1\n", "ragged"),
    ("id,text\n1,a,b\n", "ragged"), ("id,text\n1,\"a\n", "unclosedQuote"),
    ("id,text\n1,a\"b\n", "strayQuote"), ("id,text\n1,\"a\"b\n", "strayQuote"),
    ("id,text\n1,a\rb\n", "strayReturn"), ("id,text\n1,a\u{0}b\n", "nul"),
    ("id,name\n1,a\n", "noColumn"), ("id,text,text\n1,a,b\n", "twoColumns"),
    ("id,text\n1,a\n1,b\n", "duplicateItem"), ("id,text\n1,a\n2,a\n", "duplicateContent"),
    ("id,text\n,a\n", "badName"), ("id,text\n\u{202E}1,a\n", "badName"),
    ("id,text\n1\u{200B},a\n", "badName"), ("id,text\n 1,a\n", "badName"),
    ("id,text\n1,\n", "noContent"), ("id,text,data\n1,a,YQ==\n", "noContent"),
    ("id,data\n1,YQ=\n", "badBase64"), ("id,data\n1,YR==\n", "badBase64"),
    ("id,data\n1,Y Q=\n", "badBase64"), ("id,data\n1,AAAA\n", "noMedia"),
    ("{\"id\":1}\n", "noContent"), ("{\"text\":1}\n", "badMember"), ("{\"text\"\n", "notJSON"),
    ("{}[]\n", "notJSON"), ("{\"id\":{},\"text\":\"a\"}\n", "badMember"),
    ("{\"text\":\"a\",\"text\":\"b\"}\n", "notJSON"), ("{\"text\":\"\\u0000\"}\n", "noMedia"),
    ("{\"id\":\"\\u202e1\",\"text\":\"a\"}\n", "badName"),
  ])
  func refusesWithACode(_ text: String, _ wanted: String) {
    #expect(code(text) == wanted)
  }

  @Test func refusesWhatIsTooLargeOrNoText() {
    let long = String(repeating: "a", count: JobItem.contentLimit + 1)
    #expect(code("id,text\n1,\(long)\n") == "itemTooLarge")
    #expect(code([UInt8](repeating: 0x61, count: 100 << 20)) == "tooLarge")
    #expect(code(Array("id,text\n1,".utf8) + [0xff, 0x0a]) == "notUTF8")
    // Half of a surrogate pair, an overlong blank, and a letter that is cut off.
    for bytes: [UInt8] in [[0xed, 0xa0, 0x80], [0xc0, 0xa0], [0xe2, 0x82]] {
      #expect(code(Array("{\"text\":\"".utf8) + bytes) == "notUTF8")
    }
    #expect(code(String(repeating: ",", count: 1_000)) == "tooMany")
    let lines = String(repeating: "a\n", count: LabelTable.rowLimit + 2)
    #expect(code("text\n" + lines) == "tooMany")
    #expect(code(String(repeating: "{", count: 10_000)) == "notJSON")
  }

  @Test func namesTheLine() {
    do throws(LabelTrouble) {
      _ = try LabelImport(Array("id,text\n1,\"a\nb\"\n2\n".utf8))
      Issue.record("it was read")
    } catch {
      #expect(error.line == 4 && error.message.hasPrefix("line 4: "))
    }
  }

  @Test func goldNeedsLabelsThatAreChoices() throws {
    let question = try LabelQuestion("which?", ["cat", "dog"])
    func code(_ text: String) -> String? {
      do {
        _ = try read(text).gold(question)
        return nil
      } catch { return (error as? LabelTrouble)?.code }
    }
    #expect(code("text,label\na,bird\n") == "unknownLabel")
    #expect(code("text,label\na,\n") == "noLabel")
    #expect(code("text\na\n") == "noLabel")
    #expect(code("text,label\na,c\u{202E}at\n") == "badName")
  }

  @Test func spreadsheetsComputeNothing() {
    let cells = [
      "=1+1", "+1", "-1", "@a", "'=1", " =1", "\t=1", "\u{FF1D}1", "a=1", "", "a,b", "a\"b",
    ]
    #expect(
      LabelTable.line(cells)
        == "'=1+1,'+1,'-1,'@a,''=1,' =1,'\t=1,'\u{FF1D}1,a=1,,\"a,b\",\"a\"\"b\"\n")
  }

  @Test func datasetsReadBackWhole() throws {
    var crowd = LabelCrowd(skills: Array(repeating: 90, count: 9))
    let plain = try crowd.definition(items: 40, gold: 10)
    var items = plain.items
    items[0].name = "=cmd|' /C calc'!A0"
    items[1].name = "a,\"b\""
    var job = try LabelJob(
      try LabelDefinition(
        plain.question, items: items, gold: plain.gold, plan: plain.plan, secret: plain.secret))
    try crowd.play(&job)
    let dataset = LabelDataset(job)
    let table = try LabelTable(csv: Array(dataset.csv.utf8))
    #expect(
      table.columns == ["id", "label", "confidence", "answers", "disagreement", "sure", "runs"])
    #expect(table.rows.map { $0.cells[1] } == dataset.rows.map(\.label))
    #expect(table.rows[0].cells[0] == "'" + items[0].name)
    #expect(table.rows[1].cells[0] == items[1].name)
    let lines = dataset.jsonl.split(separator: "\n")
    #expect(lines.count == 40)
    let first = try JSONValue(parsing: String(lines[0]))
    #expect(first["id"]?.string == items[0].name)
    #expect(first["label"]?.string == dataset.rows[0].label)
    #expect(dataset.disagreementFirst.first?.disagreementPpm ?? 0 > 0)
    #expect(dataset.disagreementFirst.last?.disagreementPpm == 0)
    #expect(dataset.card.json["labellers"]?.array?.count == dataset.card.labellers.count)
  }

  @Test func folderOfFilesIsItems() throws {
    let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    #expect(try LabelImport(files: [("a.png", png)]).items == [JobItem("a.png", png)])
    #expect(throws: LabelTrouble.self) { try LabelImport(files: [("a.svg\n", png)]) }
    #expect(throws: LabelTrouble.self) { try LabelImport(files: []) }
    #expect(throws: LabelTrouble.self) { try LabelImport(files: [("a", png), ("b", png)]) }
  }
}
