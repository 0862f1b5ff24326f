// How one takes part: with a stake and a sealed forecast, and later with the forecast itself.

public import Kernel
public import Primitives

/// A sealed forecast with a stake, while entries are open. Sent again it takes the place of the
/// seal and adds to the stake.
public struct EnterTournament: MessageContent {
  public static let typeName = "EnterTournament"
  public static let kind: UInt8 = 92
  public var head = Head()
  public var tournament: UInt64 = 0
  public var seal = Bytes32.zero
  public var stake = Amount()

  public init() {}

  public init(_ head: Head, tournament: UInt64, seal: Bytes32, stake: Amount) {
    self.head = head
    self.tournament = tournament
    self.seal = seal
    self.stake = stake
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("tournament", &tournament)
    try v("seal", &seal)
    try v("stake", &stake)
  }
}

/// Opens a sealed forecast, once entries are closed and no run can be named any more.
public struct RevealForecast: MessageContent {
  public static let typeName = "RevealForecast"
  public static let kind: UInt8 = 93
  public var head = Head()
  public var tournament: UInt64 = 0
  /// As many values as the tournament asks for, 0…65,535, not all equal; only their order counts.
  public var forecast: [UInt64] = []
  public var salt = Bytes32.zero

  public init() {}

  public init(_ head: Head, tournament: UInt64, forecast: [UInt64], salt: Bytes32) {
    self.head = head
    self.tournament = tournament
    self.forecast = forecast
    self.salt = salt
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("tournament", &tournament)
    try v("forecast", &forecast)
    try v("salt", &salt)
  }
}

extension TournamentTables {
  public mutating func apply(
    _ m: EnterTournament, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var row = try require(m.tournament)
    guard k.now < row.closes else { throw .entriesClosed }
    guard m.head.from != row.owner else { throw .ownTournament }
    let known = places[EntryKey(m.tournament, m.head.from)]?.number
    var entry = Entry()
    if let known { entry = entries[PlaceKey(m.tournament, known)] ?? entry }
    entry.account = m.head.from
    entry.seal = m.seal
    entry.entered = k.now
    entry.stake = try entry.stake.adding(m.stake)
    // Scores reckon with the sum of all stakes, which has to stay a number that fits.
    let range = row.rules.leastStake.units...1_000_000_000_000
    guard range.contains(entry.stake.units) else {
      throw .outOfRange(
        "stake", is: entry.stake.units, least: range.lowerBound, most: range.upperBound)
    }
    try k.ledger.post(
      from: .account(m.head.from), to: .escrow(Tournament.escrow(m.tournament)), m.stake)
    let place: UInt64
    if let known {
      place = known
    } else {
      place = try freePlace(m.tournament, &row, for: entry.stake, &k)
    }
    entries[PlaceKey(m.tournament, place)] = entry
    places[EntryKey(m.tournament, m.head.from)] = Place(place)
    row.staked = try row.staked.adding(m.stake)
    tournaments[m.tournament] = row
    k.emit(
      Event(
        "forecastSealed", subject: Tournament.escrow(m.tournament), parties: [m.head.from],
        numbers: [
          Number("tournament", m.tournament), Number("stake", entry.stake.units),
        ]))
  }

  /// A place on the board. On a full one the least stake, of equal ones the last that came, gives
  /// way to a greater one and is paid back: many small entries keep nobody out.
  private mutating func freePlace(
    _ number: UInt64, _ row: inout Tournament, for stake: Amount, _ k: inout KernelTables
  ) throws(Refusal) -> UInt64 {
    if row.entries < row.rules.entries {
      row.entries += 1
      return row.entries - 1
    }
    var weakest: (place: UInt64, entry: Entry)?
    for place in 0..<row.entries {
      guard let entry = entries[PlaceKey(number, place)] else { continue }
      if let found = weakest?.entry,
        (found.stake, entry.entered) < (entry.stake, found.entered)
      {
        continue
      }
      weakest = (place, entry)
    }
    guard let weakest, weakest.entry.stake < stake else {
      throw .boardIsFull(least: weakest?.entry.stake ?? stake)
    }
    let account = weakest.entry.account
    places[EntryKey(number, account)] = nil
    row.staked = try row.staked.subtracting(weakest.entry.stake)
    try k.ledger.post(
      from: .escrow(Tournament.escrow(number)), to: .account(account), weakest.entry.stake)
    k.emit(
      Event(
        "forecastDisplaced", subject: Tournament.escrow(number), parties: [account],
        numbers: [
          Number("tournament", number), Number("returned", weakest.entry.stake.units),
        ]))
    return weakest.place
  }

  public mutating func apply(
    _ m: RevealForecast, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var row = try require(m.tournament)
    guard row.closes <= k.now else { throw .entriesOpen }
    // Whoever names the run chooses among none that it could weigh against the board.
    guard row.revealsBegin <= k.now else { throw .runNotNamed }
    guard k.now < row.revealsEnd else { throw .revealsEnded }
    let place = try places.require(EntryKey(m.tournament, m.head.from), else: .notEntered)
    let key = PlaceKey(m.tournament, place.number)
    var entry = try entries.require(key, else: .notEntered)
    guard !entry.isRevealed else { throw .revealedAlready }
    let seal = Entry.seal(
      tournament: m.tournament, by: m.head.from, forecast: m.forecast, salt: m.salt)
    guard seal == entry.seal else { throw .forecastDiffers }
    guard m.forecast.count == Int(row.rules.values), m.forecast.allSatisfy({ $0 <= 65_535 })
    else { throw .badForecast(values: row.rules.values) }
    // It cannot lose, and would take the factor down for all others.
    guard Set(m.forecast).count > 1 else { throw .flatForecast }
    entry.forecast = m.forecast
    entries[key] = entry
    row.revealed += 1
    tournaments[m.tournament] = row
    k.emit(
      Event(
        "forecastRevealed", subject: Tournament.escrow(m.tournament), parties: [m.head.from],
        numbers: [Number("tournament", m.tournament)]))
  }
}
