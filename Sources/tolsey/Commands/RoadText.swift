// Objects of the road as the API gives them, laid out for people.

import Market
import Primitives

enum RoadText {
  /// The id, then every field of the row that says something, then what was settled.
  ///
  /// - Parameter now: market time, from which deadlines are counted.
  static func text(_ json: JSONValue, _ kind: String, now: Time? = nil, _ paint: Paint) -> String {
    var fields = TextFields()
    if let id = json["id"]?.string { fields.add(kind, .init(id, .handle)) }
    if let isAlive = json["alive"]?.bool {
      fields.add("state", isAlive ? .init("alive", .good) : .init("over", .faint))
    }
    if let lease = json["lease"]?.string { fields.add("lease", .init(lease, .handle)) }
    if let index = json["index"]?.uint64 { fields.add("index", .init("\(index)")) }
    for section in [kind, "tender"] {
      for member in json[section]?.members ?? [] {
        add(member.name, member.value, now, to: &fields)
      }
    }
    for entry in json["settled"]?.array ?? [] { add(settled: entry, to: &fields) }
    return fields.text(paint)
  }

  private static func add(settled entry: JSONValue, to fields: inout TextFields) {
    let run = entry["run"]
    fields.add("settled in block", .init("\(entry["height"]?.uint64 ?? 0)"))
    if let number = run?["verdict"]?["outcome"]?.uint64,
      let outcome = UInt8(exactly: number).flatMap(Outcome.init(rawValue:))
    {
      fields.add("outcome", .init("\(outcome)", outcome.isGood ? .good : .bad))
    }
    for payout in run?["payouts"]?.array ?? [] {
      let amount = Dollars.text(Amount(payout["amount"]?.uint64 ?? 0))
      let account = payout["account"]?.string.flatMap(Address.init(hex:))
      let who =
        switch payout["kind"]?.uint64 {
        case 2: "treasury"
        case 3: "operator"
        default: account?.checksummed ?? "?"
        }
      fields.add("paid out", .init("\(amount) to \(who)"))
    }
  }

  /// What only programs need; `--json` has it.
  private static let hidden: Set = [
    "saltCommitment", "input", "fixed", "beacon", "closedAt", "termsVersion", "firstInput",
    "lists", "startedBy", "postedKey", "output", "game", "remaining", "demand", "request.lists",
  ]

  /// Names of fields that hold money.
  private static let money: Set = [
    "slotBond", "escrow", "stake", "bidBond", "locked", "price", "bond", "amount",
  ]

  private static func add(
    _ name: String, _ value: JSONValue, _ now: Time?, to fields: inout TextFields
  ) {
    if hidden.contains(name) { return }
    if name.hasSuffix("spec"), let bytes = value.string.flatMap(Hex.decode) {
      fields.add("model", .init(Offers.model(bytes), .handle))
      return
    }
    if name == "deadline", let time = value.uint64 {
      fields.add(name, .init(span(from: now, to: time)))
      return
    }
    switch value {
    case .object(let members):
      if let amount = value["amount"]?.uint64, let per = value["per"]?.uint64 {
        fields.add(name, .init("\(Dollars.text(Amount(amount))) per \(per)"))
        return
      }
      if let kind = value["kind"]?.string {
        fields.add(name, .init(kind))
        return
      }
      for member in members { add("\(name).\(member.name)", member.value, now, to: &fields) }
    case .array(let values):
      fields.add(name, .init(values.isEmpty ? "none" : "\(values.count)"))
    case .string(let text):
      fields.add(name, .init(Address(hex: text)?.checksummed ?? text))
    case .unsigned(let number):
      fields.add(name, .init(money.contains(name) ? Dollars.text(Amount(number)) : "\(number)"))
    default:
      if let number = value.uint64, money.contains(name) {
        fields.add(name, .init(Dollars.text(Amount(number))))
      } else {
        fields.add(name, .init(value.text))
      }
    }
  }

  /// How far a deadline is off, in either direction.
  static func span(from now: Time?, to time: UInt64) -> String {
    guard let now, time != UInt64.max else { return time == UInt64.max ? "none" : "\(time)" }
    let milliseconds = now.milliseconds
    return milliseconds <= time
      ? "in \((time - milliseconds + 999) / 1000) s" : "\((milliseconds - time) / 1000) s ago"
  }
}
