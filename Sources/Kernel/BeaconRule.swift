// How the beacon of a block follows from the last one, the salts opened and the operator's link.

public import Primitives

/// E of block h. The hash of the previous block has no part in it, since its maker could grind it.
public enum BeaconRule {
  /// - Parameter opened: the salts opened in the block, in any order.
  public static func next(
    last: Bytes32, opened: [(object: Bytes32, salt: Bytes32)], link: Bytes32
  ) -> Bytes32 {
    let sorted = opened.sorted { l, r in
      l.object == r.object ? l.salt < r.salt : l.object < r.object
    }
    var hasher = SHA256()
    hasher.update("tolsey/beacon/1")
    hasher.update(last)
    for (object, salt) in sorted {
      hasher.update(object)
      hasher.update(salt)
    }
    hasher.update(link)
    return hasher.finalize()
  }

  /// The same for the thousands of salts of a full block. Objects are digests, and sorted as such.
  static func next(
    last: Bytes32, opened: consuming [Beacon.OpenedSalt], link: Bytes32
  ) -> Bytes32 {
    opened.sort {
      $0.object.leadingWord
    } _: {
      $0 < $1
    }
    var hasher = SHA256()
    hasher.update("tolsey/beacon/1")
    hasher.update(last)
    for salt in opened {
      hasher.update(salt.object)
      hasher.update(salt.salt)
    }
    hasher.update(link)
    return hasher.finalize()
  }
}
