// Weeks of two subnets with assets of their own, by the ledger's own rules: who trades, farms and
// leaves there, and what each has in the end.

import Kernel
import Primitives
import Subnets

/// Two pools of $1,000 that share a root. The owner of the second does nothing: what the first has
/// more is what its acts brought.
struct AssetSeason: ~Copyable {
  static let owner = "owner"
  static let neighbour = "neighbour"
  static let root = dollars(1_000)
  static let pool = dollars(1_000)
  private static let begin = dollars(1_000_000)

  private(set) var k = KernelTables()
  private(set) var room = SubnetTables()
  private var links: [Bytes32] = []
  private var sequence: UInt64 = 0
  private var addresses: [String: Address] = [:]
  private var sent: [String: UInt64] = [:]

  static func dollars(_ count: UInt64) -> Amount { Amount(count * 1_000_000) }

  /// Two subnets that have stood for weeks, each with a pool, before the root is given anything.
  init(weeks: UInt64 = 1) throws {
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

// MARK: - What people send

extension AssetSeason {
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

extension AssetSeason {
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
      $0 + Fraction(k.ledger.balance(.account(try address($1)))) - Fraction(Self.begin)
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
    try k.fund(address, Self.begin)
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
