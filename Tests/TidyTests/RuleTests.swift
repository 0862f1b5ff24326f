// The rules themselves: each finds its fault in a bad sample, and nothing in a good one.

import Testing

@Suite struct RuleTests {
  private func lines(
    _ rule: (SourceText) -> [Violation], _ text: String,
    at path: String = "Sources/Kernel/Sample.swift"
  ) -> [Int] {
    rule(SourceText(path: path, text: text)).map(\.line)
  }

  @Test(arguments: [
    "import Market\n", "// short\n", "//\n// \n", "\n// A sentence that comes too late.\n",
    "// swift-tools-version: 6.2\nimport PackageDescription\n",
  ])
  func missesTheSentence(text: String) {
    #expect(lines(Rules.opensWithSentence, text) == [1])
  }

  @Test(arguments: [
    "// What a sample is for.\n", "// It says in two lines\n// what it is for.\nimport Market\n",
    "// swift-tools-version: 6.2\n// The packages of a sample.\n",
  ])
  func findsTheSentence(text: String) {
    #expect(lines(Rules.opensWithSentence, text) == [])
  }

  @Test func findsTestsThatAreNotThere() {
    let tests: Set<String> = ["SumTests.addsUp", "SumTests.carries"]
    func lines(_ cell: String) -> [Int] {
      let page = "| rule | tests |\n|---|---|\n| sums | \(cell) |\n"
      return Rules.namedTests("", page, tests: tests).map(\.line)
    }
    for good in ["`addsUp`, `SumTests.carries`", "all of `SumTests`", "level `open`, `2^m`", ""] {
      #expect(lines(good) == [])
    }
    for bad in ["`addsDown`", "`addsUp`, `OtherTests.addsUp`", "`NoTests`"] {
      #expect(lines(bad) == [3])
    }
    // Other tables name what they like.
    #expect(Rules.namedTests("", "| a | b |\n|---|---|\n| `x` | `yZ` |\n", tests: []).isEmpty)
  }

  @Test func countsLinesAndColumns() {
    let long = String(repeating: "let a = 1\n", count: 401)
    #expect(lines(Rules.fileLength, long) == [401])
    #expect(lines(Rules.fileLength, String(long.dropLast(10))) == [])
    #expect(lines(Rules.fileLength, long, at: "Tests/KernelTests/LedgerVectors.swift") == [])

    let wide = String(repeating: "ab ", count: 34)
    #expect(lines(Rules.lineLength, "\n" + wide) == [2])
    #expect(lines(Rules.lineLength, String(wide.dropLast(2))) == [])
    #expect(lines(Rules.lineLength, wide + "https://example.com") == [])
    #expect(lines(Rules.lineLength, wide + String(repeating: "0", count: 64)) == [])
  }

  @Test(arguments: ["func f()", "init?(a: [Int: (Int) -> Int] = { $0 }(1))", "subscript(i: Int)"])
  func countsTheLinesOfFunctions(head: String) {
    let line = "  if a { b(\"}\") } // }\n"
    let longest = String(repeating: line, count: 58)
    #expect(lines(Rules.functionLength, "\n" + head + " {\n" + line + longest + "}\n") == [2])
    #expect(lines(Rules.functionLength, head + " {\n" + longest + "}\n") == [])
  }

  @Test func doesNotTakeRequirementsForFunctions() {
    let text = "protocol P {\n  func f() -> Int\n  func g()\n}\nstruct S {\n"
    let filler = String(repeating: "  let a = 1\n", count: 80)
    #expect(lines(Rules.functionLength, text + filler + "}\n") == [])
    #expect(functions(in: SourceText(path: "", text: text + "}").tokens).isEmpty)
  }

  @Test(arguments: ["Utils.swift", "StringHelpers.swift", "Common.swift", "BidManager.swift"])
  func findsNamesThatSayNothing(name: String) {
    #expect(lines(Rules.fileName, "", at: "Sources/Kernel/\(name)") == [1])
    #expect(lines(Rules.fileName, "", at: "Sources/Kernel/Ledger.swift") == [])
  }

  @Test func findsUnfinishedWorkInCommentsOnly() {
    #expect(lines(Rules.unfinished, "let a = 1 // TO" + "DO: more\n") == [1])
    #expect(lines(Rules.unfinished, "/* one\n FIX" + "ME */\n") == [2])
    #expect(lines(Rules.unfinished, "let a = \"TO" + "DO\"\n") == [])
  }

  @Test(arguments: [
    "print(1)", "a = try! f()", "Swift.print(1)", "debugPrint(x)", "fputs(\"\", stderr)",
    "FileHandle.standardError.write(d)", "let s = \"\\(f(try! g()))\"",
  ])
  func findsBannedCalls(text: String) {
    #expect(lines(Rules.bannedCalls, "\n" + text) == [2])
  }

  @Test(arguments: [
    "console.print(1)", "func print(_ x: Int)", "// print(1) and try! here", "let s = \"print(1)\"",
    "let s = #\"try! \" print(1)\"#", "let s = \"\"\"\n  \" try! print(1)\n  \"\"\"", "printer(1)",
    "/* a /* try! */ print(1) */",
  ])
  func leavesOtherWordsAlone(text: String) {
    #expect(lines(Rules.bannedCalls, text) == [])
  }

  @Test func letsOnlyTheConsolePrint() {
    #expect(lines(Rules.bannedCalls, "print(1)", at: "Sources/tolsey/Console+Table.swift") == [])
    #expect(lines(Rules.bannedCalls, "print(1)", at: "Sources/tolsey/Tolsey.swift") == [1])
    #expect(lines(Rules.bannedCalls, "try! f()", at: "Tests/KernelTests/A.swift") == [1])
  }

  @Test(arguments: [
    "var a: Double", "let a = Float(1)", "func f() async", "let a = Date()", "fatalError(\"no\")",
    "let r = Int.random(in: 0..<2)", "await f()",
  ])
  func keepsTheCorePure(text: String) {
    #expect(lines(Rules.purity, text, at: "Sources/Market/Checks/Open.swift") == [1])
    #expect(lines(Rules.purity, text, at: "Sources/Works/Inference/Spec.swift") == [1])
    #expect(lines(Rules.purity, text, at: "Sources/Models/Import.swift") == [])
    #expect(lines(Rules.purity, "// \(text)\nlet a = doubled", at: "Sources/Chain/A.swift") == [])
  }

  @Test(arguments: [
    "for k in table.keys { f(k) }", "var b: [Int: Int]\nfor v in a.b.values where v > 0 { f(v) }",
    "for (i, k) in t.keys.enumerated() {}", "let m: [Int: Int]\nfor (k, v) in m {}",
    "var s = Set<Int>()\nfor x in self.s {}", "var d = [Int: [Int]]()\nfor x in d {}",
  ])
  func findsTheOrderOfHashTables(text: String) {
    #expect(hashOrder(text).count == 1)
    #expect(hashOrder(text, at: "Sources/Node/A.swift") == [])
  }

  @Test(arguments: [
    "for k in table.keys.sorted() {}", "for i in tensor.values.indices {}", "for k in keys {}",
    "// ordered: an array\nfor v in tensor.keys {}", "for v in tensor.values {}",
    "let a: [Int]\nfor x in a {}",
    "for x in list.map({ $0.values }) {}",
  ])
  func letsLoopsInAKnownOrderPass(text: String) {
    #expect(hashOrder(text) == [])
  }

  @Test func knowsTheTablesOfTheRoom() {
    let text = "for v in state.rows.values {}"
    #expect(hashOrder(text) == [])
    #expect(hashOrder(text, elsewhere: ["rows"]) == [1])
  }

  private func hashOrder(
    _ text: String, at path: String = "Sources/Kernel/Sample.swift", elsewhere: Set<String> = []
  ) -> [Int] {
    Rules.hashOrder(SourceText(path: path, text: text), elsewhere: elsewhere).map(\.line)
  }

  @Test func knowsTablesThatNobodyVisits() {
    let list = "extension T: TableGroup { func tables() { v(&rows)\n v(&grants) } }\n"
    func found(_ text: String) -> [Int] {
      let file = SourceText(path: "Sources/Kernel/Sample.swift", text: text)
      return Rules.tableLists(file, groups: ["Grants"]).map(\.line)
    }
    #expect(found(list + "var rows = Table<Int, Row>(\"rows\")") == [])
    #expect(found(list + "\nvar seals = Table<Int, Row>(\"seals\")") == [4])
    #expect(found(list + "var grants = Grants(\"grants\")") == [])
    #expect(found(list + "var others = Boxed(Grants(\"others\"))") == [3])
    #expect(found(list + "var first: Grants { _read { yield grants } }") == [])
    #expect(found("var lone: Table<Int, Row>") == [1])
    #expect(found("var state: Grants") == [], "who uses a group lists nothing")
    #expect(Rules.tableGroups(in: SourceText(path: "", text: list).tokens) == ["T"])
  }

  @Test func holdsImportsToTheMap() {
    func found(_ text: String, _ path: String) -> [Int] { lines(Rules.imports, text, at: path) }
    #expect(found("import Market", "Sources/Kernel/A.swift") == [1])
    #expect(found("import Foundation", "Sources/Kernel/A.swift") == [1])
    #expect(found("\nimport struct Foundation.Date", "Sources/Chain/A.swift") == [2])
    #expect(found("public import Reputation", "Sources/Works/Inference/A.swift") == [1])
    #expect(found("@preconcurrency import GRDB", "Sources/Network/A.swift") == [1])
    #expect(found("import NetworkRoom", "Sources/Store/A.swift") == [1])
    #expect(found("", "Sources/Elsewhere/A.swift") == [1])
    #expect(found("public import Primitives", "Sources/Market/A.swift") == [])
    #expect(found("import GRDB\nimport Foundation", "Sources/Store/A.swift") == [])
    #expect(found("import Anything", "Tests/KernelTests/A.swift") == [])
  }

  @Test func holdsTheManifestToTheMap() {
    #expect(Rules.manifest("  room(\"Kernel\", [\"Primitives\"]),").isEmpty)
    #expect(Rules.manifest("  room(\"Kernel\", [\"Market\"]),").count == 1)
    #expect(Rules.manifest("\n    room(\"Cellar\", []),").map(\.line) == [2])
    #expect(Rules.manifest("  room(\"Store\", [\"Chain\", \"NetworkRoom\", grdb]),").count == 1)
  }

  @Test func missesTheTestsOfARoom() {
    let rooms = "  room(\"Kernel\", []),\n  room(\"Store\", at: \"B\", []),\n"
    #expect(Rules.roomsHaveTests(rooms + "tests(\"KernelTests\", [])").map(\.line) == [2])
    #expect(Rules.roomsHaveTests("room(\"ARoom\", [])\ntests(\"ATests\", [])").isEmpty)
    #expect(Rules.roomsHaveTests("tests(\"StoreTests\", [])\n").isEmpty)
  }

  @Test func findsTestsThatExpectNothing() {
    func found(_ text: String) -> [Int] {
      let file = SourceText(path: "Tests/KernelTests/A.swift", text: text)
      let helpers = Rules.expectingFunctions(in: [file])
      return Rules.expectations(file, helpers: helpers).map(\.line)
    }
    #expect(found("@Test func a() { f() }") == [1])
    #expect(found("@Test(arguments: [1])\nfunc a(i: Int) { f(\"#expect\") }") == [2])
    #expect(found("@Test func a() {}\n@Test func b() { #expect(f()) }") == [1])
    #expect(found("@Test func a() throws { let x = try #require(f()) }") == [])
    #expect(found("@Test func a() { expectRefusal(.overflow) { f() } }") == [])

    let helpers = "func f() { g() }\nfunc g() { #expect(h()) }\nfunc h() { i() }\n"
    #expect(found(helpers + "@Test func a() { f() }") == [])
    #expect(found(helpers + "@Test func a() { h() }") == [4])
  }

  @Test func findsPathsOfOneMachine() {
    #expect(lines(Rules.machinePaths, "\nlet p = \"/work" + "/shared\"") == [2])
    #expect(lines(Rules.machinePaths, "let p = \"work/shared\"") == [])
  }

  @Test func looksAtPages() {
    func found(_ text: String) -> [Int] {
      let links = Rules.links("docs/howto/a.md", text) { $0 == "docs/b.md" || $0 == "README.md" }
      return (Rules.title("docs/howto/a.md", text) + links).map(\.line)
    }
    #expect(found("# A\n[b](../b.md#top) [r](../../README.md) [w](https://example.com)") == [])
    #expect(found("# A\n\n# B\n") == [3])
    #expect(found("no title") == [1])
    #expect(found("# A\n```\n# not a title\n```\n[c](c.md)") == [5])
  }

  @Test func shownSwiftIsQuoted() {
    let snippet = "import A\n\nlet a = 1\nlet b = 2\n"
    func found(_ block: String) -> [Int] {
      let page = "text\n```swift\n\(block)\n```\n"
      return Rules.quotes("docs/a.md", page, snippets: ["", snippet]).map(\.line)
    }
    #expect(found("import A\n\n  let b = 2") == [])
    #expect(found("let b = 2\nlet a = 1") == [2])
    #expect(found("let c = 3") == [2])
  }

  @Test func everyPageIsCarriedAndNoOther() {
    let list = "\n#embed \"../../docs/a.md\"\n};\n#embed \"../../docs/gone.md\"\n"
    let found = Rules.carried(["docs/a.md", "docs/b.md", "README.md"], list) { $0 == "docs/a.md" }
    #expect(
      found.map(\.what) == ["docs/b.md is not carried", "docs/gone.md is carried and not there"])
  }
}
