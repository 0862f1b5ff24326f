// `tolsey auction`: what the market's auction makes of bids in a file.

import ArgumentParser
import Market
import Primitives

struct AuctionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "auction", abstract: "Try the auction on bids of your own.",
    subcommands: [AuctionTry.self])
}

struct AuctionTry: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "try", abstract: "Run auctions from a file by the rules of the market.",
    discussion: """
      The file is JSON: one auction, a list, or an object with a list under 'scoring'. An auction \
      is {"bids": [["id", price, weightPpm, tiebreak], ...], "k": 1, "reserve": limit}, prices in \
      millionths of a dollar. Winners and payments that stand there are compared.
      """)
  static let schema = "auction.try/1"

  @OptionGroup var global: GlobalOptions
  @Argument(help: "A JSON file.") var file: String

  func run(on console: Console) throws {
    let json = try LocalFile.json(file)
    let cases = try LocalFile.naming(file) { () throws(Refusal) in
      try AuctionCase.all(in: json)
    }
    let names = (json.array ?? json["scoring"]?.array ?? [json]).map { $0["name"]?.string }
    let data: JSONValue = [
      "cases": .array(zip(cases, names).map { AuctionTry.data($0, name: $1) })
    ]
    let missed = cases.indices.filter { cases[$0].isMet == false }
    let failure = missed.first.map { first in
      Failure(
        .refused, code: "otherAward",
        "\(missed.count) of \(cases.count) auctions end otherwise than the file expects, "
          + "the first is number \(first)",
        hint: "compare its winners and payments with those above")
    }
    try console.verdict(Self.schema, data, failing: failure) { paint in
      var table = TextTable(.right("case"), .left("winner"), .right("pays"), .left("note"))
      for (index, one) in cases.enumerated() {
        let name = names[index] ?? String(index)
        let note = one.isMet.map { $0 ? "as expected" : "not as expected" } ?? ""
        if one.winners.isEmpty {
          table.add(.init(name), "-", "-", .init(AuctionCase.tooFew, .caution))
        }
        for winner in one.winners {
          let pays = Dollars.text(winner.amount)
          table.add(.init(name), .init(winner.name), .init(pays), .init(note))
        }
      }
      return table.text(paint, empty: "no auctions in the file")
    }
  }

  private static func data(_ one: AuctionCase, name: String?) -> JSONValue {
    var members: [JSONValue.Member] = []
    if let name { members.append(.init(name: "name", value: .string(name))) }
    members.append(.init(name: "winners", value: .array(one.winners.map { .string($0.name) })))
    members.append(
      .init(name: "payments", value: .array(one.winners.map { .unsigned($0.amount.units) })))
    if one.winners.isEmpty {
      members.append(.init(name: "reason", value: .string(AuctionCase.tooFew)))
    }
    return .object(members)
  }
}
