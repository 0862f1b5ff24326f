// A Kernel with people who have money, and one room of subnets, for the tests of its rules.

import Kernel
import Primitives

@testable import Subnets

/// Carries messages of subnets on a ledger of its own, whole or not at all.
struct SubnetLedger: ~Copyable {
  static let owner = account("owner")
  static let sponsor = account("sponsor")
  static let keeper = account("keeper")

  static func account(_ name: String) -> Address {
    PrivateKey(seed: Array(name.utf8)).address
  }

  static func dollars(_ count: UInt64) -> Amount { Amount(count * 1_000_000) }

  var k = KernelTables()
  var room = SubnetTables()
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
      Charter(network: link, operator: Self.keeper, custodians: [Self.keeper]),
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
    try pass(milliseconds: seconds * 1_000)
  }

  mutating func pass(milliseconds: UInt64) throws(Refusal) {
    k.endBlock()
    try k.beginBlock(
      time: Time(k.blockTime.milliseconds + milliseconds), link: links.removeLast())
    forget()
    while let timer = k.timers.popDue(k.now) {
      _ = try room.fire(timer.key, at: timer.deadline, &k)
      forget()
    }
    events += k.takeEvents()
  }

  /// To the end of the running epoch of a subnet, and whatever blocks its computing takes.
  mutating func endEpoch(_ number: UInt64 = 1) throws(Refusal) {
    guard let ends = room.subnet(number)?.epochEnds else { return }
    try pass(milliseconds: max(1, ends.milliseconds - min(ends.milliseconds, k.now.milliseconds)))
  }

  func balance(_ account: Address) -> UInt64 { k.ledger.balance(.account(account)).units }

  var treasury: UInt64 { k.ledger.balance(.treasury).units }

  /// What validator and delegators have in a pool, whatever is leaving it beside.
  func staked(on name: String, _ number: UInt64 = 1) -> UInt64 {
    room.pool(of: Self.account(name), in: number)?.staked.amount.units ?? 0
  }

  /// Everything that rows say is escrowed is, and nothing else; no money came or went.
  var isBalanced: Bool {
    var owed: [BalanceKey: UInt64] = [:]
    do throws(Refusal) {
      try room.forEachEscrow { id, amount in
        if amount > .zero { owed[BalanceKey(.escrow(id), .dollar)] = amount.units }
      }
      try room.assets.forEachEscrow { id, asset, amount in
        if amount > .zero { owed[BalanceKey(.escrow(id), asset)] = amount.units }
      }
    } catch { return false }
    var held: [BalanceKey: UInt64] = [:]
    var assets: [Asset: UInt64] = [:]
    k.ledger.forEachBalance { holder, asset, amount in
      assets[asset, default: 0] += amount.units
      if case .escrow = holder { held[BalanceKey(holder, asset)] = amount.units }
    }
    return owed == held && assets.allSatisfy { k.ledger.minted($0.key).units == $0.value }
  }

  /// The head of the next message.
  mutating func head(_ name: String) -> Head { head(Self.account(name)) }

  mutating func head(_ from: Address) -> Head {
    sequence += 1
    return Head(from: from, sequence: sequence, validUntil: .never)
  }

  /// Does it whole or not at all; nil says that it was done.
  mutating func done(
    _ body: (inout SubnetTables, inout KernelTables) throws(Refusal) -> Void
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

extension SubnetLedger {
  static func messageID(_ m: some MessageContent) -> Bytes32 { SHA256.hash(CBOR.encode(m)) }

  mutating func create(
    _ parameters: SubnetParameters = .quick, name: String = "digits", by: Address = owner,
    most: Amount = Amount(.max)
  ) -> Refusal? {
    let m = CreateSubnet(head(by), name: name, parameters, most: most)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func register(
    _ name: String, in number: UInt64 = 1, most: Amount = Amount(.max), take: UInt64 = 0
  ) -> Refusal? {
    let m = RegisterMember(head(name), subnet: number, most: most, take: take)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func stake(
    _ name: String, on validator: String, _ amount: Amount, in number: UInt64 = 1,
    mostTake: UInt64 = SubnetMember.takeLimit
  ) -> Refusal? {
    let m = StakeOn(
      head(name), subnet: number, on: Self.account(validator), amount, mostTake: mostTake)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func unstake(
    _ name: String, from validator: String, _ amount: Amount = Amount(.max),
    in number: UInt64 = 1
  ) -> Refusal? {
    let m = Unstake(head(name), subnet: number, from: Self.account(validator), amount)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func setTake(_ name: String, _ take: UInt64) -> Refusal? {
    let m = SetTake(head(name), subnet: 1, take: take)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  /// Seals a row for the running epoch; the salt follows from the name.
  mutating func seal(
    _ name: String, _ row: [UInt64: UInt64], in number: UInt64 = 1
  ) -> Refusal? {
    let uids = row.keys.sorted()
    let epoch = room.subnet(number)?.epoch ?? 0
    let seal = WeightSeal.of(
      subnet: number, epoch: epoch, by: Self.account(name), uids: uids,
      shares: uids.map { row[$0] ?? 0 }, salt: Self.salt(name))
    return self.seal(name, seal: seal, in: number)
  }

  mutating func seal(_ name: String, seal: Bytes32, in number: UInt64 = 1) -> Refusal? {
    let m = SealWeights(head(name), subnet: number, seal: seal)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func reveal(
    _ name: String, _ row: [UInt64: UInt64], in number: UInt64 = 1, salt: Bytes32? = nil
  ) -> Refusal? {
    let uids = row.keys.sorted()
    let m = RevealWeights(
      head(name), subnet: number, uids: uids, shares: uids.map { row[$0] ?? 0 },
      salt: salt ?? Self.salt(name))
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  static func salt(_ name: String) -> Bytes32 { SHA256.hash(Array(name.utf8)) }

  mutating func fund(
    _ perEpoch: Amount, epochs: UInt64, by: Address = sponsor, in number: UInt64 = 1
  ) -> (id: Bytes32, refusal: Refusal?) {
    let m = FundSubnet(head(by), subnet: number, perEpoch: perEpoch, epochs: epochs)
    let id = Self.messageID(m)
    return (id, done { (room, k) throws(Refusal) in try room.apply(m, as: id, &k) })
  }

  mutating func withdraw(_ grant: Bytes32, by: Address = sponsor) -> Refusal? {
    let m = WithdrawGrant(head(by), grant: grant)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func close(by: Address = owner, _ number: UInt64 = 1) -> Refusal? {
    let m = CloseSubnet(head(by), subnet: number)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  /// Registers validators with their stake in dollars and miners after them, and lets the first
  /// epoch give permits.
  mutating func populate(
    validators: [(name: String, dollars: UInt64)], miners: [String]
  ) throws(Refusal) {
    for (name, stake) in validators {
      if let refusal = register(name) { throw refusal }
      if stake > 0, let refusal = self.stake(name, on: name, Self.dollars(stake)) {
        throw refusal
      }
    }
    for name in miners { if let refusal = register(name) { throw refusal } }
    try endEpoch()
  }
}

extension SubnetParameters {
  /// Epochs of a minute, waits of three.
  static var quick: SubnetParameters {
    var quick = SubnetParameters()
    quick.tempo = 60
    quick.immunity = 180
    quick.halfLife = 60
    quick.unbonding = 180
    quick.leastPrice = Amount(10_000)
    return quick
  }
}
