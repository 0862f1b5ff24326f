// One way to list and one way to show, for every noun that a node's API reads.

import ArgumentParser
import NetworkRoom
import Primitives

/// A noun of which a node gives pages.
protocol ListedNoun: Sendable {
  associatedtype Filters: ListFilters
  /// The noun as the command line has it: `lease`.
  static var noun: String { get }
  static var listAbstract: String { get }
  /// Where the pages are: `/api/leases`. Their member has the same name.
  static var listPath: String { get }
  static var columns: [TextTable.Column] { get }
  /// What is said in place of an empty table.
  static var empty: String { get }
  static func cells(_ item: JSONValue) -> [TextTable.Cell]
}

/// A noun of which a node shows one.
protocol ShownNoun: Sendable {
  static var noun: String { get }
  static var showAbstract: String { get }
  static var wordHelp: String { get }
  /// Where it is, for what a person typed.
  static func path(of word: String) throws -> String
  static func text(_ json: JSONValue, now: Time, _ paint: Paint) -> String
}

/// What a list may be narrowed by.
protocol ListFilters: ParsableArguments {
  /// The parts of the query, in the API's words.
  func query() throws -> [(name: String, value: String)]
}

struct NoFilters: ListFilters {
  func query() -> [(name: String, value: String)] { [] }
}

/// How much of a list is asked for.
struct PageOptions: ParsableArguments {
  @Option(help: "Entries of a page, at most 500.") var limit = 50
  @Option(help: "Go on where a page ended: the cursor that it gave.") var cursor: String?
  @Flag(help: "Every page, one after the other.") var all = false

  func validate() throws {
    guard (1...500).contains(limit) else { throw ValidationError("a page has 1 to 500 entries") }
  }
}

struct ListCommand<Noun: ListedNoun>: ConsoleCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "list", abstract: Noun.listAbstract)
  }
  static var schema: String { "\(Noun.noun).list/1" }

  @OptionGroup var filters: Noun.Filters
  @OptionGroup var page: PageOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let member = String(Noun.listPath.split(separator: "/").last ?? "")
    var query = try filters.query() + [("limit", "\(page.limit)")]
    if let cursor = page.cursor { query.append(("cursor", cursor)) }
    let link = try await node.connect(console)
    var items: [JSONValue] = []
    var next: String?
    var height: UInt64 = 0
    repeat {
      if let next { query = query.filter { $0.name != "cursor" } + [("cursor", next)] }
      let json = try await link.get(Noun.listPath + PathText.query(query))
      items += json[member]?.array ?? []
      next = json["cursor"]?.string
      height = json["height"]?.uint64 ?? 0
    } while page.all && next != nil
    let data: JSONValue = .object([
      .init(name: member, value: .array(items)),
      .init(name: "cursor", value: next.map { .string($0) } ?? .null),
      .init(name: "height", value: .unsigned(height)),
    ])
    console.result(Self.schema, data) { [items] paint in
      var table = TextTable(columns: Noun.columns)
      for item in items { table.add(row: Noun.cells(item)) }
      return table.text(paint, empty: Noun.empty)
    }
    if let next { console.note("there are more: add --cursor \(next.harmless), or --all") }
  }
}

struct ShowCommand<Noun: ShownNoun>: ConsoleCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(commandName: "show", abstract: Noun.showAbstract)
  }
  static var schema: String { "\(Noun.noun).show/1" }

  @Argument(help: ArgumentHelp(stringLiteral: Noun.wordHelp)) var word: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let path = try Noun.path(of: word)
    let link = try await node.connect(console)
    let json = try await link.get(path)
    let now = try await link.marketNow()
    console.result(Self.schema, json) { Noun.text(json, now: now, $0) }
  }
}

/// Parts of a path, so that nothing that a person types changes what is asked for.
enum PathText {
  static func query(_ parts: [(name: String, value: String)]) -> String {
    if parts.isEmpty { return "" }
    return "?" + parts.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&")
  }

  /// Everything but letters, digits and `_-.` in percent.
  static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x2d, 0x2e:
        String(UnicodeScalar(byte))
      default:
        "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}

extension TextTable {
  init(columns: [Column]) {
    self.init()
    self.columns = columns
  }
}
