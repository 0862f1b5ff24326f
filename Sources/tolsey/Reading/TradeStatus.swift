// `tolsey sell status` and `tolsey buy status`: one side of an account, with what is under way.

import ArgumentParser
import Chain
import Market
import NetworkRoom
import Primitives

/// What both sides ask for.
struct StatusOptions: ParsableArguments {
  @Argument(
    help: "An address, or one of your keys; the only one if you have one.", completion: .keys)
  var account: String?
  @OptionGroup var key: KeyOptions

  func address() throws -> Address { try KeyOptions.address(account ?? key.key) }
}

struct SellStatus: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Sum up a provider: slots, bonds, earnings, cost.",
    discussion: """
      It reads every run of the account that was settled. Tolls are not counted; with --cost the \
      work of each answer is.
      """)
  static let schema = "sell.status/1"

  @OptionGroup var whose: StatusOptions
  @Option(help: "What a run costs you to compute, in dollars.") var cost: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let cost = try cost.map { try Dollars.required($0) }
    let address = try whose.address()
    let link = try await node.connect(console)
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(address)
    }
    let locked = try await LockedSums(of: address, link)
    let past = PastSums(of: address, try await SettledRuns.of(address, link), cost: cost)
    let offers = try await Offers.all(link, of: address).filter { !$0.row.withdrawn }
    let bonds = try await SellerBonds(of: address, link)
    let data: JSONValue = [
      "address": .string(address.checksummed), "balance": .unsigned(account.balance.units),
      "provider": locked.provider(past),
      "offers": .array(
        offers.map {
          [
            "id": .string(OfferID($0.id).description),
            "check": .string(CheckName.text($0.row.check)),
            "price": .unsigned($0.row.rate.amount.units), "per": .unsigned($0.row.rate.per),
            "free": .unsigned($0.row.free), "busy": .unsigned($0.row.tied),
          ]
        }), "bonds": bonds.data, "height": .unsigned(account.height),
    ]
    console.result(Self.schema, data) { paint in
      var head = TextFields()
      head.add("account", .init(address.checksummed, .handle))
      head.add("balance", .init(Dollars.text(account.balance)))
      var table = TextTable(
        .left("offer"), .left("model"), .left("check"), .right("price"), .right("free"),
        .right("busy"))
      for offer in offers {
        table.add(
          .init(OfferID(offer.id).short, .handle), .init(Offers.model(offer.row.spec)),
          .init(CheckName.text(offer.row.check)), .init(Offers.rate(offer.row.rate)),
          .init("\(offer.row.free)"), .init("\(offer.row.tied)"))
      }
      let below = bonds.bonds.isEmpty ? [] : ["", bonds.text(paint)]
      return
        ([
          head.text(paint), locked.providerFields(past).text(paint), "",
          table.text(paint, empty: "no offer stands; 'tolsey sell' posts one"),
        ] + below).joined(separator: "\n")
    }
  }
}

struct BuyStatus: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Sum up a buyer: what lies in escrow, spend by day.",
    discussion: """
      Days are those of UTC. It reads every run of the account that was settled. Tolls are not \
      counted.
      """)
  static let schema = "buy.status/1"

  @OptionGroup var whose: StatusOptions
  @Option(help: "How many days to show, the newest.") var days = 14
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...3_660).contains(days) else { throw ValidationError("name 1 to 3660 days") }
  }

  func run(on console: Console) async throws {
    let address = try whose.address()
    let link = try await node.connect(console)
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(address)
    }
    let locked = try await LockedSums(of: address, link)
    let past = PastSums(of: address, try await SettledRuns.of(address, link))
    let data: JSONValue = [
      "address": .string(address.checksummed), "balance": .unsigned(account.balance.units),
      "buyer": locked.buyer(past, days: days), "height": .unsigned(account.height),
    ]
    console.result(Self.schema, data) { paint in
      var head = TextFields()
      head.add("account", .init(address.checksummed, .handle))
      head.add("balance", .init(Dollars.text(account.balance)))
      return [
        head.text(paint), locked.buyerFields(past).text(paint), "",
        past.table(days).text(paint, empty: "nothing was bought"),
      ].joined(separator: "\n")
    }
  }
}
