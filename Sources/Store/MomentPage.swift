// Moments of a road in some thirty bytes each: names by code, places as differences, accounts by
// number, and the objects of the road by what they are to it.

import Primitives

/// Some moments of one road, in order.
struct MomentPage: Equatable {
  static let capacity = 64

  enum Subject: Equatable {
    case road, lease, offer
    /// By its index in the lease.
    case run(UInt64)
    case other(Bytes32)
  }

  enum Party: Equatable {
    case nobody
    /// By the number of its line.
    case known(UInt64)
    case other(Address)
  }

  /// A named number of an event.
  struct Count: Equatable {
    /// 0: a name that has none, and stands here itself.
    var code: UInt64 = 0
    var name = ""
    var value: UInt64 = 0
  }

  struct Entry: Equatable {
    var code: UInt64 = 0
    var name = ""
    var height: UInt64 = 0
    var position: UInt64 = 0
    var time: UInt64 = 0
    var subject = Subject.road
    var parties: [Party] = []
    /// Whether what follows is all of the event.
    var isWhole = false
    /// What the event names as its order and its lease; nil for nothing.
    var order: Subject?
    var lease: Subject?
    var objects: [Subject] = []
    var numbers: [Count] = []
  }

  var entries: [Entry] = []

  init() {}
}
