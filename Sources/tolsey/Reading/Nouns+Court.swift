// The nouns of the court as lists and lines: auditors, published models.

import ArgumentParser
import Inference
import Market
import Primitives

enum AuditorNoun: ListedNoun, ShownNoun {
  typealias Filters = AuditorFilters
  static let noun = "auditor"
  static let listAbstract = "List who stands ready to do runs again."
  static let listPath = "/api/auditors"
  static let empty = "nobody stands ready; 'tolsey check --bond' registers"
  static let columns: [TextTable.Column] = [
    .left("auditor"), .right("bond"), .right("tied"), .right("audits"), .right("models"),
    .left("state"),
  ]
  static let showAbstract = "Show an auditor: its bond, and what it can do again."
  static let wordHelp = "An address, or one of your keys."

  static func cells(_ item: JSONValue) -> [TextTable.Cell] {
    let name = item["address"]?.string ?? ""
    guard let json = item["auditor"], let auditor = try? Auditor(json: json) else {
      return [.init(name, .handle)]
    }
    return [
      .init(name, .handle), .init(Dollars.text(auditor.bond)), .init(Dollars.text(auditor.tied)),
      .init("\(auditor.open)"), .init("\(auditor.subjects.count)"),
      auditor.leaves == .never ? .init("ready", .good) : .init("leaving", .caution),
    ]
  }

  static func path(of word: String) throws -> String {
    "/api/auditors/\(try KeyOptions.address(word))"
  }

  static func text(_ json: JSONValue, now: Time, _ paint: Paint) -> String {
    var fields = TextFields()
    fields.add("auditor", .init(json["address"]?.string ?? "", .handle))
    if let row = json["auditor"], let auditor = try? Auditor(json: row) {
      fields.add("bond", .init(Dollars.text(auditor.bond)))
      fields.add("tied", .init("\(Dollars.text(auditor.tied)) in \(auditor.open) audits"))
      fields.add("run by", .init(auditor.owner.checksummed))
      fields.add("drawn from", .init("block \(auditor.since)"))
      fields.add(
        "state",
        auditor.leaves == .never
          ? .init("ready", .good)
          : .init("leaves " + RoadText.span(from: now, to: auditor.leaves.milliseconds), .caution))
      for model in auditor.subjects {
        fields.add("model", .init(PrintedID.full("model", model), .handle))
      }
    }
    return fields.text(paint)
  }
}

enum PublishedModelNoun: ListedNoun, ShownNoun {
  typealias Filters = PublisherFilters
  static let noun = "model.published"
  static let listAbstract = "List the models that are published on a network."
  static let listPath = "/api/models"
  static let empty = "no model is published; 'tolsey sell --check disputable' publishes one"
  static let columns: [TextTable.Column] = [
    .left("model"), .right("input"), .right("output"), .left("publisher"),
  ]
  static let showAbstract = "Show the card of a model that is published on a network."
  static let wordHelp = "Its id, 0x…, or the start of one that was added here."

  static func cells(_ item: JSONValue) -> [TextTable.Cell] {
    [
      .init(id(item).map { PrintedID.short("model", $0) } ?? "?", .handle),
      .init(ByteCount.text(item["card"]?["inputBytes"]?.uint64 ?? 0)),
      .init(ByteCount.text(item["card"]?["outputBytes"]?.uint64 ?? 0)),
      .init(item["card"]?["publisher"]?.string.flatMap(Address.init(hex:))?.checksummed ?? ""),
    ]
  }

  private static func id(_ json: JSONValue) -> Bytes32? {
    json["model"]?.string.flatMap(Bytes32.init(hex:))
  }

  static func path(of word: String) throws -> String {
    "/api/models/\(try ModelWord.digest(word))"
  }

  static func text(_ json: JSONValue, now: Time, _ paint: Paint) -> String {
    var fields = TextFields()
    if let id = id(json) { fields.add("model", .init(PrintedID.full("model", id), .handle)) }
    for member in json["card"]?.members ?? [] {
      let text = member.value.string.flatMap(Address.init(hex:))?.checksummed ?? member.value.text
      fields.add(member.name, .init(text))
    }
    return fields.text(paint)
  }
}

struct AuditorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "auditor", abstract: "Auditors: who is drawn to do runs again.",
    subcommands: [ListCommand<AuditorNoun>.self, ShowCommand<AuditorNoun>.self])
}

struct PublishedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "published", abstract: "Models that a network knows, so that they can be judged.",
    subcommands: [ListCommand<PublishedModelNoun>.self, ShowCommand<PublishedModelNoun>.self])
}
