// What tests of own assets, pools and the root send, and what they look at.

import Kernel
import Primitives

@testable import Subnets

extension SubnetLedger {
  static let asset = SubnetAsset.asset(of: 1)

  /// Ten million of which a half is scheduled: 5 an epoch, halved after half a million epochs.
  mutating func issue(
    cap: UInt64 = 10_000_000_000_000, perEpoch: UInt64 = 5_000_000, halving: UInt64 = 500_000,
    name: String = "digit", in number: UInt64 = 1, by: Address = owner
  ) -> Refusal? {
    let m = IssueAsset(
      head(by), subnet: number, name: name, cap: Amount(cap), perEpoch: Amount(perEpoch),
      halving: halving)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func seed(
    _ amount: Amount = dollars(1_000), fee: UInt64 = 3_000, in number: UInt64 = 1,
    by: Address = owner
  ) -> Refusal? {
    let m = SeedPool(head(by), subnet: number, dollars: amount, fee: fee)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func drain(in number: UInt64 = 1, by: Address = owner) -> Refusal? {
    let m = DrainPool(head(by), subnet: number)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func buy(
    _ name: String, _ amount: Amount, least: Amount = .zero, in number: UInt64 = 1
  ) -> Refusal? {
    let m = BuyAsset(head(name), subnet: number, dollars: amount, least: least)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func sell(
    _ name: String, _ units: Amount, least: Amount = .zero, in number: UInt64 = 1
  ) -> Refusal? {
    let m = SellAsset(head(name), subnet: number, units: units, least: least)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func collect(_ name: String, from validator: String) -> Refusal? {
    let m = CollectDividends(head(name), subnet: 1, from: Self.account(validator))
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  mutating func fundRoot(_ amount: Amount, by: Address = sponsor) -> Refusal? {
    let m = FundRoot(head(by), amount)
    return done { (room, k) throws(Refusal) in try room.apply(m, as: Self.messageID(m), &k) }
  }

  /// What somebody holds of the asset of a subnet.
  func units(_ name: String, of number: UInt64 = 1) -> Amount {
    k.ledger.balance(.account(Self.account(name)), SubnetAsset.asset(of: number))
  }

  func pool(_ number: UInt64 = 1) -> AssetPool { room.assets.pool(of: number) ?? AssetPool() }

  /// To the next sharing of the root.
  mutating func endRootEpoch() throws(Refusal) {
    let ends = room.assets.root.ends.milliseconds
    try pass(milliseconds: max(1, ends - min(ends, k.now.milliseconds)))
  }

  /// A subnet with an asset and a pool of so many dollars, of whose parameters the epochs are long.
  mutating func open(_ number: UInt64, dollars: UInt64, by: Address = owner) -> Refusal? {
    return create(.slow, by: by) ?? issue(in: number, by: by)
      ?? seed(Self.dollars(dollars), in: number, by: by)
  }
}

/// Numbers from a seed (Steele, Lea, Flood, *Fast splittable pseudorandom number generators*,
/// OOPSLA 2014).
struct Dice {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Of any size up to a bound: small numbers as likely as great ones.
  mutating func amount(upTo bound: UInt64) -> Amount {
    Amount(1 + (next() >> (next() % 64)) % bound)
  }
}

extension SubnetParameters {
  /// Epochs of a week: those of an hour would be most of a test's work.
  static var slow: SubnetParameters {
    var slow = SubnetParameters()
    slow.tempo = 604_800
    slow.immunity = 3 * 604_800
    slow.unbonding = 3 * 604_800
    return slow
  }
}
