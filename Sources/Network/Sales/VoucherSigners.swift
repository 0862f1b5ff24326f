// Who signs vouchers: of those that sign many, what their checks have in common is kept.

import Primitives
import Synchronization

/// Checks the signatures of vouchers. Payers that bought often are known by their keys, a few at a
/// time; what it says is the same for all.
final class VoucherSigners: Sendable {
  private struct Known {
    var signer: FrequentSigner
    var usedAt: UInt64
  }

  private struct Inside {
    /// How much was sold to those that are not known.
    var sales: [Address: Int] = [:]
    var known: [Address: Known] = [:]
    var turn: UInt64 = 0
  }

  private let inside = Mutex(Inside())
  private let most: Int

  /// Sales after which a payer's key is kept ready: what that costs is saved by as many.
  static let enough = 32
  /// Payers whose sales are counted; when there are more, counting begins anew.
  static let mostCounted = 4_096

  /// - Parameter most: keys that are kept ready, each some 78 kB.
  init(most: Int = 64) { self.most = most }

  /// Keys that are kept ready now.
  var count: Int { inside.withLock { $0.known.count } }

  func keeps(_ address: Address) -> Bool { inside.withLock { $0.known[address] != nil } }

  /// Whether the owner of an address signed a digest, as `Signature.recover` says.
  func check(_ signature: Signature, of digest: Bytes32, by address: Address) -> Bool {
    let known = inside.withLock { inside -> FrequentSigner? in
      guard let place = inside.known.index(forKey: address) else { return nil }
      inside.turn += 1
      inside.known.values[place].usedAt = inside.turn
      return inside.known.values[place].signer
    }
    if let known { return known.signed(digest, signature) }
    guard let key = try? signature.recoverKey(digest: digest), key.address == address else {
      return false
    }
    if inside.withLock({ $0.sales[address, default: 0] >= VoucherSigners.enough }) {
      learn(key, address)
    }
    return true
  }

  /// Counts what was sold to who signs so: strangers who buy nothing take no place.
  func countSale(to address: Address) {
    inside.withLock { inside in
      guard inside.known[address] == nil else { return }
      if inside.sales.count >= VoucherSigners.mostCounted, inside.sales[address] == nil {
        inside.sales = [:]
      }
      inside.sales[address, default: 0] += 1
    }
  }

  /// Keeps a key ready in the place of the one that waits longest for its next sale. That one's
  /// sales are counted from nothing again: who pays with many keys in turn costs little more.
  private func learn(_ key: PublicKey, _ address: Address) {
    guard let signer = FrequentSigner(key) else { return }
    inside.withLock { inside in
      inside.sales[address] = nil
      guard inside.known[address] == nil else { return }
      if inside.known.count >= most,
        let oldest = inside.known.min(by: { $0.value.usedAt < $1.value.usedAt })
      {
        inside.known[oldest.key] = nil
      }
      inside.turn += 1
      inside.known[address] = Known(signer: signer, usedAt: inside.turn)
    }
  }
}
