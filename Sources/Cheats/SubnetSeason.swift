// Seasons of subnets by the ledger's own rules: who judges, stakes, trades and leaves there, and
// what each has in the end.

import Kernel
import Primitives
import Subnets

/// Either two pools of $1,000 that share a root, and the owner of the second does nothing: what
/// the first has more is what its acts brought. Or one subnet without an asset, whose epochs pay
/// dollars.
struct SubnetSeason: ~Copyable {
  static let owner = "owner"
  static let neighbour = "neighbour"
  static let root = dollars(1_000)
  static let pool = dollars(1_000)
  private static let purse = dollars(1_000_000)

  private(set) var k = KernelTables()
  private(set) var room = SubnetTables()
  private var links: [Bytes32] = []
  private var sequence: UInt64 = 0
  private var addresses: [String: Address] = [:]
  private var sent: [String: UInt64] = [:]
  /// What somebody sealed last, and for which epoch.
  private var sealed: [String: (epoch: UInt64, row: [UInt64: UInt64])] = [:]

  static func dollars(_ count: UInt64) -> Amount { Amount(count * 1_000_000) }

  private mutating func begin() throws {
    var link = SHA256.hash(Array("assets".utf8))
    for _ in 0..<512 {
      links.append(link)
      link = SHA256.hash(link.bytes)
    }
    let keeper = try address("keeper")
    k.found(
      Charter(network: link, operator: keeper, custodians: [keeper]), terms: .standard,
      beacon: link, anchor: link, time: Time(1_700_000_000_000))
    try pass(seconds: 1)
  }

  /// Two subnets that have stood for weeks, each with a pool, before the root is given anything.
  init(weeks: UInt64 = 1) throws {
    try begin()
    try open(1, by: Self.owner)
    try open(2, by: Self.neighbour)
    try pass(seconds: weeks * 604_800)
    try send("sponsor") { room, k, head throws(Refusal) in
      try room.apply(FundRoot(head, Self.root), as: .zero, &k)
    }
  }

  /// A subnet whose epochs last a week, with an asset of which half is scheduled.
  private mutating func open(_ number: UInt64, by owner: String) throws {
    var rules = SubnetParameters()
    rules.tempo = 604_800
    rules.immunity = 3 * rules.tempo
    rules.unbonding = 3 * rules.tempo
    try found(number, by: owner, rules, Schedule(perEpoch: 5_000_000, halving: 500_000))
  }

  /// What an epoch pays at first, and after how many that halves.
  struct Schedule {
    var perEpoch: UInt64
    var halving: UInt64

    /// So that half of the asset, or nearly, lies in the pool.
    var cap: Amount { Amount(4 * perEpoch * halving) }
  }

  /// - Parameter fee: what a trade leaves in the pool, in ppm.
  mutating func found(
    _ number: UInt64, by owner: String, _ rules: SubnetParameters, _ schedule: Schedule,
    fee: UInt64 = 3_000
  ) throws {
    try send(owner) { room, k, head throws(Refusal) in
      let m = CreateSubnet(head, name: "season", rules, most: Amount(.max))
      try room.apply(m, as: .zero, &k)
    }
    try send(owner) { room, k, head throws(Refusal) in
      let m = IssueAsset(
        head, subnet: number, name: "season", cap: schedule.cap,
        perEpoch: Amount(schedule.perEpoch), halving: schedule.halving)
      try room.apply(m, as: .zero, &k)
    }
    try send(owner) { room, k, head throws(Refusal) in
      let m = SeedPool(head, subnet: number, dollars: Self.pool, fee: fee)
      try room.apply(m, as: .zero, &k)
    }
  }
}

// MARK: - Judging for dollars

extension SubnetSeason {
  /// A subnet with validators, who stake dollars on themselves, and then others, whose seats cost
  /// what they cost; a sponsor pays so much an epoch.
  init(
    _ rules: SubnetParameters, validators: [(name: String, dollars: UInt64)], others: [String],
    perEpoch: Amount, epochs: UInt64
  ) throws {
    try begin()
    try send(Self.owner) { room, k, head throws(Refusal) in
      let m = CreateSubnet(head, name: "season", rules, most: Amount(.max))
      try room.apply(m, as: .zero, &k)
    }
    for (name, dollars) in validators {
      try join(name, in: 1, stake: Self.dollars(dollars))
    }
    for name in others { try join(name, in: 1) }
    // Permits are given at the end of an epoch.
    try endEpoch(1)
    try send("sponsor") { room, k, head throws(Refusal) in
      let m = FundSubnet(head, subnet: 1, perEpoch: perEpoch, epochs: epochs)
      try room.apply(m, as: SHA256.hash(Array("grant".utf8)), &k)
    }
  }

  /// An epoch in which each opens what it sealed in the one before, if it did, and seals a row.
  mutating func epoch(_ rows: [(name: String, row: [UInt64: UInt64])]) throws {
    for (name, row) in rows {
      try reveal(name)
      if !row.isEmpty { try seal(name, row) }
    }
    try endEpoch(1)
  }

  private mutating func reveal(_ name: String) throws {
    let epoch = room.subnet(1)?.epoch ?? 0
    guard let last = sealed[name], last.epoch + 1 == epoch else { return }
    let uids = last.row.keys.sorted()
    let salt = SHA256.hash(try address(name).bytes)
    try send(name) { room, k, head throws(Refusal) in
      let m = RevealWeights(
        head, subnet: 1, uids: uids, shares: uids.map { last.row[$0] ?? 0 }, salt: salt)
      try room.apply(m, as: .zero, &k)
    }
  }

  mutating func seal(_ name: String, _ row: [UInt64: UInt64]) throws {
    let account = try address(name)
    let epoch = room.subnet(1)?.epoch ?? 0
    let uids = row.keys.sorted()
    let seal = WeightSeal.of(
      subnet: 1, epoch: epoch, by: account, uids: uids, shares: uids.map { row[$0] ?? 0 },
      salt: SHA256.hash(account.bytes))
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(SealWeights(head, subnet: 1, seal: seal), as: .zero, &k)
    }
    sealed[name] = (epoch, row)
  }

  mutating func delegate(_ name: String, to validator: String, _ sum: Amount) throws {
    let on = try address(validator)
    try send(name) { room, k, head throws(Refusal) in
      let m = StakeOn(head, subnet: 1, on: on, sum, mostTake: SubnetMember.takeLimit)
      try room.apply(m, as: .zero, &k)
    }
  }

  /// Asks back what somebody has with a validator; where nothing is left there, nothing is said.
  mutating func flee(_ name: String, from validator: String) throws {
    let from = try address(validator)
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(Unstake(head, subnet: 1, from: from, Amount(.max)), as: .zero, &k)
    }
  }

  /// What some have more than at the beginning when their stake is back.
  mutating func gainAtTheEnd(of names: [String], staked: [String]) throws -> Fraction {
    for name in staked { try flee(name, from: name) }
    try pass(seconds: (room.subnet(1)?.parameters.unbonding ?? 0) + 1)
    return try gain(names)
  }
}

// MARK: - What people send

extension SubnetSeason {
  mutating func buy(
    _ name: String, _ sum: Amount, least: Amount = .zero, in number: UInt64 = 1
  ) throws {
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(BuyAsset(head, subnet: number, dollars: sum, least: least), as: .zero, &k)
    }
  }

  /// Sells all that somebody holds.
  mutating func sellAll(_ name: String, in number: UInt64 = 1) throws {
    let held = try units(name, in: number)
    guard held > .zero else { return }
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(SellAsset(head, subnet: number, units: held, least: .zero), as: .zero, &k)
    }
  }

  mutating func drain(_ number: UInt64 = 1, by name: String = owner) throws {
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(DrainPool(head, subnet: number), as: .zero, &k)
    }
  }

  /// The owner has its pool back, after its notice.
  mutating func leave(_ number: UInt64 = 1, by name: String = owner) throws {
    try drain(number, by: name)
    try pass(seconds: (room.subnet(number)?.parameters.unbonding ?? 0) + 1)
  }

  mutating func join(_ name: String, in number: UInt64, stake: Amount = .zero) throws {
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(RegisterMember(head, subnet: number, most: Amount(.max)), as: .zero, &k)
    }
    guard stake > .zero else { return }
    let account = try address(name)
    try send(name) { room, k, head throws(Refusal) in
      let m = StakeOn(head, subnet: number, on: account, stake, mostTake: 0)
      try room.apply(m, as: .zero, &k)
    }
  }

  /// An epoch in which a validator shows what it sealed before, all for one member, and seals it
  /// again.
  mutating func judge(_ name: String, for uid: UInt64, in number: UInt64) throws {
    let account = try address(name)
    let salt = SHA256.hash(account.bytes)
    let epoch = room.subnet(number)?.epoch ?? 0
    let seat = room.uid(of: account, in: number) ?? 0
    if epoch > 0, room.seal(number, epoch: epoch - 1, seat) != nil {
      try send(name) { room, k, head throws(Refusal) in
        let m = RevealWeights(head, subnet: number, uids: [uid], shares: [1], salt: salt)
        try room.apply(m, as: .zero, &k)
      }
    }
    let seal = WeightSeal.of(
      subnet: number, epoch: epoch, by: account, uids: [uid], shares: [1], salt: salt)
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(SealWeights(head, subnet: number, seal: seal), as: .zero, &k)
    }
    try endEpoch(number)
  }

  mutating func collect(_ name: String, in number: UInt64) throws {
    let account = try address(name)
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(CollectDividends(head, subnet: number, from: account), as: .zero, &k)
    }
  }

  mutating func unstake(_ name: String, in number: UInt64) throws {
    let account = try address(name)
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(Unstake(head, subnet: number, from: account, Amount(.max)), as: .zero, &k)
    }
  }

  mutating func close(_ number: UInt64, by name: String) throws {
    try send(name) { room, k, head throws(Refusal) in
      try room.apply(CloseSubnet(head, subnet: number), as: .zero, &k)
    }
  }
}

// MARK: - Time and money

extension SubnetSeason {
  func market(_ number: UInt64 = 1) -> AssetPool { room.assets.pool(of: number) ?? AssetPool() }

  /// To a second before the root is shared, and then over it.
  mutating func passToReading() throws { try pass(until: room.assets.root.ends, less: 1_000) }
  mutating func passReading() throws { try pass(until: room.assets.root.ends) }

  mutating func endEpoch(_ number: UInt64) throws {
    guard let subnet = room.subnet(number) else { return }
    try pass(until: subnet.epochEnds)
  }

  mutating func pass(seconds: UInt64) throws {
    try pass(until: Time(k.now.milliseconds + seconds * 1_000))
  }

  private mutating func pass(until time: Time, less: UInt64 = 0) throws {
    let target = time.milliseconds - min(less, time.milliseconds)
    k.endBlock()
    try k.beginBlock(
      time: Time(max(k.now.milliseconds + 1, target)), link: links.removeLast())
    forget()
    while let timer = k.timers.popDue(k.now) {
      _ = try room.fire(timer.key, at: timer.deadline, &k)
      forget()
    }
  }

  mutating func units(_ name: String, in number: UInt64) throws -> Amount {
    k.ledger.balance(.account(try address(name)), SubnetAsset.asset(of: number))
  }

  /// What some have more than at the beginning in dollars, before tolls.
  mutating func gain(_ names: [String]) throws -> Fraction {
    try names.reduce(0) {
      $0 + Fraction(k.ledger.balance(.account(try address($1)))) - Fraction(Self.purse)
    }
  }

  /// How many messages some have sent.
  func sent(_ names: [String]) -> UInt64 { names.reduce(0) { $0 + (sent[$1] ?? 0) } }

  /// What the root has drawn into a subnet.
  func fed(_ number: UInt64 = 1) -> Fraction { Fraction(market(number).fed) }

  /// What the owner of a subnet still has coming when it closes.
  func deposit(_ number: UInt64) -> Fraction {
    Fraction(room.subnet(number)?.deposit ?? .zero)
  }

  private mutating func address(_ name: String) throws -> Address {
    if let known = addresses[name] { return known }
    let address = PrivateKey(seed: Array("assets/\(name)".utf8)).address
    addresses[name] = address
    try k.fund(address, Self.purse)
    forget()
    return address
  }

  private mutating func send(
    _ name: String, _ body: (inout SubnetTables, inout KernelTables, Head) throws(Refusal) -> Void
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
