// One account, read whole: balance, locks, record, and the newest of what it took part in.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Reputation

struct AccountView {
  let address: Address
  let height: UInt64
  let now: Time
  /// What the genesis says of it.
  let isOperator: Bool
  let isCustodian: Bool
  let account: Account?
  let balance: UInt64
  let locks: AccountLocks
  let record: Record?
  let party: PartyLine?
  let offers: [OfferStanding]
  let bought: [Road]
  let served: [RunLine]
  let challenged: [GameLine]
  let defended: [GameLine]
  let auditor: Auditor?
  let sessions: AccountSessions
  let assets: AccountAssets

  /// - Parameter granted: the block before which keys were let spend that are shown.
  init(_ house: House, _ address: Address, granted: UInt64? = nil) throws {
    let most = AccountsPages.most
    let lists = house.listings
    self.address = address
    now = house.now()
    height = try lists.totals().height
    let found = try house.row(Account.self, "accounts", address.keyBytes)
    account = found
    party = try lists.party(address).value
    balance = try house.balance(.account(address))
    isOperator = house.genesis.operator == address
    isCustodian = house.genesis.custodians.contains(address)
    guard found != nil || party != nil || balance > 0 || isOperator || isCustodian else {
      throw Missing.unknown("account")
    }
    record = try house.row(Record.self, "records", address.keyBytes)
    auditor = try house.row(Auditor.self, "auditors", address.keyBytes)
    offers = try house.standings(
      of: lists.offers(ListFilter(provider: address, isAlive: true), before: nil, limit: most).lines
    )
    bought = try lists.roads(ListFilter(buyer: address), before: nil, limit: most).lines
    served = try lists.runs(ListFilter(provider: address), before: nil, limit: most).lines
    challenged = try lists.games(ListFilter(buyer: address), before: nil, limit: most).lines
    defended = try lists.games(ListFilter(provider: address), before: nil, limit: most).lines
    sessions = try AccountSessions(house, address, before: granted ?? height + 1)
    assets = try AccountAssets(house, address)
    locks = try AccountLocks(house, address, auditor)
  }

  /// Only what concerns it.
  var feed: String { "/api/events?account=\(address.checksummed)" }

  var twin: [JSONValue.Member] {
    [
      .init(name: "address", value: .string(address.checksummed)),
      .init(name: "balance", value: .unsigned(balance)),
      .init(name: "locked", value: locks.json),
      .init(name: "assets", value: assets.json),
      .init(name: "account", value: account?.json ?? .null),
      .init(name: "record", value: record?.json ?? .null),
      .init(name: "party", value: party?.json ?? .null),
      .init(name: "sessions", value: sessions.json(at: now)),
      .init(name: "sessionsBefore", value: sessions.before.map { .unsigned($0) } ?? .null),
      .init(name: "offers", value: .array(offers.map(\.json))),
      .init(name: "bought", value: .array(bought.map(\.json))),
      .init(name: "served", value: .array(served.map(\.json))),
      .init(name: "challenged", value: .array(challenged.map(\.json))),
      .init(name: "defended", value: .array(defended.map(\.json))),
    ]
  }

  // MARK: - Pages

  var body: Markup {
    """
    <p class="over">Account</p>
    <h1 class="address">\(address.checksummed)</h1>
    <p class="lead">\(summary)</p>
    \(Parts.live("live-account", tiles + fields))
    \(assets.body)
    \(sessions.body(at: now))
    \(provider)
    \(buyer)
    \(checker)
    """
  }

  var providerBody: Markup {
    """
    <p class="over">Provider</p>
    <h1 class="address">\(address.checksummed)</h1>
    <p class="lead">\(summary)</p>
    <p><a href="/accounts/\(address.checksummed)">All of this account</a></p>
    \(Parts.live("live-provider", providerTiles))
    \(record.map { Parts.fields([("Record in the ledger", recordText($0))]) } ?? "")
    <h2>What it offers</h2>
    \(Parts.live("live-offers", offered))
    <h2>What it served</h2>
    \(Parts.live("live-served", ran))
    <h2>Disputes against it</h2>
    \(Parts.games(
      defended, "Disputes against it", now: now, empty: "Nobody has disputed an answer of it."))
    """
  }

  private var summary: Markup {
    if isOperator {
      return """
        The operator of this network: it orders the messages, signs the blocks and gets the tolls, \
        but can move nobody’s money.
        """
    }
    guard let party else {
      return isCustodian
        ? "A custodian of this network: its word counts that a blob is stored."
        : "An open account that has done nothing yet."
    }
    var parts: [Markup] = []
    if party.served > 0 {
      parts.append(
        """
        served \(Formats.plural(party.served, "run")), \(party.good) of them good, and earned \
        \(Parts.money(party.earned))
        """)
    }
    if party.roads > 0 {
      parts.append(
        "bought \(Formats.plural(party.bought, "run")) for \(Parts.money(party.spent))")
    }
    if party.audits > 0 { parts.append("audited \(Formats.plural(party.audits, "run"))") }
    if party.games > 0 {
      parts.append("disputed \(Formats.plural(party.games, "answer")), \(party.gamesWon) rightly")
    }
    guard !parts.isEmpty else { return "It has neither bought nor sold anything yet." }
    let list = parts.enumerated().markup { ($0 > 0 ? "; " : "It ") + $1 }
    return "\(list)."
  }

  private var tiles: Markup {
    var tiles: [Parts.Tile] = [
      .init(name: "Balance", value: Parts.sum(balance), note: "free to spend"),
      .init(
        name: "Locked", value: Parts.sum(locks.sum), note: "in escrows and bonds, see below"),
    ]
    if let party, party.served > 0 { tiles.append(shareTile(party)) }
    return Parts.tiles(tiles)
  }

  private func shareTile(_ party: PartyLine) -> Parts.Tile {
    let whisker = DotWhisker(interval: party.interval, isPreliminary: party.isNewcomer)
    return .init(
      name: "Good runs",
      value: party.interval.count == 0
        ? "–" : "at least \(Formats.percent(ppm: party.interval.low))",
      note: "\(whisker.markup)<br>\(whisker.words)\(party.isNewcomer ? ", preliminary" : "")")
  }

  private var providerTiles: Markup {
    guard let party else { return "" }
    return Parts.tiles([
      shareTile(party),
      .init(
        name: "Served", value: "\(Formats.grouped(party.served))",
        note: "\(party.wrong) wrong, \(party.silent) silent"),
      .init(name: "Earned", value: Parts.sum(party.earned)),
      .init(
        name: "Bonds lost", value: Parts.sum(party.slashed),
        note: "for lies and for silence"),
    ])
  }

  private var fields: Markup {
    var fields: [(name: String, value: Markup)] = [
      ("Address", Parts.whole(address.checksummed))
    ]
    if let account {
      let owner: Markup =
        account.operator == Address()
        ? "itself"
        : Parts.account(account.operator)
          + (account.isConfirmed ? "" : ", which has not said so")
      fields += [
        ("Run by", owner),
        ("Opened", Parts.inBlock(account.opened)),
        (
          "Sealing key",
          account.sealingKey == .zero
            ? "none published, so nobody can seal an input to it"
            : Parts.whole(account.sealingKey.description)
        ),
      ]
    }
    for lock in locks.all where lock.amount > 0 {
      fields.append((lock.name, Parts.money(lock.amount)))
    }
    if let record {
      fields.append(("Record in the ledger", recordText(record)))
    }
    return Parts.fields(fields)
  }

  /// What the market itself reads before a match.
  private func recordText(_ record: Record) -> Markup {
    let rate = RecordFormulas.rejectionRate(
      accepted: record.accepted, rejected: record.rejected, price: .zero)
    var text: Markup = """
      \(Parts.money(record.accepted.units)) accepted, \(Parts.money(record.rejected.units)) \
      rejected (a rate of \(Formats.percent(ppm: rate))), \(Parts.money(record.good.units)) \
      confirmed by somebody drawn, \(Parts.money(record.audited.units)) of it by auditors
      """
    let faults: [(UInt64, String)] = [
      (record.slashed, "bond lost for a lie or for silence"),
      (record.noEvidence, "promise without an answer"),
      (record.saltWithheld, "salt withheld"), (record.inputWithheld, "input withheld"),
    ]
    for (count, name) in faults where count > 0 { text += "; \(Formats.grouped(count)) × \(name)" }
    return text
  }

  private var offered: Markup {
    OffersPages.table(
      offers, now: now, without: ["Provider", "Its good runs"], empty: "It offers nothing now.")
  }

  private var ran: Markup {
    Parts.runs(served, "Newest runs it served", now: now, without: ["Work"])
  }

  @MarkupList private var provider: [Markup] {
    if party?.served ?? 0 > 0 || !offers.isEmpty {
      """
      <h2>As a provider</h2>
      <p><a href="/providers/\(address.checksummed)">Its page as a provider</a> · \
      <a href="/offers?provider=\(address.checksummed)">all its offers</a> · \
      <a href="/orders?provider=\(address.checksummed)">all roads it serves</a> · \
      <a href="/disputes?provider=\(address.checksummed)">all disputes against it</a></p>
      """
      Parts.live("live-offers", offered)
      Parts.live("live-served", ran)
      Parts.games(
        defended, "Disputes against it", now: now, empty: "Nobody has disputed an answer of it.")
    }
  }

  @MarkupList private var buyer: [Markup] {
    if party?.roads ?? 0 > 0 {
      """
      <h2>As a buyer</h2>
      <p><a href="/orders?buyer=\(address.checksummed)">All roads it began</a></p>
      """
      Parts.live(
        "live-bought", Parts.roads(bought, "Newest roads it began", now: now, without: ["Buyer"]))
    }
  }

  @MarkupList private var checker: [Markup] {
    if auditor != nil || party?.games ?? 0 > 0 {
      """
      <h2>As a checker</h2>
      <p><a href="/disputes?challenger=\(address.checksummed)">All disputes it began</a></p>
      """
      if let auditor {
        """
        <p>It stands ready to audit \
        \(Formats.plural(UInt64(auditor.subjects.count), "model")) with a bond of \
        \(Parts.money(auditor.bond.units)), of which \(Parts.money(auditor.tied.units)) is at
        stake in \
        \(Formats.plural(auditor.open, "audit")) under way.</p>
        """
      }
      Parts.live(
        "live-challenged", Parts.games(challenged, "Newest disputes it began", now: now))
    }
  }
}

/// Pieces one after the other, some of them only sometimes.
@resultBuilder enum MarkupList {
  static func buildExpression(_ piece: Markup) -> [Markup] { [piece] }
  static func buildBlock(_ pieces: [Markup]...) -> [Markup] { pieces.flatMap { $0 } }
  static func buildOptional(_ pieces: [Markup]?) -> [Markup] { pieces ?? [] }
  static func buildEither(first pieces: [Markup]) -> [Markup] { pieces }
  static func buildEither(second pieces: [Markup]) -> [Markup] { pieces }
}
