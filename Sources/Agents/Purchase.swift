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
  /// Runs that it is to have, all under its lease.
  let runs: UInt64
  var lease: LeaseID?
  /// Runs that are settled, by their index.
  var over: Set<UInt64> = []
  /// A run was settled without an answer that counts: no further one is begun.
  var isSour = false
  /// The event that ended it.
  var end: String?
  /// What began it, as long as no block is known to hold it.
  var unseen: SignedMessage?

  /// Learns from an event about it.
  mutating func learn(_ event: Event) {
    unseen = nil
    if event.lease != .zero, lease == nil { lease = LeaseID(event.lease) }
    if event.name == "runSettled" {
      let numbers = event.numbers
      if let index = numbers.first(where: { $0.name == "index" })?.value { over.insert(index) }
      let code = numbers.first { $0.name == "outcome" }.flatMap { UInt8(exactly: $0.value) }
      if let code, Outcome(rawValue: code)?.isGood != true { isSour = true }
      if runs == 1 { end = event.name }
    } else if Purchase.ends.contains(event.name) {
      end = event.name
    }
  }

  /// What ends a purchase of several runs, or of one that never began.
  static let ends: Set = [
    "orderNoMatch", "orderCancelled", "orderSaltWithheld", "orderReleased",
    "leaseNotHonoured", "leaseReleased", "leaseServed", "leaseBroken", "leaseLeft",
    "leaseInputWithheld",
  ]
}

/// What a buyer derives from the place of a message.
struct PurchaseSecrets {
  private let salts: Salts
  private let network: Bytes32
  private let head: Head

  init(_ salts: Salts, network: Bytes32, _ head: Head) {
    self.salts = salts
    self.network = network
    self.head = head
  }

  var seats: Bytes32 { derive("seats") }

  /// The salt that draws the audit of one run.
  func audit(_ index: UInt64) -> Bytes32 { derive("audit", of: index) }

  /// The content key to the input of one run. A place in a lane that no block took is taken again,
  /// for another input maybe: under the same key and the same nonces the two ciphertexts, which a
  /// custodian holds both, would show their difference. So the key follows from the input as well.
  func inputKey(_ index: UInt64, of input: [UInt8]) -> Bytes32 {
    derive("input key", of: index, SHA256.hash(input).bytes)
  }

  private func derive(_ use: String, of index: UInt64 = 0, _ more: [UInt8] = []) -> Bytes32 {
    salts.of(
      network: network, lane: head.lane, sequence: head.sequence,
      index == 0 ? use : "\(use) \(index)", more)
  }
}
