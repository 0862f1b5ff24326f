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
    commandName: "quote", abstract: "Say what runs would cost, and send nothing.")
  static let schema = "order.quote/1"

  @Option(help: "The model: an id that was added here, or the start of one.") var model: String
  @Option(help: CheckName.help) var check = "open"
  @Option(help: CheckName.auditHelp) var audit: UInt64?
  @Option(help: "The most that one provider's run may cost, in dollars.") var limit: String
  @Option(help: "How many runs under one lease.") var runs: UInt64 = 1
  @Option(help: "Runs that may be open at once; seats lock their bonds for so many. Else 4.")
  var parallel: UInt64?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard runs > 0, parallel != 0 else { throw ValidationError("ask for at least one run") }
  }

  func run(on console: Console) async throws {
    let limit = try Dollars.required(limit)
    let check = try CheckName.terms(check, audit: audit)
    let model = try ModelFolder().model(model, under: check)
    let link = try await node.connect(console)
    let terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    let want = Want(
      .offer, spec: InferenceSpec(model: model.id.digest).encoded, input: [], check: check,
      limit: Rate(limit))
    let runs = Runs(of: runs, parallel: parallel ?? InputOptions.usualParallel)
    try runs.require(terms)
    var offers: [(offer: Listed<Offer>, price: Amount)] = []
    if check.kind != ReplicatedCheck.name {
      offers = try await Offers.fitting(link, want, for: .zero)
    }
    let quote = try Quote(want: want, runs, terms: terms, cheapest: offers.first?.price)
    console.result(Self.schema, quote.data(offers: offers.count)) { quote.text($0, offers.count) }
  }
}

/// How many runs, and how many of them at once.
struct Runs: Sendable {
  let count: UInt64
  let parallel: UInt64

  init(of count: UInt64, parallel: UInt64) {
    self.count = count
    self.parallel = max(1, min(parallel, count))
  }

  /// Refuses what the terms of this node would refuse, before anything is sent.
  func require(_ terms: Terms) throws {
    guard count <= terms.maxRuns else {
      throw Failure(
        .refused, code: "outOfRange",
        "\(count) runs are more than one lease may have here, \(terms.maxRuns)",
        hint: "buy them in parts, with --index")
    }
    guard parallel <= terms.maxParallel else {
      throw Failure(
        .refused, code: "outOfRange",
        "\(parallel) runs at once are more than this market allows, \(terms.maxParallel)",
        hint: "lower --parallel")
    }
  }
}

/// What a want locks, costs at most, and puts at stake on the other side.
struct Quote {
  let seats: UInt64
  let runs: Runs
  let escrow: Amount
  let bidBond: Amount
  let seatBond: Amount
  let tolls: Amount
  /// The price of one run by the cheapest offer.
  let cheapest: Amount?

  init(want: Want, _ runs: Runs, terms: Terms, cheapest: Amount?) throws {
    do throws(Refusal) {
      self.runs = runs
      seats = want.seats
      escrow = try want.most(terms: terms).multiplied(by: runs.count)
      let price = try want.limit.price(of: want.units)
      let bid = try Bonds.bidBond(limit: price, terms: terms)
      var seat = bid
      // Being found out is certain where the ledger verifies proofs: B is enough.
      if ![OpenCheck.name, ProvedCheck.name].contains(want.check.kind) {
        seat = max(seat, try Bonds.seatBond(price: price, auditPpm: want.auditPpm, terms: terms))
        if want.auditPpm > 0 {
          seat = max(seat, try Bonds.playableBond(price: price, terms: terms))
        }
      }
      bidBond = try bid.multiplied(by: runs.parallel)
      seatBond = try seat.multiplied(by: runs.parallel)
      // The order and the draw; and for each run the input and the last word, with signatures.
      let each = try Toll.price(bytes: 300, terms: terms)
      tolls = try Toll.price(bytes: 900, terms: terms).adding(each)
        .adding(each.multiplied(by: 2).multiplied(by: runs.count))
      self.cheapest = cheapest
    } catch { throw Failure(error) }
  }

  func data(offers: Int) -> JSONValue {
    [
      "seats": .unsigned(seats), "runs": .unsigned(runs.count),
      "parallel": .unsigned(runs.parallel), "most": .unsigned(escrow.units),
      "bidBond": .unsigned(bidBond.units), "seatBond": .unsigned(seatBond.units),
      "tollsAbout": .unsigned(tolls.units), "offers": .unsigned(UInt64(offers)),
      "cheapestOffer": cheapest.map { .unsigned($0.units) } ?? .null,
    ]
  }

  func text(_ paint: Paint, _ offers: Int) -> String {
    var fields = TextFields()
    let many = runs.count > 1
    if many { fields.add("runs", .init("\(runs.count), \(runs.parallel) at once")) }
    if let cheapest {
      let all = (try? cheapest.multiplied(by: runs.count)) ?? cheapest
      let each = many ? "\(Dollars.text(all)), \(Dollars.text(cheapest)) a run" : Dollars.text(all)
      fields.add("an offer now", .init("\(each) (of \(offers))", .good))
    }
    fields.add("at most", .init("\(Dollars.text(escrow)), locked until it is settled"))
    let each = many ? "\(runs.count) × \(seats)" : "\(seats)"
    fields.add("paid", .init("\(each) × the price that the auction finds, never above the limit"))
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
  @OptionGroup var inputs: InputOptions
  @Option(help: CheckName.help) var check = "open"
  @Option(help: CheckName.auditHelp) var audit: UInt64?
  @Option(help: "The most that one provider's run may cost, in dollars.") var limit: String
  @OptionGroup var route: RouteOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let check = try CheckName.terms(check, audit: audit)
    CheckName.warn(check, on: console)
    var shopping = try inputs.want(
      try ModelFolder().model(model, under: check), check, try Dollars.required(limit))
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    try await route.route(&shopping.want, link, on: console)
    let want = shopping.want
    let terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    try Runs(of: want.runs, parallel: want.parallel).require(terms)
    let most = try shopping.most(terms, offered: nil)
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
      "most": .unsigned(most.units), "runs": .unsigned(want.runs),
      "bidWindow": .unsigned(want.bidWindow),
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
