// A purchase under way: which messages made it, and which rows it has reached.

import Chain
import Kernel
import Market
import Primitives

/// What a buyer keeps of a purchase. All of it can be read back from the ledger.
struct Purchase: Sendable {
  let want: Int
  /// The place of the message that began it, from which its secrets derive.
  let head: Head
  /// The order, or the message that takes the offer.
  let message: Bytes32
  let road: Road
  /// What is reserved of the budget.
  var most: Amount
  /// What was sent to the ledger as input.
  let input: Content
  var lease: LeaseID?
  /// The event that ended it.
  var end: String?
  /// What began it, as long as no block is known to hold it.
  var unseen: SignedMessage?
  /// A purchase has one run.
  var run: RunKey? { lease.map { RunKey($0, 0) } }

  static let ends: Set = [
    "runSettled", "orderNoMatch", "orderCancelled", "orderSaltWithheld", "orderReleased",
    "leaseNotHonoured", "leaseReleased",
  ]
}

/// What a buyer derives from the place of a message.
struct PurchaseSecrets {
  let seats: Bytes32
  let audit: Bytes32
  let inputKey: Bytes32

  init(_ salts: Salts, network: Bytes32, _ head: Head) {
    func derive(_ use: String) -> Bytes32 {
      salts.of(network: network, lane: head.lane, sequence: head.sequence, use)
    }
    seats = derive("seats")
    audit = derive("audit")
    inputKey = derive("input key")
  }
}
