// `tolsey order quote` and `order create`: what a run would cost, and putting it out to bids.

import Agents
import ArgumentParser
import Chain
import Inference
import Kernel
import Market
import NetworkRoom
import Primitives

struct OrderQuote: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "quote", abstract: "Say what a run would cost, and send nothing.")
  static let schema = "order.quote/1"

  @Option(help: "The model: an id that was added here, or the start of one.") var model: String
  @Option(help: "How the answer is checked: open, disputable, or replicated(3), (5), (7).")
  var check = "open"
  @Option(help: CheckName.auditHelp) var audit: UInt64?
  @Option(help: "The most that one provider's run may cost, in dollars.") var limit: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let limit = try Dollars.required(limit)
    let check = try CheckName.terms(check, audit: audit)
    let model = try ModelFolder().model(model)
    let link = try await node.connect(console)
    let terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    let want = Want(
      .offer, spec: InferenceSpec(model: model.id.digest).encoded, input: [], check: check,
      limit: Rate(limit))
    var offers: [(offer: Listed<Offer>, price: Amount)] = []
    if check.kind != ReplicatedCheck.name {
      offers = try await Offers.fitting(link, want, for: .zero)
    }
    let quote = try Quote(want: want, terms: terms, cheapest: offers.first?.price)
    console.result(Self.schema, quote.data(offers: offers.count)) { quote.text($0, offers.count) }
  }
}

/// What a want locks, costs at most, and puts at stake on the other side.
struct Quote {
  let seats: UInt64
  let escrow: Amount
  let bidBond: Amount
  let seatBond: Amount
  let tolls: Amount
  let cheapest: Amount?

  init(want: Want, terms: Terms, cheapest: Amount?) throws {
    do throws(Refusal) {
      seats = want.seats
      escrow = try want.most(terms: terms)
      let price = try want.limit.price(of: want.units)
      bidBond = try Bonds.bidBond(limit: price, terms: terms)
      seatBond =
        want.check.kind == OpenCheck.name
        ? bidBond : try Bonds.seatBond(price: price, auditPpm: want.auditPpm, terms: terms)
      // The order, the draw, the input and the last word, with their signatures.
      tolls = try Toll.price(bytes: 900, terms: terms)
        .adding(try Toll.price(bytes: 300, terms: terms).multiplied(by: 3))
      self.cheapest = cheapest
    } catch { throw Failure(error) }
  }

  func data(offers: Int) -> JSONValue {
    [
      "seats": .unsigned(seats), "most": .unsigned(escrow.units),
      "bidBond": .unsigned(bidBond.units), "seatBond": .unsigned(seatBond.units),
      "tollsAbout": .unsigned(tolls.units), "offers": .unsigned(UInt64(offers)),
      "cheapestOffer": cheapest.map { .unsigned($0.units) } ?? .null,
    ]
  }

  func text(_ paint: Paint, _ offers: Int) -> String {
    var fields = TextFields()
    if let cheapest {
      fields.add("an offer now", .init("\(Dollars.text(cheapest)) (of \(offers))", .good))
    }
    fields.add("at most", .init("\(Dollars.text(escrow)), locked until it is settled"))
    fields.add("paid", .init("\(seats) × the price that the auction finds, never above the limit"))
    fields.add("tolls", .init("about \(Dollars.text(tolls))"))
    fields.add("a bidder locks", .init(Dollars.text(bidBond)))
    fields.add("a provider locks", .init("\(Dollars.text(seatBond)) at the limit"))
    return fields.text(paint)
  }
}

struct OrderCreate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Put a run out to bids, and come back later for it.",
    discussion: "'tolsey buy --auction --resume' with the same words goes on from there.")
  static let schema = "order.create/1"

  @Option(help: "The model: an id that was added here, or the start of one.") var model: String
  @Option(help: "The input: JSON {\"input_data\": [[...]]} or .npy.") var input: String
  @Option(help: "Which sample of the input, from 0.") var index = 0
  @Option(help: "How the answer is checked: open, disputable, or replicated(3), (5), (7).")
  var check = "open"
  @Option(help: CheckName.auditHelp) var audit: UInt64?
  @Option(help: "The most that one provider's run may cost, in dollars.") var limit: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let want = try WantOptions.want(
      model: model, input: input, index: index, check: check, audit: audit, limit: limit)
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let most: Amount
    do throws(Refusal) { most = try want.most() } catch { throw Failure(error) }
    let buyer = Buyer(
      key: key, client: link.market, wants: [want],
      budget: Budget(total: most, perOrder: most), parallel: 1, tries: 1)
    try await Purse.require(most, of: key.address, link)
    let placed = Placed(key.address)
    let refusals = FirstFailure()
    try await Clockwork(link: link, reactor: buyer, resumes: false).run(
      stop: { await buyer.stop() }, refused: { refusals.note($0) },
      isOver: { news in
        if await placed.look(at: news) || refusals.failure != nil { return true }
        return await buyer.isDone
      })
    if let refusal = await buyer.refusals[0] { throw Failure(refusal) }
    guard let id = await placed.order else {
      if let failure = refusals.failure { throw failure }
      throw Failure(.interrupted, "stopped before the order stood", hint: "nothing was paid")
    }
    let data: JSONValue = [
      "id": .string(id.description), "digest": .string("\(id.digest)"),
      "most": .unsigned(most.units), "bidWindow": .unsigned(want.bidWindow),
    ]
    console.result(Self.schema, data) { paint in
      "\(paint(.handle, id.short)) stands, \(Dollars.text(most)) locked; "
        + "bids are taken for \(want.bidWindow) s"
    }
  }
}

/// Sees the order of one buyer come to stand.
actor Placed {
  private let buyer: Address
  private(set) var order: OrderID?

  init(_ buyer: Address) {
    self.buyer = buyer
  }

  func look(at news: BlockNews) -> Bool {
    for event in news.events
    where event.name == "orderPlaced" && event.parties.first == buyer {
      order = OrderID(event.subject)
    }
    return order != nil
  }
}
