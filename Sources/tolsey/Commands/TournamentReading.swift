// `tolsey tournament list` and `show`: tournaments as a node has them.

import ArgumentParser
import NetworkRoom
import Primitives

struct TournamentList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tournaments of a network.",
    discussion: "Those that are over stay for a month.")
  static let schema = "tournament.list/1"

  @Option(help: "Go on after this number.") var after: UInt64?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await link.get("/tournaments.json" + (after.map { "?after=\($0)" } ?? ""))
    let now = try await link.marketNow()
    console.result(Self.schema, SubnetText.data(json)) { paint in
      var table = TextTable(
        .right("tournament"), .left("name"), .left("state"), .right("purse"), .right("entries"),
        .right("staked"), .left("next"), .left("owner"))
      for entry in json["tournaments"]?.array ?? [] {
        table.add(
          .init(SubnetText.count(entry, "number"), .handle), .init(entry["name"]?.string ?? ""),
          TournamentText.state(entry), .init(SubnetText.money(entry, "purse")),
          .init("\(SubnetText.count(entry, "entries"))/\(SubnetText.count(entry, "room"))"),
          .init(SubnetText.money(entry, "staked")), .init(TournamentText.next(entry, now)),
          .init(SubnetText.brief(entry["owner"])))
      }
      return table.text(paint, empty: "no tournaments; 'tolsey tournament create' makes one")
    }
    if let next = json["next"]?.uint64 { console.note("there are more: add --after \(next)") }
  }
}

struct TournamentShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a tournament, and its board.",
    discussion: "Scores are correlations with the truth, each with its interval at 95 %.")
  static let schema = "tournament.show/1"

  @OptionGroup var which: TournamentOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await TournamentFacts.read(link, which.tournament).json
    let now = try await link.marketNow()
    console.result(Self.schema, SubnetText.data(json)) { paint in
      [
        TournamentText.fields(json, now).text(paint),
        TournamentText.board(json).text(paint, empty: "nobody has entered yet"),
        TournamentText.sponsors(json).text(paint, empty: "nobody pays for it"),
      ].joined(separator: "\n\n")
    }
  }
}

/// Tournaments as their pages give them, laid out for people.
enum TournamentText {
  static func state(_ json: JSONValue) -> TextTable.Cell {
    let state = json["state"]?.string ?? ""
    return .init(state, state == "void" ? .caution : .good)
  }

  /// What comes next, and in what time.
  static func next(_ json: JSONValue, _ now: Time) -> String {
    func left(_ name: String) -> UInt64? {
      guard let at = json[name]?.uint64, at > now.milliseconds else { return nil }
      return at - now.milliseconds
    }
    switch json["state"]?.string {
    case "open":
      if let time = left("closes") { return "entries close in \(SubnetText.span(time))" }
      if let time = left("revealsBegin") { return "a run is named within \(SubnetText.span(time))" }
      return left("revealsEnd").map { "reveals end in \(SubnetText.span($0))" } ?? "reveals end now"
    case "waiting":
      return left("truthEnds").map { "the truth within \(SubnetText.span($0))" } ?? "void now"
    case "scoring": return "paid by the next block"
    default: return "over"
    }
  }

  static func fields(_ json: JSONValue, _ now: Time) -> TextFields {
    var fields = TextFields()
    fields.add(
      "tournament",
      .init("\(SubnetText.count(json, "number")) \(json["name"]?.string ?? "")", .handle))
    fields.add("owner", .init(json["owner"]?.string ?? ""))
    fields.add("state", state(json))
    fields.add("next", .init(next(json, now)))
    fields.add("purse", .init(SubnetText.money(json, "purse")))
    fields.add("staked", .init(SubnetText.money(json, "staked")))
    fields.add("factor", .init(ppm(json["factor"]?.uint64 ?? 0)))
    fields.add("truth by", .init(truth(json)))
    fields.add("paid", .init(SubnetText.money(json, "paid")))
    fields.add("burnt", .init(SubnetText.money(json, "burnt")))
    return fields
  }

  private static func truth(_ json: JSONValue) -> String {
    let check = json["source"]?["check"]?["kind"]?.string ?? ""
    return check.isEmpty ? "the owner's word" : "a run under '\(check)' that the owner buys"
  }

  /// A decimal number as the page wrote it; nothing where there is none.
  private static func digits(_ json: JSONValue?) -> String {
    if case .decimal(let digits) = json { digits } else { "" }
  }

  private static func ppm(_ ppm: UInt64) -> String { Percent.text(ppm) }

  static func board(_ json: JSONValue) -> TextTable {
    var table = TextTable(
      .left("account"), .right("stake"), .left("forecast"), .right("score"), .right("interval"),
      .right("won"), .right("burnt"))
    let isShut = json["state"]?.string != "open"
    for entry in ranked(json["board"]?.array ?? []) {
      let interval = (entry["interval"]?.array ?? []).map { digits($0) }
      table.add(
        .init(SubnetText.brief(entry["account"])), .init(SubnetText.money(entry, "stake")),
        .init(
          entry["revealed"]?.bool == true ? "revealed" : isShut ? "stayed shut" : "sealed"),
        .init(digits(entry["score"])),
        .init(interval.count == 2 ? "\(interval[0]) to \(interval[1])" : ""),
        .init(SubnetText.money(entry, "earned")), .init(SubnetText.money(entry, "burnt")))
    }
    return table
  }

  /// The best first; whoever has no score stands in the order of entry, behind the others.
  private static func ranked(_ board: [JSONValue]) -> [JSONValue] {
    let scores = board.map { Double(digits($0["score"])) ?? -.infinity }
    return board.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.map { board[$0] }
  }

  static func sponsors(_ json: JSONValue) -> TextTable {
    var table = TextTable(.left("sponsor"), .right("put in"))
    for sponsor in json["sponsors"]?.array ?? [] {
      table.add(
        .init(SubnetText.brief(sponsor["account"])), .init(SubnetText.money(sponsor, "amount")))
    }
    return table
  }
}
