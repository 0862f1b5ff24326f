// The house rules, held against every file of the repository.

import Testing

@Suite struct TidyTests {
  @Test(arguments: NamedRule.all)
  func everyFileKeeps(rule: NamedRule) {
    let violations = Repository.swift.flatMap(rule.check)
    #expect(violations.report == "")
  }

  @Test func manifestKeepsToTheMap() {
    let violations = Rules.manifest(Repository.text("Package.swift"))
    #expect(violations.report == "")
  }

  @Test func everyRoomHasTests() {
    #expect(Rules.roomsHaveTests(Repository.text("Package.swift")).report == "")
  }

  @Test func everyPageHasOneTitleAndLinksThatLead() {
    let violations = Repository.documents.flatMap { path in
      let text = Repository.text(path)
      return Rules.title(path, text) + Rules.links(path, text, exists: Repository.exists)
    }
    #expect(violations.report == "")
  }

  @Test func pagesNameTestsThatAreThere() {
    #expect(Repository.tests.contains("TidyTests.pagesNameTestsThatAreThere"))
    let violations = Repository.documents.flatMap {
      Rules.namedTests($0, Repository.text($0), tests: Repository.tests)
    }
    #expect(violations.report == "")
  }

  @Test func pagesShowSwiftThatIsCompiled() {
    let snippets = Repository.swift.filter { $0.path.hasPrefix("Snippets/") }
      .map { Repository.text($0.path) }
    let violations = Repository.documents.flatMap {
      Rules.quotes($0, Repository.text($0), snippets: snippets)
    }
    #expect(violations.report == "")
  }

  /// Whoever adds to a list finds on one page everybody who switches over it.
  @Test(arguments: ClosedList.all)
  func thePageNamesWhoSwitches(over list: ClosedList) {
    let path = "docs/howto/add-a-check-or-a-work.md"
    let sources = Repository.swift.filter { $0.path.hasPrefix("Sources/") }
    let violations = Rules.listed(list, sources, in: Repository.text(path), at: path)
    #expect(violations.report == "")
  }

  @Test func theProgramCarriesEveryPage() {
    let list = Repository.text("Sources/CDocs/docs.c")
    let violations = Rules.carried(Repository.documents, list, exists: Repository.exists)
    #expect(violations.report == "")
  }

  /// A walk that found nothing would keep every rule.
  @Test func theRepositoryIsThere() {
    #expect(Repository.swift.contains { $0.path == "Package.swift" })
    #expect(Repository.swift.contains { $0.path == "Sources/tolsey/Console.swift" })
    #expect(Repository.swift.contains { $0.path.hasPrefix("Tests/TidyTests/") })
    #expect(Repository.documents.contains("README.md"))
  }
}

/// A rule with its name, so that a failed test says which one it was.
struct NamedRule: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var check: @Sendable (SourceText) -> [Violation]

  static let all: [NamedRule] = [
    NamedRule("opens with a sentence", Rules.opensWithSentence),
    NamedRule("at most \(Rules.fileLimit) lines", Rules.fileLength),
    NamedRule("functions of at most \(Rules.functionLimit) lines", Rules.functionLength),
    NamedRule("at most \(Rules.columnLimit) columns", Rules.lineLength),
    NamedRule("a name that says something", Rules.fileName),
    NamedRule("no unfinished work", Rules.unfinished),
    NamedRule("no banned calls", Rules.bannedCalls),
    NamedRule("pure core rooms", Rules.purity),
    NamedRule("no order of hash tables", hashOrder),
    NamedRule("every table in its list", tableLists),
    NamedRule("imports keep to the map", Rules.imports),
    NamedRule("tests expect something", expectations),
    NamedRule("no path of one machine", Rules.machinePaths),
    NamedRule("nobody switches over names of checks", Rules.checksByName),
  ]

  private static func hashOrder(_ file: SourceText) -> [Violation] {
    let room = RoomMap.room(of: file.path)?.name ?? ""
    return Rules.hashOrder(file, elsewhere: Repository.hashedNames[room] ?? [])
  }

  private static func tableLists(_ file: SourceText) -> [Violation] {
    Rules.tableLists(file, groups: Repository.tableGroups)
  }

  private static func expectations(_ file: SourceText) -> [Violation] {
    let target = Repository.testTarget(file.path)
    return Rules.expectations(file, helpers: Repository.expectingFunctions[target] ?? [])
  }

  init(_ name: String, _ check: @escaping @Sendable (SourceText) -> [Violation]) {
    testDescription = name
    self.check = check
  }
}
