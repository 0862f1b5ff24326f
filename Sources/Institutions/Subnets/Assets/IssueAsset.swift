// Gives a subnet an asset of its own, before its first epoch ends, so that nobody joined another.

public import Kernel
public import Primitives

/// The owner makes the asset, all of it. Its rules never change.
public struct IssueAsset: MessageContent {
  public static let typeName = "IssueAsset"
  public static let kind: UInt8 = 160
  public var head = Head()
  public var subnet: UInt64 = 0
  /// Small letters, digits and dashes, at most 32. It names nothing: the subnet's number does.
  public var name = ""
  public var cap = Amount()
  /// What an epoch pays at first; it halves after every `halving` epochs.
  public var perEpoch = Amount()
  public var halving: UInt64 = 0

  public init() {}

  public init(
    _ head: Head, subnet: UInt64, name: String, cap: Amount, perEpoch: Amount, halving: UInt64
  ) {
    self.head = head
    self.subnet = subnet
    self.name = name
    self.cap = cap
    self.perEpoch = perEpoch
    self.halving = halving
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("name", &name)
    try v("cap", &cap)
    try v("perEpoch", &perEpoch)
    try v("halving", &halving)
  }
}

/// A delegator takes what its stake has earned in the own asset.
public struct CollectDividends: MessageContent {
  public static let typeName = "CollectDividends"
  public static let kind: UInt8 = 165
  public var head = Head()
  public var subnet: UInt64 = 0
  public var validator = Address.zero

  public init() {}

  public init(_ head: Head, subnet: UInt64, from validator: Address) {
    self.head = head
    self.subnet = subnet
    self.validator = validator
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("subnet", &subnet)
    try v("validator", &validator)
  }
}

extension SubnetTables {
  public mutating func apply(
    _ m: IssueAsset, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let subnet = try require(m.subnet)
    guard subnet.owner == m.head.from else { throw .notSubnetOwner }
    guard subnet.state == .open else { throw .subnetCloses }
    guard !assets.assets.contains(m.subnet) else { throw .assetExists }
    guard subnet.epoch == 0 else { throw .assetTooLate(epoch: subnet.epoch) }
    try subnet.requireRunning(at: k.now)
    var row = SubnetAsset()
    row.name = m.name
    row.cap = m.cap
    row.perEpoch = m.perEpoch
    row.halving = m.halving
    row.left = m.cap
    try row.check()
    let asset = SubnetAsset.asset(of: m.subnet)
    guard k.ledger.minted(asset) == .zero else { throw .assetExists }
    try k.ledger.mint(to: .escrow(SubnetAsset.escrow(m.subnet)), m.cap, asset)
    assets.assets[m.subnet] = row
    k.emit(
      Event(
        "assetIssued", subject: Subnet.escrow(m.subnet), parties: [m.head.from],
        numbers: [
          Number("subnet", m.subnet), Number("asset", UInt64(asset.number)),
          Number("cap", m.cap.units),
        ]))
  }

  public mutating func apply(
    _ m: CollectDividends, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let key = Stake(m.subnet, on: m.validator, of: m.head.from).key
    let stake = try stakes.require(key, else: .nothingStaked)
    guard try collect(stake, &k) > .zero else { throw .nothingToCollect }
  }

  /// Pays a stake what it has coming in the own asset, and counts anew from here. It is done before
  /// the number of shares changes.
  @discardableResult
  mutating func collect(_ stake: Stake, _ k: inout KernelTables) throws(Refusal) -> Amount {
    let party = PartyKey(stake.subnet, stake.validator)
    guard var row = assets.dividends[party] else { return .zero }
    let due = try row.due(stake.shares, since: assets.marks[stake.key]?.perShare ?? Wide())
    row.held = try row.held.subtracting(due)
    assets.dividends[party] = row
    assets.marks[stake.key] = DividendMark(row.perShare)
    try k.ledger.post(
      from: .escrow(SubnetAsset.escrow(stake.subnet)), to: .account(stake.owner), due,
      SubnetAsset.asset(of: stake.subnet))
    guard due > .zero else { return due }
    k.emit(
      Event(
        "dividendsCollected", subject: Subnet.escrow(stake.subnet),
        parties: [stake.owner, stake.validator],
        numbers: [Number("subnet", stake.subnet), Number("units", due.units)]))
    return due
  }

  /// The last stake on a validator is gone. What was rounded away is paid by a later epoch, or
  /// burnt where there is none.
  mutating func endDividends(_ party: PartyKey, _ k: inout KernelTables) throws(Refusal) {
    guard let row = assets.dividends[party] else { return }
    assets.dividends[party] = nil
    let isPaying = subnets[party.subnet].map { $0.state != .closed } ?? false
    if isPaying, var asset = assets.assets[party.subnet] {
      asset.carried = try asset.carried.adding(row.held)
      assets.assets[party.subnet] = asset
    } else {
      try k.ledger.post(
        from: .escrow(SubnetAsset.escrow(party.subnet)), to: .treasury, row.held,
        SubnetAsset.asset(of: party.subnet))
    }
  }
}

// MARK: - Epochs

extension SubnetTables {
  /// Pays an epoch in the own asset as it was paid in dollars: the same shares of what the schedule
  /// gives and earlier epochs left.
  mutating func payAsset(
    _ number: UInt64, _ subnet: Subnet, _ outcome: YumaOutcome, isEarned: Bool,
    _ k: inout KernelTables
  ) throws(Refusal) {
    guard var row = assets.assets[number] else { return }
    let emission = row.emission(at: subnet.epoch)
    let budget = try row.carried.adding(emission)
    var paid = Amount.zero
    if isEarned && budget > .zero {
      for uid in 0..<subnet.members {
        guard let member = members[SeatKey(number, uid)] else { continue }
        let served = YumaOutcome.amount(outcome.serverShares[Int(uid)], of: budget)
        let judged = YumaOutcome.amount(outcome.validatorShares[Int(uid)], of: budget)
        paid = try paid.adding(served).adding(judged)
        try payAsset(number, member, served: served, judged: judged, &k)
      }
    }
    row.left = try row.left.subtracting(emission)
    row.carried = try budget.subtracting(paid)
    assets.assets[number] = row
    k.emit(
      Event(
        "assetPaid", subject: Subnet.escrow(number), parties: [subnet.owner],
        numbers: [
          Number("subnet", number), Number("epoch", subnet.epoch),
          Number("units", paid.units), Number("carriedUnits", row.carried.units),
        ]))
  }

  private mutating func payAsset(
    _ number: UInt64, _ member: SubnetMember, served: Amount, judged: Amount,
    _ k: inout KernelTables
  ) throws(Refusal) {
    let party = PartyKey(number, member.account)
    var own = served
    if judged > .zero, let pool = pools[party], pool.staked.shares > 0 {
      let take = try judged.ppmDown(member.take)
      var row = assets.dividends[party] ?? AssetDividends()
      try row.add(try judged.subtracting(take), over: pool.staked.shares)
      assets.dividends[party] = row
      own = try own.adding(take)
    } else {
      own = try own.adding(judged)
    }
    try k.ledger.post(
      from: .escrow(SubnetAsset.escrow(number)), to: .account(member.account), own,
      SubnetAsset.asset(of: number))
  }

  /// The subnet is over: what its asset has not paid is burnt.
  mutating func closeAsset(_ number: UInt64, _ k: inout KernelTables) throws(Refusal) {
    guard var row = assets.assets[number] else { return }
    try k.ledger.post(
      from: .escrow(SubnetAsset.escrow(number)), to: .treasury, row.left.adding(row.carried),
      SubnetAsset.asset(of: number))
    row.left = .zero
    row.carried = .zero
    row.isPooled = true
    assets.assets[number] = row
  }

  /// The asset's row goes with the last thing that needs it; what people hold of it stays theirs.
  mutating func tidyAsset(_ number: UInt64) {
    guard subnets[number] == nil, !assets.markets.contains(number) else { return }
    assets.assets[number] = nil
  }
}
