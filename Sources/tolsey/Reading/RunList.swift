// `tolsey run list`: the runs of an order or a lease, or those of an account that are settled.

import Archive
import ArgumentParser
import Chain
import Market
import NetworkRoom
import Primitives

struct RunList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runs of an order, a lease or an account.")
  static let schema = "run.list/1"

  @Argument(help: "An order or a lease: its id, or the start of it.") var road: String?
  @Option(
    help: "The settled runs of this account: an address, or one of your keys.", completion: .keys)
  var account: String?
  @Option(help: "At most so many of an account's, the newest.") var limit = 50
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (road == nil) != (account == nil) else {
      throw ValidationError("name an order or a lease, or an --account")
    }
    guard (1...500).contains(limit) else { throw ValidationError("a page has 1 to 500 entries") }
  }

  func run(on console: Console) async throws {
    let address = try account.map { try KeyOptions.address($0) }
    let link = try await node.connect(console)
    var lines: [JSONValue] = []
    if let road { lines = try await runs(of: road, link) }
    if let address {
      lines = try await SettledRuns.of(address, link).suffix(limit).map(RunLineText.json)
    }
    console.result(Self.schema, ["runs": .array(lines)]) { [lines] in
      RunLineText.table(lines).text($0, empty: "no runs")
    }
  }

  private func runs(of word: String, _ link: NodeLink) async throws -> [JSONValue] {
    let kind = word.hasPrefix("lease") ? "leases" : "orders"
    let json = try await link.get("/api/\(kind)/", id: word)
    var lines: [JSONValue] = []
    for entry in json["settled"]?.array ?? [] {
      guard let row = entry["run"], let run = try? SettledRun(json: row) else { continue }
      lines.append(RunLineText.json(PlacedRun(height: entry["height"]?.uint64 ?? 0, run: run)))
    }
    for entry in json["runs"]?.array ?? [] {
      lines.append([
        "run": entry["id"] ?? .null, "index": entry["index"] ?? .null, "state": "alive",
        "outcome": .null, "height": .null, "price": .null, "providers": [],
      ])
    }
    return lines
  }
}

/// A settled run with the block that settled it.
struct PlacedRun: Sendable {
  var height: UInt64
  var time = Time.zero
  var run: SettledRun

  /// Of one run of all seats, at the units asked for.
  var price: UInt64 { run.prices.reduce(0) { $0 &+ $1 } }
}

/// Settled runs of an account, read from the blocks that settled them.
enum SettledRuns {
  /// In the order of the log. Those in which it was the buyer or had a seat.
  static func of(_ account: Address, _ link: NodeLink) async throws -> [PlacedRun] {
    let filter = EventsFilter(names: ["runSettled"], subjects: [account.padded])
    var events: [FeedEvent] = []
    var cursor = FeedCursor(height: 0)
    while true {
      let page: (events: [FeedEvent], isAll: Bool)
      do {
        page = try await link.client.history(after: cursor, filter: filter, limit: 5_000)
      } catch { throw Failure.online(error) }
      events += page.events
      guard !page.isAll, let last = page.events.last else { break }
      cursor = last.cursor
    }
    var wanted: [UInt64: Set<Bytes32>] = [:]
    for event in events { wanted[event.height, default: []].insert(event.event.subject) }
    var runs: [PlacedRun] = []
    for height in wanted.keys.sorted() {
      let json = try await link.get("/api/blocks/\(height)")
      let time = Time(json["block"]?["header"]?["time"]?.uint64 ?? 0)
      for row in json["block"]?["settled"]?.array ?? [] {
        guard let run = try? SettledRun(json: row),
          wanted[height]?.contains(run.run.digest) == true
        else { continue }
        runs.append(PlacedRun(height: height, time: time, run: run))
      }
    }
    return runs
  }
}

enum RunLineText {
  static func json(_ placed: PlacedRun) -> JSONValue {
    let run = placed.run
    return [
      "run": .string(run.run.description), "index": .unsigned(run.index), "state": "settled",
      "outcome": .string("\(run.verdict.outcome)"), "height": .unsigned(placed.height),
      "price": .unsigned(placed.price),
      "providers": .array(run.verdict.seats.map { .string($0.provider.checksummed) }),
    ]
  }

  static func table(_ lines: [JSONValue]) -> TextTable {
    var table = TextTable(
      .left("run"), .right("index"), .left("outcome"), .right("price"), .right("block"),
      .left("provider"))
    for line in lines {
      let outcome = line["outcome"]?.string
      let providers = (line["providers"]?.array ?? []).compactMap(\.string)
      let rest = providers.count > 1 ? " and \(providers.count - 1) more" : ""
      table.add(
        .init(ShortID.text(line["run"]), .handle), .init("\(line["index"]?.uint64 ?? 0)"),
        .init(outcome ?? line["state"]?.string ?? ""),
        .init(line["price"]?.uint64.map { Dollars.text(Amount($0)) } ?? ""),
        .init(line["height"]?.uint64.map { "\($0)" } ?? ""),
        .init((providers.first ?? "") + rest))
    }
    return table
  }
}
