// `tolsey account status`: what an account has under way and what came of the past, on both sides.

import ArgumentParser
import Chain
import Market
import NetworkRoom
import Primitives

struct AccountStatusCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Sum up an account: locked, earned, lost, spent by day.",
    discussion: """
      As a provider: slots, bonds, what was earned and lost. As a buyer: what lies in escrow and \
      what was spent, by day (UTC). It reads every run of the account that was settled. Tolls are \
      not counted; with --cost the work of each answer is.
      """)
  static let schema = "account.status/1"

  @Argument(
    help: "An address, or one of your keys; the only one if you have one.", completion: .keys)
  var account: String?
  @Option(help: "What a run costs you to compute, in dollars.") var cost: String?
  @Option(help: "How many days to show, the newest.") var days = 14
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...3_660).contains(days) else { throw ValidationError("name 1 to 3660 days") }
  }

  func run(on console: Console) async throws {
    let cost = try cost.map { try Dollars.required($0) }
    let address = try KeyOptions.address(account)
    let link = try await node.connect(console)
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(address)
    }
    let locked = try await LockedSums(of: address, link)
    let past = PastSums(of: address, try await SettledRuns.of(address, link), cost: cost)
    let data: JSONValue = [
      "address": .string(address.checksummed), "balance": .unsigned(account.balance.units),
      "provider": locked.provider(past), "buyer": locked.buyer(past, days: days),
      "height": .unsigned(account.height),
    ]
    console.result(Self.schema, data) { paint in
      var head = TextFields()
      head.add("account", .init(address.checksummed, .handle))
      head.add("balance", .init(Dollars.text(account.balance)))
      return [
        head.text(paint), "", paint(.strong, "as a provider"),
        locked.providerFields(past).text(paint), "", paint(.strong, "as a buyer"),
        locked.buyerFields(past).text(paint),
        past.table(days).text(paint, empty: "nothing was bought"),
      ].joined(separator: "\n")
    }
  }
}

/// What an account has at stake now, from the rows that are alive.
struct LockedSums: Sendable {
  var free: UInt64 = 0
  var busy: UInt64 = 0
  var offers: UInt64 = 0
  /// Bonds behind free slots, behind seats, behind bids, and as an auditor.
  var slotBonds: UInt64 = 0
  var seatBonds: UInt64 = 0
  var bidBonds: UInt64 = 0
  var auditBond: UInt64 = 0
  var auditTied: UInt64 = 0
  var orders: UInt64 = 0
  var leases: UInt64 = 0
  /// Money of the buyer behind open orders and leases.
  var orderEscrow: UInt64 = 0
  var leaseEscrow: UInt64 = 0

  init(of address: Address, _ link: NodeLink) async throws {
    for entry in try await Offers.all(link, of: address) {
      let offer = entry.row
      offers += 1
      free += offer.free
      busy += offer.tied
      slotBonds &+= offer.slotBond.units &* offer.free
    }
    for entry in try await Pages.all(of: Lease.self, "leases", "lease", link) {
      if entry.buyer == address {
        leases += 1
        leaseEscrow &+= entry.escrow.units
      }
      for seat in entry.seats + entry.reserve where seat.provider == address {
        seatBonds &+= seat.locked.units
      }
    }
    for entry in try await Pages.orders(link) {
      if entry.row.buyer == address {
        orders += 1
        orderEscrow &+= try await LockedSums.escrow(of: OrderID(entry.id), entry.row, link)
      }
      let bids = try await link.ask { client throws(ClientError) in
        try await client.bids(of: OrderID(entry.id))
      }
      for bid in bids where bid.bidder == address { bidBonds &+= bid.bid.bond.units }
    }
    if let auditor = try? await link.client.auditor(address) {
      auditBond = auditor.bond.units
      auditTied = auditor.tied.units
    }
  }

  /// What was locked with an order, as the event says that placed it.
  private static func escrow(
    of id: OrderID, _ order: Order, _ link: NodeLink
  ) async throws -> UInt64 {
    let page: (events: [FeedEvent], isAll: Bool)
    do {
      page = try await link.client.history(
        after: FeedCursor(height: 0), filter: .init(names: ["orderPlaced"], subjects: [id.digest]),
        limit: 1)
    } catch { throw Failure.online(error) }
    return page.events.first?.event.numbers.first { $0.name == "escrow" }?.value ?? 0
  }

  func provider(_ past: PastSums) -> JSONValue {
    [
      "offers": .unsigned(offers), "freeSlots": .unsigned(free), "busySlots": .unsigned(busy),
      "lockedInOffers": .unsigned(slotBonds), "lockedInSeats": .unsigned(seatBonds),
      "lockedInBids": .unsigned(bidBonds), "auditBond": .unsigned(auditBond),
      "auditTied": .unsigned(auditTied), "runs": .unsigned(past.served),
      "paidRuns": .unsigned(past.paid), "earned": .unsigned(past.earned),
      "lost": .unsigned(past.lost), "cost": past.cost.map { .unsigned($0) } ?? .null,
    ]
  }

  func buyer(_ past: PastSums, days: Int) -> JSONValue {
    [
      "orders": .unsigned(orders), "leases": .unsigned(leases),
      "lockedInOrders": .unsigned(orderEscrow), "lockedInLeases": .unsigned(leaseEscrow),
      "runs": .unsigned(past.bought), "goodRuns": .unsigned(past.good),
      "spent": .unsigned(past.spent),
      "days": .array(
        past.days.suffix(days).map {
          ["day": .string($0.day), "runs": .unsigned($0.runs), "spent": .unsigned($0.spent)]
        }),
    ]
  }

  func providerFields(_ past: PastSums) -> TextFields {
    var fields = TextFields()
    fields.add("capacity", .init("\(free) free slots and \(busy) busy, in \(offers) offers"))
    let sum = Amount(slotBonds &+ seatBonds &+ bidBonds &+ auditBond)
    fields.add(
      "locked",
      .init(
        "\(Dollars.text(sum)): offers \(Dollars.text(Amount(slotBonds))), "
          + "seats \(Dollars.text(Amount(seatBonds))), bids \(Dollars.text(Amount(bidBonds))), "
          + "audits \(Dollars.text(Amount(auditBond)))"))
    fields.add("runs", .init("\(past.served), \(past.paid) of them paid"))
    fields.add("earned", .init(Dollars.text(Amount(past.earned)), .good))
    fields.add("bonds lost", .init(Dollars.text(Amount(past.lost)), past.lost > 0 ? .bad : nil))
    if let cost = past.cost {
      fields.add("cost", .init(Dollars.text(Amount(cost))))
      let out = past.lost &+ cost
      fields.add("left", .init(Dollars.change(from: Amount(out), to: Amount(past.earned))))
    }
    return fields
  }

  func buyerFields(_ past: PastSums) -> TextFields {
    var fields = TextFields()
    fields.add("in escrow", .init(Dollars.text(Amount(orderEscrow &+ leaseEscrow))))
    fields.add("under way", .init("\(orders) orders, \(leases) leases"))
    fields.add("runs", .init("\(past.bought), \(past.good) of them good"))
    fields.add("spent", .init(Dollars.text(Amount(past.spent))))
    return fields
  }
}

/// What settled runs brought and cost an account.
struct PastSums: Sendable {
  struct Day: Sendable {
    var day: String
    var runs: UInt64 = 0
    var spent: UInt64 = 0
  }

  private(set) var served: UInt64 = 0
  private(set) var paid: UInt64 = 0
  /// Beyond what was at stake.
  private(set) var earned: UInt64 = 0
  private(set) var lost: UInt64 = 0
  private(set) var cost: UInt64?
  private(set) var bought: UInt64 = 0
  private(set) var good: UInt64 = 0
  private(set) var spent: UInt64 = 0
  private(set) var days: [Day] = []

  init(of address: Address, _ runs: [PlacedRun], cost: Amount? = nil) {
    for placed in runs {
      let run = placed.run
      for (seat, verdict) in run.verdict.seats.enumerated() where verdict.provider == address {
        // The buyer's share comes first, then the seats' in their order.
        let got = seat + 1 < run.payouts.count ? run.payouts[seat + 1].amount.units : 0
        let stake = run.stakes.indices.contains(seat) ? run.stakes[seat] : 0
        served += 1
        if verdict.fate == .paid { paid += 1 }
        earned &+= got > stake ? got - stake : 0
        lost &+= stake > got ? stake - got : 0
      }
      guard run.buyer == address else { continue }
      let put = placed.price &+ run.fee
      let back = run.payouts.first?.amount.units ?? 0
      let net = put > back ? put - back : 0
      bought += 1
      if run.verdict.outcome.isGood { good += 1 }
      spent &+= net
      let day = UTC.day(placed.time)
      if days.last?.day != day { days.append(Day(day: day)) }
      days[days.count - 1].runs += 1
      days[days.count - 1].spent &+= net
    }
    if let cost { self.cost = cost.units.multipliedReportingOverflow(by: served).partialValue }
  }

  func table(_ count: Int) -> TextTable {
    var table = TextTable(.left("day"), .right("runs"), .right("spent"))
    for day in days.suffix(count) {
      table.add(.init(day.day), .init("\(day.runs)"), .init(Dollars.text(Amount(day.spent))))
    }
    return table
  }
}

/// Whole lists, page by page.
enum Pages {
  static func orders(_ link: NodeLink) async throws -> [(id: Bytes32, row: Order)] {
    var rows: [(id: Bytes32, row: Order)] = []
    for item in try await items("orders", link) {
      guard let digest = item["digest"]?.string.flatMap(Bytes32.init(hex:)),
        let json = item["order"], let row = try? Order(json: json)
      else { continue }
      rows.append((digest, row))
    }
    return rows
  }

  static func all<Row: Fielded>(
    of type: Row.Type, _ path: String, _ member: String, _ link: NodeLink
  ) async throws -> [Row] {
    try await items(path, link).compactMap { $0[member].flatMap { try? Row(json: $0) } }
  }

  private static func items(_ path: String, _ link: NodeLink) async throws -> [JSONValue] {
    var items: [JSONValue] = []
    var cursor: String?
    repeat {
      var query = [(name: "limit", value: "500")]
      if let cursor { query.append(("cursor", cursor)) }
      let json = try await link.get("/api/\(path)" + PathText.query(query))
      items += json[path]?.array ?? []
      cursor = json["cursor"]?.string
    } while cursor != nil
    return items
  }
}
