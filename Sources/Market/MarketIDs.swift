// The ids of the road's nouns; each is the hash of its content and commits to its predecessor.

public import Primitives

public enum OrderKind: IDKind { public static let prefix = "order" }
public enum BidKind: IDKind { public static let prefix = "bid" }
public enum OfferKind: IDKind { public static let prefix = "offer" }
public enum LeaseKind: IDKind { public static let prefix = "lease" }
public enum RunKind: IDKind { public static let prefix = "run" }
public enum GameKind: IDKind { public static let prefix = "game" }
public enum EvidenceKind: IDKind { public static let prefix = "evidence" }

/// An order's id is the id of the message that placed it.
public typealias OrderID = ID<OrderKind>
/// A bid's id is the id of the message that made it.
public typealias BidID = ID<BidKind>
/// An offer's id is the id of the message that posted it.
public typealias OfferID = ID<OfferKind>
/// A lease's id commits to the order and to the draw, or to the message that took an offer.
public typealias LeaseID = ID<LeaseKind>
/// A run's id commits to its lease and its index.
public typealias RunID = ID<RunKind>
/// A game's id commits to its run, the answer and the challenger.
public typealias GameID = ID<GameKind>
/// The id of the message that carried a seat's evidence.
public typealias EvidenceID = ID<EvidenceKind>

extension ID where Kind == LeaseKind {
  /// The lease that the draw of an order makes.
  public static func of(order: OrderID, seed: Bytes32) -> LeaseID {
    LeaseID(
      SHA256.hash {
        $0.update("tolsey/lease/1")
        $0.update(order.digest)
        $0.update(seed)
      })
  }

  /// The lease that a `TakeOffer` makes.
  public static func of(take message: Bytes32) -> LeaseID {
    LeaseID(SHA256.hash(Array("tolsey/lease/1".utf8) + message.bytes))
  }
}

extension ID where Kind == RunKind {
  /// Run `index` of a lease.
  public static func of(_ lease: LeaseID, index: UInt64) -> RunID {
    // Piece by piece: every message of a run asks for its id several times.
    var hasher = SHA256()
    hasher.update("tolsey/run/1")
    hasher.update(lease.digest)
    hasher.update(index)
    return RunID(hasher.finalize())
  }
}

/// A number as eight bytes, the most significant first: how digests take numbers in.
public func bigEndianBytes(_ x: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: x >> UInt64(56 - 8 * $0)) }
}
