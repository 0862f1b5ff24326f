// One tournament by the ledger's own rules, from its first entry to its pay.

import Kernel
import Primitives
import Tournaments

/// Its owner says the truth, which nobody but a cheat knows before.
struct TournamentSeason: ~Copyable {
  /// In the order of its values, which is all that a score looks at.
  static let truth: [UInt64] = [1, 2, 3, 4, 5, 6, 7, 8]
  private static let owner = "owner"
  private static let honest: [(name: String, forecast: [UInt64])] = [
    ("ann", [2, 1, 4, 3, 5, 7, 6, 8]), ("bob", [3, 1, 2, 6, 4, 5, 8, 7]),
  ]
  private static let purse = dollars(1_000_000)

  private var k = KernelTables()
  private var room = TournamentTables()
  private var links: [Bytes32] = []
  private var sequence: UInt64 = 0
  private var addresses: [String: Address] = [:]
  private var sent: [String: UInt64] = [:]
  private var forecasts: [String: [UInt64]] = [:]

  static func dollars(_ count: UInt64) -> Amount { Amount(count * 1_000_000) }

  /// Open for entries, with two honest ones.
  init(stake: Amount) throws {
    var link = SHA256.hash(Array("tournament".utf8))
    for _ in 0..<16 {
      links.append(link)
      link = SHA256.hash(link.bytes)
    }
    let keeper = try address("keeper")
    k.found(
      Charter(network: link, operator: keeper, custodians: [keeper]), terms: .standard,
      beacon: link, anchor: link, time: Time(1_700_000_000_000))
    try pass(seconds: 1)
    var rules = TournamentRules()
    rules.values = UInt64(Self.truth.count)
    (rules.entryTime, rules.revealTime, rules.truthTime) = (60, 60, 600)
    rules.bond = Self.dollars(200)
    try send(Self.owner) { room, k, head throws(Refusal) in
      let m = CreateTournament(
        head, name: "season", rules, TruthSource(), purse: Self.dollars(100))
      try room.apply(m, as: .zero, &k)
    }
    for (name, forecast) in Self.honest { try enter(name, forecast, stake) }
  }

  /// Above zero where a forecast goes with the truth: the sum of the products of their deviations.
  static func agreement(_ forecast: [UInt64]) -> Int {
    zip(forecast, truth).reduce(0) { $0 + (2 * Int($1.1) - 9) * (Int($1.0) - 5) }
  }

  mutating func enter(_ name: String, _ forecast: [UInt64], _ stake: Amount) throws {
    let account = try address(name)
    let seal = Entry.seal(tournament: 1, by: account, forecast: forecast, salt: Self.salt(account))
    try enter(name, seal: seal, stake)
    forecasts[name] = forecast
  }

  /// With the seal that another's entry shows.
  mutating func copy(_ name: String, sealOf other: String, _ stake: Amount) throws {
    let account = try address(other)
    guard let seal = room.entry(of: account, in: 1)?.seal else { throw Refusal("notEntered") }
    try enter(name, seal: seal, stake)
  }

  private mutating func enter(_ name: String, seal: Bytes32, _ stake: Amount) throws {
    try send(name) { room, k, head throws(Refusal) in
      let m = EnterTournament(head, tournament: 1, seal: seal, stake: stake)
      try room.apply(m, as: .zero, &k)
    }
  }

  mutating func closeEntries() throws { try pass(seconds: 61) }

  /// The honest ones and some others reveal; the truth is opened, and everybody is paid.
  mutating func end(revealing names: [String]) throws {
    for name in Self.honest.map(\.name) + names {
      let account = try address(name)
      let forecast = forecasts[name] ?? []
      try send(name) { room, k, head throws(Refusal) in
        let m = RevealForecast(
          head, tournament: 1, forecast: forecast, salt: Self.salt(account))
        try room.apply(m, as: .zero, &k)
      }
    }
    try pass(seconds: 61)
    try send(Self.owner) { room, k, head throws(Refusal) in
      let truth = Self.truth.flatMap { value -> [UInt8] in [UInt8(value), 0, 0, 0] }
      try room.apply(OpenTruth(head, tournament: 1, truth: truth, salt: .zero), as: .zero, &k)
    }
    for _ in 0..<2 { try pass(seconds: 1) }
    guard room.tournament(1)?.state == .paid else { throw Refusal("truthNotFixed") }
  }

  /// What some have more than at the beginning, before tolls.
  mutating func gain(_ names: [String]) throws -> Fraction {
    try names.reduce(0) {
      $0 + Fraction(k.ledger.balance(.account(try address($1)))) - Fraction(Self.purse)
    }
  }

  /// How many messages some have sent.
  func sent(_ names: [String]) -> UInt64 { names.reduce(0) { $0 + (sent[$1] ?? 0) } }

  private static func salt(_ account: Address) -> Bytes32 { SHA256.hash(account.bytes) }

  private mutating func pass(seconds: UInt64) throws {
    k.endBlock()
    try k.beginBlock(
      time: Time(k.blockTime.milliseconds + seconds * 1_000), link: links.removeLast())
    forget()
    while let timer = k.timers.popDue(k.now) {
      _ = try room.fire(timer.key, at: timer.deadline, &k)
      forget()
    }
  }

  private mutating func address(_ name: String) throws -> Address {
    if let known = addresses[name] { return known }
    let address = PrivateKey(seed: Array("tournament/\(name)".utf8)).address
    addresses[name] = address
    try k.fund(address, Self.purse)
    forget()
    return address
  }

  private mutating func send(
    _ name: String,
    _ body: (inout TournamentTables, inout KernelTables, Head) throws(Refusal) -> Void
  ) throws {
    sequence += 1
    sent[name, default: 0] += 1
    let head = Head(from: try address(name), sequence: sequence, validUntil: .never)
    try body(&room, &k, head)
    forget()
  }

  private mutating func forget() {
    k.forgetUndo()
    room.forgetUndo()
    _ = k.takeEvents()
  }
}
