// `tolsey subnet list` and `show`: subnets as a node has them.

import ArgumentParser
import NetworkRoom
import Primitives

struct SubnetList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the subnets of a network.")
  static let schema = "subnet.list/1"

  @Option(help: "Go on after this number.") var after: UInt64?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await link.get("/subnets.json" + (after.map { "?after=\($0)" } ?? ""))
    let now = try await link.marketNow()
    console.result(Self.schema, SubnetText.data(json)) { paint in
      var table = TextTable(
        .right("subnet"), .left("name"), .left("state"), .right("members"), .right("paid an epoch"),
        .right("a seat"), .right("epoch"), .left("ends in"), .left("owner"))
      for entry in json["subnets"]?.array ?? [] {
        table.add(
          .init(SubnetText.count(entry, "number"), .handle), .init(entry["name"]?.string ?? ""),
          SubnetText.state(entry),
          .init("\(SubnetText.count(entry, "members"))/\(SubnetText.count(entry, "room"))"),
          .init(SubnetText.money(entry, "rate")), .init(SubnetText.money(entry, "price")),
          .init(SubnetText.count(entry, "epoch")), .init(SubnetText.ends(entry, now)),
          .init(SubnetText.brief(entry["owner"])))
      }
      return table.text(paint, empty: "no subnets; 'tolsey subnet create' makes one")
    }
    if let next = json["next"]?.uint64 { console.note("there are more: add --after \(next)") }
  }
}

struct SubnetShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a subnet, and everybody in it.",
    discussion: """
      Trust, consensus, incentive and dividends are of the last epoch, in percent; emission is \
      what the epoch paid, delegators included; updated is when the weights that count were sealed.
      """)
  static let schema = "subnet.show/1"

  enum Order: String, CaseIterable, ExpressibleByArgument {
    case uid, stake, trust, consensus, incentive, dividends, emission, updated, permit, take
  }

  @OptionGroup var which: SubnetOptions
  @Option(help: "By what the members are sorted.") var sort = Order.uid
  @Option(help: "Also what this account has staked: an address, or one of your keys.")
  var account: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let owner = try account.map(KeyOptions.address)
    let link = try await node.connect(console)
    let json: JSONValue
    do {
      json = try await link.get(
        "/subnets/\(which.subnet).json?sort=\(sort.rawValue)"
          + (owner.map { "&account=\($0)" } ?? ""))
    } catch let failure as Failure where failure.code == "notFound" {
      throw Failure(Refusal("noSuchSubnet", [Number("subnet", which.subnet)]))
    }
    let now = try await link.marketNow()
    console.result(Self.schema, SubnetText.data(json)) { paint in
      var parts = [
        SubnetText.fields(json, now).text(paint),
        SubnetText.seats(json, now).text(paint, empty: "nobody has taken a seat yet"),
        SubnetText.grants(json).text(paint, empty: "nobody pays for it now"),
      ]
      if owner != nil {
        parts.append(
          SubnetText.stakes(json, now).text(
            paint, empty: "the account has nothing on those who have a seat"))
      }
      return parts.joined(separator: "\n\n")
    }
  }
}

/// Subnets as their pages give them, laid out for people.
enum SubnetText {
  /// What was read, without the moment at which the page was made.
  static func data(_ json: JSONValue) -> JSONValue {
    .object((json.members ?? []).filter { $0.name != "made" })
  }

  static func count(_ json: JSONValue, _ name: String) -> String {
    "\(json[name]?.uint64 ?? 0)"
  }

  static func money(_ json: JSONValue, _ name: String) -> String {
    Dollars.text(Amount(json[name]?.uint64 ?? 0))
  }

  static func brief(_ account: JSONValue?) -> String {
    String((account?.string ?? "").prefix(10)) + "…"
  }

  static func state(_ json: JSONValue) -> TextTable.Cell {
    let state = json["state"]?.string ?? ""
    return .init(state, state == "open" ? .good : .caution)
  }

  /// `90 s`, `12 min`, `5 h`, `3 d`.
  static func span(_ milliseconds: UInt64) -> String {
    let seconds = milliseconds / 1_000
    switch seconds {
    case 0..<120: return "\(seconds) s"
    case 120..<7_200: return "\(seconds / 60) min"
    case 7_200..<172_800: return "\(seconds / 3_600) h"
    default: return "\(seconds / 86_400) d"
    }
  }

  static func ends(_ json: JSONValue, _ now: Time) -> String {
    guard let ends = json["epochEnds"]?.uint64, Time(ends) != .never else { return "never" }
    return ends <= now.milliseconds ? "now" : span(ends - now.milliseconds)
  }

  /// 65535ths in percent.
  private static func share(_ json: JSONValue, _ name: String) -> TextTable.Cell {
    let part = min(json[name]?.uint64 ?? 0, 65_535)
    return .init(part == 0 ? "0" : Share.percent(UInt32(part * 1_000_000 / 65_535)))
  }

  /// A validator's; nobody's weights are compared but its own.
  private static func trust(_ seat: JSONValue) -> TextTable.Cell {
    seat["permit"]?.bool != true && seat["trust"]?.uint64 == 0 ? .init("–") : share(seat, "trust")
  }

  static func fields(_ json: JSONValue, _ now: Time) -> TextFields {
    var fields = TextFields()
    fields.add(
      "subnet", .init("\(count(json, "number")) \(json["name"]?.string ?? "")", .handle))
    fields.add("owner", .init(json["owner"]?.string ?? ""))
    fields.add("state", state(json))
    fields.add("epoch", .init("\(count(json, "epoch")), ends in \(ends(json, now))"))
    fields.add("paid an epoch", .init(money(json, "rate")))
    fields.add("carried", .init(money(json, "carried")))
    fields.add("a seat costs", .init(money(json, "price")))
    if let routing = json["routing"], routing["share"] != nil {
      fields.add(
        "routed here",
        .init(
          "\(count(routing, "runs")) runs that earned \(money(routing, "earned")), "
            + "\(money(routing, "paid")) of it for the budget, "
            + "at \(Percent.text(routing["share"]?.uint64 ?? 0))"))
    }
    if let asset = json["asset"], asset["name"]?.string != nil { add(asset, to: &fields) }
    if let pool = json["pool"], pool["seeder"]?.string != nil { add(pool: pool, to: &fields) }
    return fields
  }

  /// The own asset; its units have six decimals, as dollars have.
  private static func add(_ asset: JSONValue, to fields: inout TextFields) {
    func units(_ name: String) -> String { Dollars.digits(Amount(asset[name]?.uint64 ?? 0)) }
    fields.add(
      "own asset",
      .init("\(asset["name"]?.string ?? ""), \(units("circulating")) of \(units("cap")) out"))
    let halves = asset["halves"]?.uint64.map { ", halves at epoch \($0)" } ?? ""
    fields.add("an epoch pays", .init(units("emission") + halves))
  }

  private static func add(pool: JSONValue, to fields: inout TextFields) {
    let own = Dollars.digits(Amount(pool["own"]?.uint64 ?? 0))
    let isOver = pool["isOver"]?.bool == true
    let left = isOver ? ", left by its seeder: it only buys back" : ""
    fields.add("pool", .init("\(money(pool, "dollars")) beside \(own)\(left)"))
    fields.add(
      "its value", .init("\(money(pool, "value")), on average \(money(pool, "average"))"))
    fields.add("from the root", .init(money(pool, "fed")))
  }

  /// A line a seat, in the columns that tables of subnets have.
  static func seats(_ json: JSONValue, _ now: Time) -> TextTable {
    let now = now.milliseconds
    var table = TextTable(
      .right("uid"), .left("account"), .right("stake"), .right("vtrust"), .right("consensus"),
      .right("incentive"), .right("dividends"), .right("emission"), .left("updated"),
      .left("permit"))
    for seat in json["seats"]?.array ?? [] {
      let updated = seat["updated"]?.uint64 ?? 0
      let owes = seat["owed"]?.string != nil
      table.add(
        .init(count(seat, "uid")), .init(brief(seat["account"])),
        .init(money(seat, "staked")), trust(seat), share(seat, "consensus"),
        share(seat, "incentive"), share(seat, "dividends"), .init(money(seat, "emission")),
        .init(updated == 0 ? "never" : span(now - min(now, updated)) + " ago"),
        seat["permit"]?.bool == true
          ? .init(owes ? "yes, owes weights" : "yes", owes ? .caution : .good) : .init(""))
    }
    return table
  }

  /// Who pays, with the ids by which grants are withdrawn.
  static func grants(_ json: JSONValue) -> TextTable {
    var table = TextTable(
      .left("sponsor"), .right("an epoch"), .right("to come"), .left("grant"))
    for grant in json["grants"]?.array ?? [] {
      table.add(
        .init(brief(grant["sponsor"])), .init(money(grant, "perEpoch")),
        .init(money(grant, "left")), .init(grant["id"]?.string ?? "", .handle))
    }
    return table
  }

  /// What one account has staked.
  static func stakes(_ json: JSONValue, _ now: Time) -> TextTable {
    var table = TextTable(
      .right("on uid"), .left("account"), .right("worth"), .right("leaving"), .left("paid out in"))
    for stake in json["stakes"]?.array ?? [] {
      let leaves = stake["leaves"]?.uint64
      table.add(
        .init(count(stake, "uid")), .init(brief(stake["validator"])),
        .init(money(stake, "worth")), .init(money(stake, "leaving")),
        .init(leaves.map { span($0 - min($0, now.milliseconds)) } ?? ""))
    }
    return table
  }
}
