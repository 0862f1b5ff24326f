// `tolsey topic list` and `show`: topics as a node has them.

import ArgumentParser
import NetworkRoom
import Primitives

struct TopicList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the topics of a network.")
  static let schema = "topic.list/1"

  @Option(help: "Go on after this number.") var after: UInt64?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await link.get("/topics.json" + (after.map { "?after=\($0)" } ?? ""))
    let now = try await link.marketNow()
    console.result(Self.schema, SubnetText.data(json)) { paint in
      var table = TextTable(
        .right("topic"), .left("name"), .left("state"), .right("paid an epoch"),
        .right("staked"), .right("epoch"), .left("now"), .left("question"))
      for entry in json["topics"]?.array ?? [] {
        table.add(
          .init(SubnetText.count(entry, "number"), .handle), .init(entry["name"]?.string ?? ""),
          SubnetText.state(entry), .init(SubnetText.money(entry, "rate")),
          .init(SubnetText.money(entry, "staked")), .init(SubnetText.count(entry, "epoch")),
          .init(TopicText.quarter(entry, now)), .init(entry["question"]?.string ?? ""))
      }
      return table.text(paint, empty: "no topics; 'tolsey topic create' makes one")
    }
    if let next = json["next"]?.uint64 { console.note("there are more: add --after \(next)") }
  }
}

struct TopicShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a topic: its answer, its members, its latest epochs.",
    discussion: """
      Regret is by how much the network's loss was greater than the member's, averaged: the \
      greater, the more it counts in the answer.
      """)
  static let schema = "topic.show/1"

  @OptionGroup var which: TopicOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await TopicFacts.read(link, which.topic).json
    let now = try await link.marketNow()
    console.result(Self.schema, SubnetText.data(json)) { paint in
      [
        TopicText.fields(json, now).text(paint),
        TopicText.members(json).text(paint, empty: "nobody has a place yet"),
        TopicText.epochs(json).text(paint, empty: "no epoch is over yet"),
        SubnetText.grants(json).text(paint, empty: "nobody pays for it now"),
      ].joined(separator: "\n\n")
    }
  }
}

/// Topics as their pages give them, laid out for people.
enum TopicText {
  private static let quarters = [
    "work is sealed", "work is shown", "the truth is sealed", "the truth is shown",
  ]

  /// What the running quarter is for, and how long it runs.
  static func quarter(_ json: JSONValue, _ now: Time) -> String {
    guard let quarter = json["quarter"]?.uint64, (1...4).contains(quarter),
      let ends = json["quarterEnds"]?.uint64
    else { return "" }
    let left = SubnetText.span(ends - min(ends, now.milliseconds))
    return "\(quarters[Int(quarter) - 1]) for \(left)"
  }

  /// A decimal number as the page wrote it; nothing where there is none.
  static func digits(_ json: JSONValue?) -> String {
    switch json {
    case .decimal(let digits): digits
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    default: ""
    }
  }

  static func fields(_ json: JSONValue, _ now: Time) -> TextFields {
    var fields = TextFields()
    fields.add(
      "topic",
      .init("\(SubnetText.count(json, "number")) \(json["name"]?.string ?? "")", .handle))
    fields.add("question", .init(json["question"]?.string ?? ""))
    fields.add("owner", .init(json["owner"]?.string ?? ""))
    fields.add("state", SubnetText.state(json))
    fields.add("epoch", .init(SubnetText.count(json, "epoch")))
    fields.add("now", .init(quarter(json, now)))
    let answer = digits(json["answer"])
    fields.add("answer", .init(answer.isEmpty ? "not yet" : answer))
    fields.add("paid an epoch", .init(SubnetText.money(json, "rate")))
    fields.add("carried", .init(SubnetText.money(json, "carried")))
    return fields
  }

  static func members(_ json: JSONValue) -> TextTable {
    var table = TextTable(
      .left("role"), .right("place"), .left("account"), .right("stake"), .right("regret"),
      .right("weight"), .left("says"), .right("earned"), .right("in all"))
    for member in json["members"]?.array ?? [] {
      table.add(
        .init(member["role"]?.string ?? ""), .init(SubnetText.count(member, "place")),
        .init(SubnetText.brief(member["account"])), .init(SubnetText.money(member, "stake")),
        .init(digits(member["regret"])), .init(digits(member["weight"])), says(member),
        .init(SubnetText.money(member, "earned")), .init(SubnetText.money(member, "total")))
    }
    return table
  }

  private static func says(_ member: JSONValue) -> TextTable.Cell {
    let shown = member["shown"]?.array ?? []
    if shown.count == 1 { return .init(digits(shown[0])) }
    if !shown.isEmpty { return .init("\(shown.count) losses") }
    return member["seal"]?.string == nil ? .init("") : .init("sealed", .caution)
  }

  /// `noAnswer` as people write it.
  private static func spaced(_ word: String) -> String {
    word.reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
  }

  static func epochs(_ json: JSONValue) -> TextTable {
    var table = TextTable(
      .right("epoch"), .left("end"), .right("answer"), .right("truth"), .right("loss"),
      .right("budget"), .right("paid"))
    for epoch in json["epochs"]?.array ?? [] {
      table.add(
        .init(SubnetText.count(epoch, "epoch")), .init(spaced(epoch["outcome"]?.string ?? "")),
        .init(digits(epoch["answer"])), .init(digits(epoch["truth"])),
        .init(digits(epoch["loss"])), .init(SubnetText.money(epoch, "budget")),
        .init(SubnetText.money(epoch, "paid")))
    }
    return table
  }
}
