// A run that was sold and not claimed yet, as its seller keeps it.

import Payments
import Primitives

/// A run that waits for its claim.
struct ClaimRun: Hashable, Sendable {
  var index: UInt64
  /// What its channel had paid when it was paid.
  var through: Amount
  /// What it had paid before.
  var before: Amount
  var leaf: RunTree.Node
  /// The signed run, as its buyer has it.
  var bytes: [UInt8]

  /// Whether the ledger paid it. What a channel had before it was let go was paid.
  func isPaid(of channel: SoldChannel) -> Bool {
    index < channel.claimedRuns || through <= channel.claimed
  }

  init(_ signed: SignedRun) {
    index = signed.run.index
    before = signed.run.before
    through = (try? signed.run.before.adding(signed.run.price)) ?? signed.run.before
    leaf = RunTree.leaf(signed.run)
    bytes = signed.encoded
  }
}
