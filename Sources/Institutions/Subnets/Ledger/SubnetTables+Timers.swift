// What happens in subnets at its time: epochs, closings, ends of grants, stake that is paid out.

public import Kernel
public import Primitives

/// The deadlines of this room.
public enum SubnetTimer {
  public static let room: UInt8 = 8

  static let epochKind: UInt8 = 1
  static let closeKind: UInt8 = 2
  static let grantKind: UInt8 = 3
  static let stakeKind: UInt8 = 4
  static let poolKind: UInt8 = 5
  static let rootKind: UInt8 = 6

  static func epoch(_ number: UInt64) -> TimerKey {
    TimerKey(room: room, kind: epochKind, id: Subnet.escrow(number), sub: number)
  }

  static func close(_ number: UInt64) -> TimerKey {
    TimerKey(room: room, kind: closeKind, id: Subnet.escrow(number), sub: number)
  }

  static func grant(_ id: Bytes32) -> TimerKey {
    TimerKey(room: room, kind: grantKind, id: id)
  }

  static func stake(_ key: Bytes32) -> TimerKey {
    TimerKey(room: room, kind: stakeKind, id: key)
  }

  static func pool(_ number: UInt64) -> TimerKey {
    TimerKey(room: room, kind: poolKind, id: AssetPool.escrow(number), sub: number)
  }

  static let root = TimerKey(room: room, kind: rootKind, id: RootFund.escrow)
}

extension SubnetTables {
  /// Lets a deadline act. False says that the entry was stale.
  public mutating func fire(
    _ key: TimerKey, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    switch key.kind {
    case SubnetTimer.epochKind:
      guard let subnet = subnets[key.sub], subnet.epochEnds == deadline,
        key == SubnetTimer.epoch(key.sub)
      else { return false }
      guard hasRoom(for: subnet, k) else {
        k.timers.postpone(key, at: deadline)
        return true
      }
      try runEpoch(key.sub, subnet, &k)
      return true
    case SubnetTimer.closeKind:
      guard let subnet = subnets[key.sub], subnet.state == .closing, subnet.closes == deadline,
        key == SubnetTimer.close(key.sub)
      else { return false }
      // Its last epoch waits for a block with room.
      if subnet.epochEnds <= deadline {
        k.timers.postpone(key, at: deadline)
      } else {
        try close(key.sub, subnet, &k)
      }
      return true
    case SubnetTimer.grantKind:
      guard let grant = grants.rows[key.id], grant.ends == deadline,
        key == SubnetTimer.grant(key.id)
      else { return false }
      try end(key.id, grant, at: deadline, &k)
      return true
    case SubnetTimer.stakeKind:
      guard let stake = stakes[key.id], stake.leaves == deadline,
        key == SubnetTimer.stake(key.id)
      else { return false }
      try payOut(stake, &k)
      return true
    case SubnetTimer.poolKind:
      guard let pool = assets.markets[key.sub], pool.ends == deadline,
        key == SubnetTimer.pool(key.sub)
      else { return false }
      try endPool(key.sub, pool, &k)
      return true
    case SubnetTimer.rootKind:
      guard let root = assets.roots[0], root.ends == deadline, key == SubnetTimer.root else {
        return false
      }
      try shareRoot(root, at: deadline, &k)
      return true
    default: return false
    }
  }

  /// Takes the deadline from an object whose timer was refused, so that a node that is restarted
  /// finds none either. Its owners' ways out stay open.
  public mutating func freeze(
    _ key: TimerKey, because refusal: Refusal, _ k: inout KernelTables
  ) {
    switch key.kind {
    case SubnetTimer.epochKind, SubnetTimer.closeKind:
      if var subnet = subnets[key.sub] {
        subnet.epochEnds = .never
        subnet.closes = .never
        subnets[key.sub] = subnet
      }
    case SubnetTimer.grantKind:
      grants.rows[key.id]?.ends = .never
    case SubnetTimer.poolKind:
      assets.markets[key.sub]?.ends = .never
    case SubnetTimer.rootKind:
      assets.roots[0]?.ends = .never
    default:
      stakes[key.id]?.leaves = .never
    }
    k.emit(Event("stuck", subject: key.id, numbers: refusal.numbers))
  }

  /// What timers computed in the block of this height, in units of work.
  public func work(at height: UInt64) -> UInt64 { work.charged(at: height) }

  /// Sets the deadlines of all rows after a restart.
  public func rebuildTimers(into k: inout KernelTables) {
    var due: [(key: TimerKey, at: Time)] = []
    subnets.forEach {
      due.append((SubnetTimer.epoch($0), $1.epochEnds))
      if $1.state == .closing { due.append((SubnetTimer.close($0), $1.closes)) }
    }
    grants.rows.forEach { due.append((SubnetTimer.grant($0), $1.ends)) }
    stakes.forEach { due.append((SubnetTimer.stake($0), $1.leaves)) }
    assets.forEachPool { due.append((SubnetTimer.pool($0), $1.ends)) }
    due.append((SubnetTimer.root, assets.root.ends))
    for timer in due where timer.at != .never { k.timers.set(timer.key, at: timer.at) }
  }

  /// Whether the block still has room for an epoch; the first one always has.
  private mutating func hasRoom(
    for subnet: Subnet, _ k: borrowing KernelTables
  ) -> Bool {
    work.hasRoom(
      for: EpochWork.units(of: subnet), of: EpochWork.unitsOfBlock, at: k.height)
  }
}
