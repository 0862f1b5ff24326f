// `tolsey offer`: prices that wait until somebody takes them.

import Agents
import ArgumentParser
import Chain
import Inference
import Market
import NetworkRoom
import Primitives

struct OfferCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offer", abstract: "Offers: runs at a posted price.",
    subcommands: [
      ListCommand<OfferNoun>.self, OfferShow.self, OfferPost.self, OfferTopUp.self,
      OfferWithdraw.self,
    ])
}

/// What stands on the market.
enum Offers {
  static func all(
    _ link: NodeLink, of provider: Address? = nil
  ) async throws -> [Listed<Offer>] {
    var offers: [Listed<Offer>] = []
    var cursor: String?
    repeat {
      let page = try await link.ask { [cursor] client throws(ClientError) in
        try await client.offers(of: provider, cursor: cursor)
      }
      offers += page.items
      cursor = page.cursor
    } while cursor != nil
    return offers
  }

  /// Those that a want could take now, the cheapest first.
  static func fitting(
    _ link: NodeLink, _ want: Want, for buyer: Address
  ) async throws -> [(offer: Listed<Offer>, price: Amount)] {
    var found: [(offer: Listed<Offer>, price: Amount)] = []
    for entry in try await all(link) {
      let offer = entry.row
      guard offer.work == want.work, offer.spec == want.spec, offer.check == want.check,
        offer.free > 0, !offer.withdrawn, offer.provider != buyer,
        offer.maxUnits >= want.units, offer.runTime <= want.runTime,
        let price = try? offer.rate.price(of: want.units),
        let limit = try? want.limit.price(of: want.units), price <= limit
      else { continue }
      found.append((entry, price))
    }
    return found.sorted { ($0.price, $0.offer.id) < ($1.price, $1.offer.id) }
  }

  /// The model that a spec names, for people.
  static func model(_ spec: [UInt8]) -> String {
    guard let spec = try? CBOR.decode(InferenceSpec.self, from: spec) else { return "?" }
    return PrintedID.short("model", spec.model)
  }

  static func rate(_ rate: Rate) -> String {
    rate.per == 1 ? Dollars.text(rate.amount) : "\(Dollars.text(rate.amount)) per \(rate.per)"
  }
}

struct OfferShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an offer.")
  static let schema = "offer.show/1"

  @Argument(help: "Its id, or the start of it.") var offer: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let link = try await node.connect(console)
    let json = try await link.get("/api/offers/", id: offer)
    let now = try await link.marketNow()
    console.result(Self.schema, json) { RoadText.text(json, "offer", now: now, $0) }
  }
}

struct OfferPost: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "post", abstract: "Post an offer by hand.",
    discussion: """
      Somebody has to serve the leases that come of it: 'tolsey sell' posts its own offers and \
      does. Each run of the capacity locks a bond.
      """)
  static let schema = "offer.post/1"

  @OptionGroup var turned: ListOptions
  @Option(help: "The model: an id that was added here, or the start of one.") var model: String
  @Option(help: "The price of a run, in dollars.") var price: String
  @Option(help: "Runs that may be open at once.") var capacity: UInt64 = 1
  @Option(help: "Seconds from the input to the answer.") var runTime: UInt64 = 60
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let price = try Dollars.required(price)
    let lists = try turned.lists()
    let model = try ModelFolder().model(model)
    let (_, key) = try key.open()
    let wallet = Wallet(try await node.connect(console), key)
    try await wallet.publishKey()
    let settlement = try await wallet.send { head in
      var m = PostOffer()
      m.head = head
      m.work = InferenceWork.name
      m.spec = InferenceSpec(model: model.id.digest).encoded
      m.check = CheckTerms(OpenCheck.name)
      m.rate = Rate(price)
      m.runTime = runTime
      m.capacity = capacity
      m.lists = lists
      return .postOffer(m)
    }
    let id = OfferID(settlement.id)
    let data: JSONValue = [
      "id": .string(id.description), "height": .unsigned(settlement.height),
    ]
    console.result(Self.schema, data) { "posted \($0(.handle, id.short))" }
  }
}

struct OfferWithdraw: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Take your offer off the market.")
  static let schema = "offer.withdraw/1"

  @Argument(help: "Its id, or the start of it.") var offer: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let id = OfferID(try link.digest(in: await link.get("/api/offers/", id: offer)))
    let settlement = try await Wallet(link, key).send { head in
      var m = WithdrawOffer()
      m.head = head
      m.offer = id
      return .withdrawOffer(m)
    }
    console.result(Self.schema, Wallet.data(settlement)) { "withdrew \($0(.handle, id.short))" }
  }
}
