// `tolsey bid show`: one bid, from the message that made it and the order that it is for.

import ArgumentParser
import Chain
import Market
import NetworkRoom
import Primitives

struct BidShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a bid, as long as its order is open.")
  static let schema = "bid.show/1"

  @Argument(help: "Its whole id.") var bid: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let id: Bytes32
    do throws(Refusal) { id = try PrintedID.parse(BidKind.prefix, bid) } catch {
      throw Failure(
        .usage, code: error.code, "\(bid) is no whole id of a bid",
        hint: "see 'tolsey bid list ORDER --json' for whole ids")
    }
    let link = try await node.connect(console)
    let message: Message?
    do { message = try await link.market.message(id) } catch { throw Failure.online(error) }
    guard case .placeBid(let placed)? = message else {
      throw Failure(
        .refused, code: "notFound", "no bid \(PrintedID.short(BidKind.prefix, id)) is known here",
        hint: "see 'tolsey bid list ORDER'")
    }
    let json = try await link.get("/api/bids?order=\(placed.order.digest)")
    let row = json["bids"]?.array?.first { $0["id"]?.string == bid }
    let data: JSONValue = [
      "id": .string(bid), "order": .string(placed.order.description),
      "bidder": .string(placed.head.from.checksummed), "alive": .bool(row != nil),
      "bid": row?["bid"] ?? .null,
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("bid", .init(bid, .handle))
      fields.add("order", .init(placed.order.description, .handle))
      fields.add("bidder", .init(placed.head.from.checksummed))
      guard let row = row?["bid"], let found = try? Bid(json: row) else {
        fields.add("state", .init("over: its auction has ended", .faint))
        return fields.text(paint)
      }
      fields.add("bond", .init(Dollars.text(found.bond)))
      fields.add("price", .init(found.revealed ? Dollars.text(found.price) : "sealed"))
      return fields.text(paint)
    }
  }
}
