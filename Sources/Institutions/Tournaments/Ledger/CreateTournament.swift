// Makes a tournament, with a purse and a bond; and adds to a purse.

public import Kernel
public import Primitives

/// A new tournament with rules that stay.
public struct CreateTournament: MessageContent {
  public static let typeName = "CreateTournament"
  public static let kind: UInt8 = 90
  public var head = Head()
  /// Small letters, digits and dashes, at most 32. It names nothing: numbers do.
  public var name = ""
  public var rules = TournamentRules()
  public var source = TruthSource()
  /// What the owner puts into the purse.
  public var purse = Amount()

  public init() {}

  public init(
    _ head: Head, name: String, _ rules: TournamentRules, _ source: TruthSource, purse: Amount
  ) {
    self.head = head
    self.name = name
    self.rules = rules
    self.source = source
    self.purse = purse
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("name", &name)
    try v("rules", &rules)
    try v("source", &source)
    try v("purse", &purse)
  }
}

/// A sponsor adds to a purse while entries are open. What is not won comes back at the end.
public struct FundTournament: MessageContent {
  public static let typeName = "FundTournament"
  public static let kind: UInt8 = 91
  public var head = Head()
  public var tournament: UInt64 = 0
  public var amount = Amount()

  public init() {}

  public init(_ head: Head, tournament: UInt64, _ amount: Amount) {
    self.head = head
    self.tournament = tournament
    self.amount = amount
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("tournament", &tournament)
    try v("amount", &amount)
  }
}

extension TournamentTables {
  public mutating func apply(
    _ m: CreateTournament, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard m.name.isPlainName else { throw .badTournamentName }
    try m.rules.check()
    try m.source.requireSense()
    var counts = counted[0] ?? TournamentCounts()
    let number = counts.next
    counts.next += 1
    counted[0] = counts
    var row = Tournament()
    row.owner = m.head.from
    row.name = m.name
    row.rules = m.rules
    row.source = m.source
    row.created = k.now
    row.closes = try k.now.after(seconds: m.rules.entryTime)
    row.revealsBegin =
      m.source.kind == .run ? try row.closes.after(seconds: m.rules.nameTime) : row.closes
    row.revealsEnd = try row.revealsBegin.after(seconds: m.rules.revealTime)
    row.truthEnds = try row.revealsEnd.after(seconds: m.rules.truthTime)
    row.deadline = row.revealsEnd
    try k.ledger.post(
      from: .account(m.head.from), to: .escrow(Tournament.escrow(number)), m.rules.bond)
    try sponsor(number, &row, m.head.from, m.purse, &k)
    tournaments[number] = row
    k.timers.set(TournamentTimer.key(number), at: row.deadline)
    k.emit(
      Event(
        "tournamentCreated", subject: Tournament.escrow(number), parties: [m.head.from],
        numbers: [
          Number("tournament", number), Number("purse", m.purse.units),
          Number("bond", m.rules.bond.units),
        ]))
  }

  public mutating func apply(
    _ m: FundTournament, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var row = try require(m.tournament)
    guard k.now < row.closes else { throw .entriesClosed }
    try sponsor(m.tournament, &row, m.head.from, m.amount, &k)
    tournaments[m.tournament] = row
    k.emit(
      Event(
        "tournamentFunded", subject: Tournament.escrow(m.tournament), parties: [m.head.from],
        numbers: [
          Number("tournament", m.tournament), Number("amount", m.amount.units),
          Number("purse", row.purse.units),
        ]))
  }

  /// A sponsor has one row however often it pays, so that the end goes through few of them; and
  /// each puts in a part of the bond, so that no crowd of small ones fills the rows.
  private mutating func sponsor(
    _ number: UInt64, _ row: inout Tournament, _ account: Address, _ amount: Amount,
    _ k: inout KernelTables
  ) throws(Refusal) {
    let bond = row.rules.bond
    let share = bond.units / Tournament.mostSponsors
    let least = max(
      Tournament.leastSponsorship, share + (bond.units % Tournament.mostSponsors > 0 ? 1 : 0))
    guard amount.units >= least else {
      throw .outOfRange("purse", is: amount.units, least: least, most: bond.units)
    }
    let room = try bond.subtracting(row.purse)
    guard amount <= room else { throw .purseOverBond(room: room) }
    var place: UInt64 = 0
    while place < row.sponsors, sponsors[PlaceKey(number, place)]?.account != account { place += 1 }
    var own = sponsors[PlaceKey(number, place)] ?? Sponsorship()
    own.account = account
    own.amount = try own.amount.adding(amount)
    sponsors[PlaceKey(number, place)] = own
    row.sponsors = max(row.sponsors, place + 1)
    row.purse = try row.purse.adding(amount)
    try k.ledger.post(from: .account(account), to: .escrow(Tournament.escrow(number)), amount)
  }
}
