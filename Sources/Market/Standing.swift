// What the market reads of an account's record; the reputation room answers.

public import Primitives

/// A read-only view of records. The caller's protocol: the market declares what it needs.
public protocol Standing: ~Copyable {
  /// The auction's weight, in parts per million.
  func weight(of account: Address) -> UInt64
  /// The rate of rejections that an order of that price sees, in parts per million.
  func rejectionRate(of account: Address, price: Amount) -> UInt64
  /// Confirmed work by amount, and how much of it drawn auditors confirmed.
  func good(of account: Address) -> Amount
  func audited(of account: Address) -> Amount
}
