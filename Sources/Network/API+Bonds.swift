// Reading what stands behind vouchers: the bonds of doors, and claims that are under audit.

import Archive
import Chain
import HTTPTypes
import Hummingbird
import Kernel
import Payments
import Primitives

extension API {
  func standingBonds(_ asked: Asked) throws -> Response {
    let seller = asked.address("account")
    return try page(asked, "standingBonds", StandingBond.self) { entry, row in
      if let seller, row.seller != seller { return nil }
      return ["id": .string("\(try Bytes32(keyBytes: entry.key))"), "bond": row.json]
    }
  }

  func heldClaims(_ asked: Asked) throws -> Response {
    let seller = asked.address("account")
    return try page(asked, "heldClaims", HeldClaim.self) { entry, row in
      if let seller, row.seller != seller { return nil }
      return ["id": .string("\(try Bytes32(keyBytes: entry.key))"), "claim": row.json]
    }
  }
}

// MARK: - Claims in their blocks

extension API {
  /// Which claim paid for a millionth of a channel: sums only grow, so it is one, for ever.
  func sealedClaim(_ asked: Asked) throws -> Response {
    guard let channel = Bytes32(hex: asked.name), let value = asked.number("at"),
      let found = try payment(of: channel, at: value)
    else { throw Problem.notClaimed }
    let block = try node.records.wholeBlock(found.height)
    let sealed = block.flatMap {
      SealedClaim(channel, by: Int(clamping: found.index), in: $0, genesis: node.facts.genesis)
    }
    guard let sealed else { throw Problem.claimWithoutRoot }
    var response = Response(bytes: sealed.encoded, type: "application/cbor")
    response.headers[.init(API.heightField)!] = String(found.height)
    return response
  }

  /// The first claim that goes beyond a sum. The first page holds the claims of most channels; of
  /// more of them, each look halves the blocks in which it may stand, since sums only grow. Whoever
  /// claims a millionth at a time pays for each claim, and makes nobody read them all.
  func payment(of channel: Bytes32, at value: UInt64) throws -> RecordedEvent? {
    let filter = EventsFilter(names: ["vouchersClaimed"], subjects: [channel])
    var looks = API.mostLooks
    var height: UInt64 = 0
    /// The next blocks that hold claims of the channel, if any do.
    func claims(after: UInt64?, _ limit: Int) throws -> [RecordedEvent] {
      var place = after
      while true {
        guard looks > 0 else { throw Problem.claimTooFar }
        looks -= 1
        let found = try node.records.events(after: place, filter, limit: limit)
        height = found.height
        guard found.value.events.isEmpty else { return found.value.events }
        guard found.value.through < found.height, found.value.through > place ?? 0 else {
          return []
        }
        place = found.value.through
      }
    }
    func first(in claims: [RecordedEvent]) throws -> RecordedEvent? {
      try claims.first { try API.claimed(of: channel, by: $0).map { value < $0 } ?? false }
    }
    let begin = try claims(after: nil, API.eventsAtOnce)
    guard let last = begin.last else { return nil }
    if let found = try first(in: begin) { return found }
    // None through `low` goes beyond the sum, and the next after `high` does if there is one.
    var (low, high) = (last.height, height)
    while low < high {
      let middle = low + (high - low) / 2
      let next = try claims(after: middle, 1)
      if let last = next.last, try first(in: next) == nil {
        low = last.height
      } else {
        high = middle
      }
    }
    return try first(in: try claims(after: low, 1))
  }

  /// What a channel had paid in all when an event claimed of it; nil where it says nothing of it.
  private static func claimed(of channel: Bytes32, by entry: RecordedEvent) throws -> UInt64? {
    let event = try CBOR.decode(Event.self, from: entry.bytes)
    guard event.subject == channel else { return nil }
    return event.numbers.first { $0.name == "claimed" }?.value
  }

  /// Pages that one question reads at most.
  static let mostLooks = 96
}

extension Problem {
  static let notClaimed = Problem(
    404, "notClaimed", "nothing was claimed of this channel for that millionth",
    hint: "ask again after the seller's next claim")
  /// So many other events of the channel stand between its claims that they are not all read.
  static let claimTooFar = Problem(
    503, "claimTooFar", "the claim is not found within what one question may read",
    hint: "read the channel's events: GET /api/events?account=CHANNEL")
  static let claimWithoutRoot = Problem(
    404, "claimWithoutRoot", "it was paid by a claim that names no runs",
    hint: "claims that somebody carries, and those that come with a refund, seal nothing")
}
