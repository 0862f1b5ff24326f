// A Kernel with people who have money, and one room of topics, for the tests of its rules.

import Arithmetic
import Kernel
import Primitives

@testable import Topics

/// Carries messages of topics on a ledger of its own, whole or not at all.
struct TopicLedger: ~Copyable {
  static let owner = account("owner")
  static let sponsor = account("sponsor")

  static func account(_ name: String) -> Address {
    PrivateKey(seed: Array(name.utf8)).address
  }

  static func dollars(_ count: UInt64) -> Amount { Amount(count * 1_000_000) }

  var k = KernelTables()
  var room = TopicTables()
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
      let (kernel, tables) = (k.mark(), room.mark())
      do throws(Refusal) {
        _ = try room.fire(timer.key, at: timer.deadline, &k)
      } catch {
        k.rollback(to: kernel)
        room.rollback(to: tables)
        room.freeze(timer.key, because: error, &k)
      }
      forget()
    }
    events += k.takeEvents()
  }

  /// Other topics have used the next block up but for so many units.
  mutating func fill(leaving units: UInt64) {
    var work = BlockWork()
    work.height = k.height + 1
    work.cells = TopicWork.cellsOfBlock - units
    room.work[0] = work
    forget()
  }

  func balance(_ name: String) -> UInt64 {
    k.ledger.balance(.account(Self.account(name))).units
  }

  var treasury: UInt64 { k.ledger.balance(.treasury).units }

  /// Everything that rows say is escrowed is, and nothing else; no money came or went; and each
  /// topic's stakes are those of its members and newcomers.
  var isBalanced: Bool {
    var owed: [Bytes32: UInt64] = [:]
    do {
      try room.forEachEscrow { id, amount in if amount > .zero { owed[id] = amount.units } }
    } catch { return false }
    var held: [Bytes32: UInt64] = [:]
    k.ledger.forEachBalance { holder, _, amount in
      if case .escrow(let id) = holder { held[id] = amount.units }
    }
    var staked: [UInt64: UInt64] = [:]
    room.forEachMember { staked[$0.number, default: 0] += $1.stake.units }
    room.forEachNewcomer { staked[$0.number, default: 0] += $1.stake.units }
    var isRight = true
    room.forEachTopic { if $1.staked.units != staked[$0] ?? 0 { isRight = false } }
    return owed == held && isRight && k.ledger.supply() == k.ledger.minted()
  }

  mutating func head(_ account: Address) -> Head {
    sequence += 1
    return Head(from: account, sequence: sequence, validUntil: .never)
  }

  mutating func head(_ name: String) -> Head { head(Self.account(name)) }

  /// Does it whole or not at all; nil says that it was done.
  mutating func done(
    _ body: (inout TopicTables, inout KernelTables) throws(Refusal) -> Void
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

extension TopicLedger {
  static func messageID(_ m: some MessageContent) -> Bytes32 { SHA256.hash(CBOR.encode(m)) }

  static func salt(_ name: String) -> Bytes32 { SHA256.hash(Array(name.utf8)) }

  mutating func create(
    _ rules: TopicRules = .quick, name: String = "rain", question: String = "How much rain?"
  ) -> Refusal? {
    let m = CreateTopic(
      head("owner"), name: name, question: question, rules, most: Self.dollars(1_000_000))
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func fund(
    _ perEpoch: Amount, epochs: UInt64, _ number: UInt64 = 1, by name: String = "sponsor"
  ) -> (id: Bytes32, refusal: Refusal?) {
    let m = FundTopic(head(name), topic: number, perEpoch: perEpoch, epochs: epochs)
    let id = Self.messageID(m)
    return (id, done { (room, k) throws(Refusal) in try room.apply(m, as: id, &k) })
  }

  mutating func withdraw(_ grant: Bytes32, by name: String = "sponsor") -> Refusal? {
    let m = WithdrawTopicGrant(head(name), grant: grant)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func join(
    _ name: String, _ role: TopicRole, _ stake: Amount = dollars(100), _ number: UInt64 = 1
  ) -> Refusal? {
    let m = JoinTopic(head(name), topic: number, as: role, stake: stake)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func leave(_ name: String, _ number: UInt64 = 1) -> Refusal? {
    let m = LeaveTopic(head(name), topic: number)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func close(by name: String = "owner", _ number: UInt64 = 1) -> Refusal? {
    let m = CloseTopic(head(name), topic: number)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  /// What an account would seal of these values in the running epoch.
  func sealOf(
    _ name: String, _ values: [String], _ role: TopicRole, _ number: UInt64 = 1
  ) -> Bytes32 {
    TopicMember.seal(
      topic: number, epoch: room.topic(number)?.epoch ?? 0, role: role,
      by: Self.account(name), values: values, salt: Self.salt(name))
  }

  mutating func seal(_ name: String, _ values: [String], _ role: TopicRole) -> Refusal? {
    seal(name, sealOf(name, values, role), role)
  }

  mutating func seal(_ name: String, _ seal: Bytes32, _ role: TopicRole) -> Refusal? {
    if role == .reputer {
      let m = SealTruth(head(name), topic: 1, seal: seal)
      return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
    }
    let m = SealWork(head(name), topic: 1, seal: seal)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func show(
    _ name: String, _ values: [String], isTruth: Bool = false, salt: Bytes32? = nil
  ) -> Refusal? {
    let salt = salt ?? Self.salt(name)
    if isTruth {
      let m = RevealTruth(head(name), topic: 1, truth: values[0], salt: salt)
      return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
    }
    let m = RevealWork(head(name), topic: 1, values: values, salt: salt)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }
}

// MARK: - Whole epochs

/// Who does what in an epoch; who is not named is absent.
struct TopicPlay {
  var work: [(name: String, values: [String])] = []
  var truths: [(name: String, truth: String)] = []
  /// Who seals and does not show.
  var shut: Set<String> = []
}

extension TopicLedger {
  /// Joins everybody and waits for the next epoch.
  mutating func found(
    inferers: [String], forecasters: [String] = [], reputers: [String],
    stake: Amount = dollars(100)
  ) throws(Refusal) {
    let roles: [([String], TopicRole)] = [
      (inferers, .inferer), (forecasters, .forecaster), (reputers, .reputer),
    ]
    for (names, role) in roles {
      for name in names { if let refusal = join(name, role, stake) { throw refusal } }
    }
    try passEpoch()
  }

  /// To the beginning of the next epoch, one half after the other.
  mutating func passEpoch(untilFrozen: Bool = false) throws(Refusal) {
    let epoch = room.topic(1)?.epoch
    while let topic = room.topic(1), topic.epoch == epoch, topic.phase != .closed {
      if topic.isFrozen && untilFrozen { return }
      try pass(until: topic.deadline)
    }
  }

  mutating func pass(until time: Time) throws(Refusal) {
    let left = time.milliseconds - min(time.milliseconds, k.now.milliseconds)
    try pass(seconds: (left + 999) / 1_000)
  }

  /// To the beginning of a quarter of the running epoch.
  mutating func pass(toQuarter index: UInt64) throws(Refusal) {
    if let time = try room.topic(1)?.quarter(index), k.now < time { try pass(until: time) }
  }

  /// Plays the running epoch to its end.
  mutating func play(_ play: TopicPlay) throws(Refusal) {
    for (name, values) in play.work {
      let role = room.place(of: Self.account(name), in: 1)?.role ?? .inferer
      if let refusal = seal(name, values, role) { throw refusal }
    }
    try pass(toQuarter: 1)
    for (name, values) in play.work where !play.shut.contains(name) {
      if let refusal = show(name, values) { throw refusal }
    }
    try pass(toQuarter: 2)
    for (name, truth) in play.truths {
      if let refusal = seal(name, [truth], .reputer) { throw refusal }
    }
    try pass(toQuarter: 3)
    for (name, truth) in play.truths where !play.shut.contains(name) {
      if let refusal = show(name, [truth], isTruth: true) { throw refusal }
    }
    try passEpoch()
  }
}

extension TopicRules {
  /// Four minutes an epoch, few places, a slash of ten percent.
  static var quick: TopicRules {
    var quick = TopicRules()
    quick.tempo = 240
    quick.inferers = 4
    quick.forecasters = 2
    quick.reputers = 4
    quick.slash = 100_000
    quick.tolerance = "0.01"
    return quick
  }
}
