// A Kernel with people who have money, and one room of tournaments, for the tests of its rules.

import Kernel
import Market
import Primitives

@testable import Tournaments

/// Carries messages of tournaments on a ledger of its own, whole or not at all.
struct TournamentLedger: ~Copyable {
  static let owner = account("owner")
  static let sponsor = account("sponsor")

  static func account(_ name: String) -> Address {
    PrivateKey(seed: Array(name.utf8)).address
  }

  static func dollars(_ count: UInt64) -> Amount { Amount(count * 1_000_000) }

  var k = KernelTables()
  var room = TournamentTables()
  var market = MarketTables()
  private var links: [Bytes32]
  private var sequence: UInt64 = 0
  var events: [Event] = []

  init(people: [String] = []) throws(Refusal) {
    var link = SHA256.hash(Array("links".utf8))
    var chain: [Bytes32] = []
    for _ in 0..<2_048 {
      chain.append(link)
      link = SHA256.hash(link.bytes)
    }
    links = chain
    k.found(
      Charter(network: link, operator: Self.sponsor, custodians: [Self.sponsor]),
      terms: .standard, beacon: link, anchor: link, time: Time(1_700_000_000_000))
    for account in [Self.owner, Self.sponsor] + people.map(Self.account) {
      try k.fund(account, Self.dollars(1_000_000))
    }
    forget()
    try pass(seconds: 1)
  }

  mutating func forget() {
    k.forgetUndo()
    room.forgetUndo()
  }

  /// A block later; due timers fire as the chain lets them.
  mutating func pass(seconds: UInt64) throws(Refusal) {
    k.endBlock()
    try k.beginBlock(
      time: Time(k.blockTime.milliseconds + seconds * 1_000), link: links.removeLast())
    forget()
    while let timer = k.timers.popDue(k.now) {
      _ = try room.fire(timer.key, at: timer.deadline, &k)
      forget()
    }
    events += k.takeEvents()
  }

  /// Other tournaments have used the next block up but for so many units.
  mutating func fill(leaving units: UInt64) {
    var work = BlockWork()
    work.height = k.height + 1
    work.cells = TournamentWork.unitsOfBlock - units
    room.work[0] = work
    forget()
  }

  func balance(_ name: String) -> UInt64 {
    k.ledger.balance(.account(Self.account(name))).units
  }

  var treasury: UInt64 { k.ledger.balance(.treasury).units }

  /// Everything that rows say is escrowed is, and nothing else; no money came or went.
  var isBalanced: Bool {
    var owed: [Bytes32: UInt64] = [:]
    do {
      try room.forEachEscrow { id, amount in if amount > .zero { owed[id] = amount.units } }
    } catch { return false }
    var held: [Bytes32: UInt64] = [:]
    k.ledger.forEachBalance { holder, _, amount in
      if case .escrow(let id) = holder { held[id] = amount.units }
    }
    return owed == held && k.ledger.supply() == k.ledger.minted()
  }

  mutating func head(_ name: String) -> Head {
    sequence += 1
    return Head(from: Self.account(name), sequence: sequence, validUntil: .never)
  }

  /// Does it whole or not at all; nil says that it was done.
  mutating func done(
    _ body: (inout TournamentTables, inout KernelTables) throws(Refusal) -> Void
  ) -> Refusal? {
    let (kernel, tables) = (k.mark(), room.mark())
    do throws(Refusal) {
      try body(&room, &k)
      forget()
      events += k.takeEvents()
      return nil
    } catch {
      k.rollback(to: kernel)
      room.rollback(to: tables)
      return error
    }
  }
}

// MARK: - Messages

extension TournamentLedger {
  static func messageID(_ m: some MessageContent) -> Bytes32 { SHA256.hash(CBOR.encode(m)) }

  mutating func create(
    _ rules: TournamentRules = .quick, _ source: TruthSource = TruthSource(),
    name: String = "rain", purse: Amount = dollars(100)
  ) -> Refusal? {
    let m = CreateTournament(head("owner"), name: name, rules, source, purse: purse)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func fund(
    _ amount: Amount, by name: String = "sponsor", _ number: UInt64 = 1
  ) -> Refusal? {
    let m = FundTournament(head(name), tournament: number, amount)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func enter(
    _ name: String, _ forecast: [UInt64], _ stake: Amount = dollars(10), _ number: UInt64 = 1
  ) -> Refusal? {
    let seal = Entry.seal(
      tournament: number, by: Self.account(name), forecast: forecast, salt: Self.salt(name))
    return enter(name, seal: seal, stake, number)
  }

  mutating func enter(
    _ name: String, seal: Bytes32, _ stake: Amount = dollars(10), _ number: UInt64 = 1
  ) -> Refusal? {
    let m = EnterTournament(head(name), tournament: number, seal: seal, stake: stake)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func reveal(
    _ name: String, _ forecast: [UInt64], salt: Bytes32? = nil, _ number: UInt64 = 1
  ) -> Refusal? {
    let m = RevealForecast(
      head(name), tournament: number, forecast: forecast, salt: salt ?? Self.salt(name))
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func name(_ run: RunKey, by name: String = "owner", _ number: UInt64 = 1) -> Refusal? {
    let m = NameTruth(head(name), tournament: number, run: run)
    let (kernel, tables) = (k.mark(), room.mark())
    do throws(Refusal) {
      try room.apply(m, as: Self.messageID(m), &k, market)
      forget()
      return nil
    } catch {
      k.rollback(to: kernel)
      room.rollback(to: tables)
      return error
    }
  }

  mutating func truth(
    _ values: [Int], by name: String = "owner", salt: Bytes32 = .zero, _ number: UInt64 = 1
  ) -> Refusal? {
    let bytes = room.tournament(number)?.source.bytes(of: values) ?? []
    let m = OpenTruth(head(name), tournament: number, truth: bytes, salt: salt)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  static func salt(_ name: String) -> Bytes32 { SHA256.hash(Array(name.utf8)) }

  /// Enters everybody, lets entries close and reveals, and waits for the end of that.
  mutating func play(
    _ forecasts: [(name: String, forecast: [UInt64], dollars: UInt64)]
  ) throws(Refusal) {
    for one in forecasts {
      if let refusal = enter(one.name, one.forecast, Self.dollars(one.dollars)) { throw refusal }
    }
    try pass(seconds: 60)
    for one in forecasts {
      if let refusal = reveal(one.name, one.forecast) { throw refusal }
    }
    try pass(seconds: 60)
  }
}

extension TournamentRules {
  /// Four values, a minute for each part, five percent at most, and a bond of $200.
  static var quick: TournamentRules {
    var quick = TournamentRules()
    quick.values = 4
    quick.entries = 4
    quick.quorum = 1
    quick.limit = 50_000
    quick.bond = TournamentLedger.dollars(200)
    quick.entryTime = 60
    quick.nameTime = 60
    quick.revealTime = 60
    quick.truthTime = 60
    return quick
  }
}
