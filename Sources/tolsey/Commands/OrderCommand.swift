// `tolsey order`: what a run would cost, and the orders on the market.

import ArgumentParser
import Chain
import Inference
import Kernel
import Market
import NetworkRoom
import Primitives

struct OrderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "order", abstract: "Orders: requests that providers bid for.",
    subcommands: [
      OrderQuote.self, OrderCreate.self, ListCommand<OrderNoun>.self, OrderShow.self,
      OrderCancel.self, OrderRelease.self,
    ])
}

struct OrderShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an order, its auction and what came of it.")
  static let schema = "order.show/1"

  @Argument(help: "Its id, or the start of it.") var order: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await link.get("/api/orders/", id: order)
    let now = try await link.marketNow()
    console.result(Self.schema, json) { RoadText.text(json, "order", now: now, $0) }
  }
}

struct OrderCancel: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Take an order back before the first bid.")
  static let schema = "order.cancel/1"

  @Argument(help: "Its id, or the start of it.") var order: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let id = OrderID(try link.digest(in: await link.get("/api/orders/", id: order)))
    let settlement = try await Wallet(link, key).send { head in
      var m = CancelOrder()
      m.head = head
      m.order = id
      return .cancelOrder(m)
    }
    console.result(Self.schema, Wallet.data(settlement)) { paint in
      "cancelled \(paint(.handle, id.short)); its money is back"
    }
  }
}

struct BidCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bid", abstract: "Bids: sealed prices for an order.",
    subcommands: [BidList.self, BidShow.self])
}

struct BidList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the bids on an order.")
  static let schema = "bid.list/1"

  @Argument(help: "The order's id, or the start of it.") var order: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let json = try await node.connect(console).get("/api/bids?order=", id: order)
    console.result(Self.schema, json) { paint in
      var table = TextTable(.left("bid"), .left("bidder"), .right("bond"), .right("price"))
      for entry in json["bids"]?.array ?? [] {
        let bid = entry["bid"]
        let isOpen = bid?["revealed"]?.bool ?? false
        table.add(
          .init(String((entry["id"]?.string ?? "").prefix(14)), .handle),
          .init(entry["bidder"]?.string ?? ""),
          .init(Dollars.text(Amount(bid?["bond"]?.uint64 ?? 0))),
          .init(isOpen ? Dollars.text(Amount(bid?["price"]?.uint64 ?? 0)) : "sealed"))
      }
      return table.text(paint, empty: "no bids")
    }
  }
}
