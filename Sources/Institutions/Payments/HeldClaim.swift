// The row of a claim that waits for its audit, and what becomes of its money.

import Kernel
import Market
public import Primitives

/// What a claim took of one channel: all between two sums.
public struct HeldPart: Fielded, Hashable {
  public static let typeName = "HeldPart"
  public var channel = Bytes32.zero
  public var from = Amount()
  public var to = Amount()

  public init() {}

  init(_ channel: Bytes32, from: Amount, to: Amount) {
    self.channel = channel
    self.from = from
    self.to = to
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("channel", &channel)
    try v("from", &from)
    try v("to", &to)
  }

  /// A part is made of a difference that was positive.
  var amount: Amount { (try? to.subtracting(from)) ?? .zero }
}

/// How far the audit of a claim has come.
public enum ClaimStage: UInt8, Sendable {
  /// Its runs are fixed; the beacon that picks one is still to come.
  case fixed = 0
  /// A run was picked; its seller has to open it.
  case drawn = 1
  /// The run is open; its seller has to prove it.
  case unproved = 2
  /// The run is open and stands; who was told otherwise may show so.
  case shown = 3
}

/// A claim of a bonded seller. Its money lies in an escrow under the id of its message, and a slice
/// of the standing bond is tied to it.
public struct HeldClaim: Fielded, Hashable {
  public static let typeName = "HeldClaim"
  /// The key of the standing bond.
  public var bond = Bytes32.zero
  public var seller = Address.zero
  /// Of the runs that it pays for.
  public var root = Bytes32.zero
  public var amount = Amount()
  public var slice = Amount()
  /// In the order of its vouchers, which is that of the millionths of its amount.
  public var parts: [HeldPart] = []
  public var fixedAt: UInt64 = 0
  public var stage: UInt8 = ClaimStage.fixed.rawValue
  /// The millionth that was drawn.
  public var offset: UInt64 = 0
  /// The canonical bytes of the run that was paid with it, while its proof is awaited.
  public var run: [UInt8] = []
  public var deadline = Time()
  public var termsVersion: UInt64 = 0

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("bond", &bond)
    try v("seller", &seller)
    try v("root", &root)
    try v("amount", &amount)
    try v("slice", &slice)
    try v("parts", &parts)
    try v("fixedAt", &fixedAt)
    try v("stage", &stage)
    try v("offset", &offset)
    try v("run", &run)
    try v("deadline", &deadline)
    try v("termsVersion", &termsVersion)
  }

  /// Where in the claim a run must stand: what its channel had paid says so. A run that stands
  /// twice stands once in the wrong place.
  func place(of run: SoldRun) -> Range<UInt64>? {
    guard let end = run.end else { return nil }
    var before: UInt64 = 0
    for part in parts {
      if part.channel == run.payment && part.from <= run.before && end <= part.to {
        let start = before + (run.before.units - part.from.units)
        return start..<(start + run.price.units)
      }
      // No overflow: the amounts of all parts add up to the claim's.
      before &+= part.amount.units
    }
    return nil
  }
}

extension PaymentTables {
  public func heldClaim(_ id: Bytes32) -> HeldClaim? { claims[id] }

  /// Every claim that is not settled, in the order of its id's bytes.
  public func forEachHeldClaim(_ body: (Bytes32, HeldClaim) -> Void) { claims.forEach(body) }

  // MARK: - Holding

  /// The standing bond behind the channels of a message; nil where there is none. A message is for
  /// one of them or for none, so that nothing is paid unaudited beside what is audited.
  func bond(behind vouchers: [VoucherClaim]) throws(Refusal) -> Bytes32? {
    if bonds.count == 0 { return nil }
    var last: (config: ChannelConfig, key: Bytes32?)?
    for voucher in vouchers {
      guard let config = channels[voucher.channel]?.config else { throw .unknownChannel }
      if let last, last.config.receiver == config.receiver,
        last.config.receiverAuthorizer == config.receiverAuthorizer
      {
        continue
      }
      let own = StandingBond.key(of: config)
      let key = bonds.contains(own) ? own : nil
      if let last, last.key != key { throw .mixedClaim }
      last = (config, key)
    }
    return last?.key
  }

  /// Holds the money of a claim, which lies in its escrow, until one run of it was audited.
  mutating func hold(
    _ id: Bytes32, root: Bytes32, _ parts: [HeldPart], under key: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    guard var bond = bonds[key] else { throw .noStandingBond }
    var row = HeldClaim()
    row.bond = key
    row.seller = bond.seller
    row.root = root
    row.parts = parts
    for part in parts { row.amount = try row.amount.adding(part.amount) }
    row.termsVersion = k.terms.version
    row.slice = try Bonds.sliceBond(claim: row.amount, terms: k.terms.current)
    guard row.slice <= bond.free else {
      throw .bondTied(free: bond.free, needs: row.slice)
    }
    bond.tied = try bond.tied.adding(row.slice)
    bond.held += 1
    bonds[key] = bond
    row.fixedAt = k.height
    row.deadline = k.now
    claims[id] = row
    k.timers.set(PaymentTimer.claim(id), at: row.deadline)
    k.emit(
      Event(
        "claimHeld", subject: id, parties: [row.seller], objects: [key, root],
        numbers: [Number("amount", row.amount.units), Number("slice", row.slice.units)]))
  }

  // MARK: - Deadlines

  /// What silence does to a claim, or the next block.
  mutating func advance(
    _ id: Bytes32, at deadline: Time, _ k: inout KernelTables
  ) throws(Refusal) -> Bool {
    guard let row = claims[id], row.deadline == deadline else { return false }
    guard let bond = bonds[row.bond], let stage = ClaimStage(rawValue: row.stage) else {
      return false
    }
    if bond.isConvicted {
      try settle(id, row, .provider, &k)
      return true
    }
    switch stage {
    case .fixed: try draw(id, row, &k)
    case .drawn, .unproved: try settle(id, row, .provider, &k)
    case .shown: try settle(id, row, .none, &k)
    }
    return true
  }

  /// Fixed in block h, the draw takes E of block h+1, which is complete in block h+2. No payer has
  /// a salt in it: a voucher's client knows of none.
  private mutating func draw(
    _ id: Bytes32, _ old: HeldClaim, _ k: inout KernelTables
  ) throws(Refusal) {
    guard k.height >= old.fixedAt + 2 else {
      return k.timers.postpone(PaymentTimer.claim(id), at: old.deadline)
    }
    var row = old
    let draw = Draw(object: id, fixed: row.root, salt: .zero, beacon: k.beaconValue)
    row.offset = try draw.offset(in: row.amount)
    try wait(id, &row, .drawn, seconds: k.terms.at(row.termsVersion).demandWindow, &k)
    k.emit(
      Event(
        "claimDrawn", subject: id, parties: [row.seller], objects: [row.bond, row.root],
        numbers: [
          Number("offset", row.offset), Number("deadline", row.deadline.milliseconds),
        ]))
  }

  /// The next stage, and how long it may take.
  mutating func wait(
    _ id: Bytes32, _ row: inout HeldClaim, _ stage: ClaimStage, seconds: UInt64,
    _ k: inout KernelTables
  ) throws(Refusal) {
    row.stage = stage.rawValue
    row.deadline = try k.now.after(seconds: seconds)
    claims[id] = row
    k.timers.set(PaymentTimer.claim(id), at: row.deadline)
  }

  // MARK: - Settling

  /// Ends a claim. Its money goes to the seller, or back to all whose channels it came from; its
  /// slice is free again, or lost. A convicted seller has no bond left to lose.
  mutating func settle(
    _ id: Bytes32, _ row: HeldClaim, _ audit: ClaimAudit, _ k: inout KernelTables
  ) throws(Refusal) {
    guard var bond = bonds[row.bond] else { throw .noStandingBond }
    let slice = min(row.slice, bond.bond)
    let payouts = try Settlement.claim(
      delta: row.amount, slice: slice, fee: .zero, auditBond: .zero, audit: audit, tolls: .zero,
      terms: k.terms.at(row.termsVersion))
    let kept = payouts[.provider]
    if kept > .zero {
      let paid = try kept.subtracting(slice)
      try k.ledger.post(from: .escrow(id), to: .account(row.seller), paid)
      let take = try row.amount.subtracting(paid)
      try k.ledger.post(from: .escrow(id), to: .treasury, take)
    } else {
      for part in row.parts {
        guard let payer = channels[part.channel]?.config.payer else { throw .unknownChannel }
        try giveBack(part.amount, of: id, to: payer, &k)
      }
      try k.ledger.post(from: .escrow(row.bond), to: .treasury, slice)
      bond.bond = try bond.bond.subtracting(slice)
    }
    bond.tied = try bond.tied.subtracting(row.slice)
    bond.held -= 1
    bonds[row.bond] = bond
    claims[id] = nil
    k.emit(
      Event(
        kept > .zero ? "claimPaid" : "claimFell", subject: id, parties: [row.seller],
        objects: [row.bond, row.root],
        numbers: [
          Number("amount", row.amount.units), Number("lost", kept > .zero ? 0 : slice.units),
        ]))
  }
}

extension Refusal {
  /// Vouchers of several doors, of which one is bonded.
  static var mixedClaim: Refusal { Refusal("mixedClaim") }

  /// A bonded seller is paid for runs that it names.
  static var rootNeeded: Refusal { Refusal("rootNeeded") }

  static func bondTied(free: Amount, needs: Amount) -> Refusal {
    Refusal("bondTied", ["free": free.units, "needs": needs.units])
  }
}
