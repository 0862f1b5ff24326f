// What a facilitator remembers of payments, so that one payment is one sale.

import Primitives

/// How often each payment was verified, and whether somebody was told that it is made.
///
/// A client verifies before it sells, so a payment that was verified once is one sale, however
/// often it is settled: whoever lost the answer gets it again. Verified twice, it may be two sales.
/// A seller that never verifies is told once.
struct SaleBook {
  private struct Sale {
    var verified = 0
    var isTold = false
  }

  private var sales: [Bytes32: Sale] = [:]
  private var order: [Bytes32] = []
  /// From then on a payment that is not known may have been sold.
  private var hasForgotten = false

  /// Payments that are remembered; of more, the older half is forgotten.
  private let most: Int

  init(most: Int = 65_536) { self.most = most }

  mutating func noteVerified(_ payment: Bytes32) { note(payment) { $0.verified += 1 } }

  mutating func noteTold(_ payment: Bytes32) { note(payment) { $0.isTold = true } }

  /// Whether a payment that is made may be answered as made once more.
  func mayRepeat(_ payment: Bytes32) -> Bool {
    guard let sale = sales[payment] else { return !hasForgotten }
    return sale.verified == 1 || (sale.verified == 0 && !sale.isTold)
  }

  private mutating func note(_ payment: Bytes32, _ change: (inout Sale) -> Void) {
    if sales[payment] == nil {
      order.append(payment)
      if order.count > most {
        hasForgotten = true
        for old in order.prefix(most / 2) { sales[old] = nil }
        order.removeFirst(most / 2)
      }
    }
    change(&sales[payment, default: Sale()])
  }
}
