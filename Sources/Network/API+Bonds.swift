// Reading what stands behind vouchers: the bonds of doors, and claims that are under audit.

import Archive
import Chain
import HTTPTypes
import Hummingbird
import Kernel
import Market
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
    let block = try wholeBlock(found.height)
    let sealed = block.flatMap {
      SealedClaim(channel, by: Int(clamping: found.index), in: $0, genesis: node.facts.genesis)
    }
    guard let sealed else { throw Problem.claimWithoutRoot }
    var response = Response(bytes: sealed.encoded, type: "application/cbor")
    response.headers[.init(API.heightField)!] = String(found.height)
    return response
  }

  private func payment(of channel: Bytes32, at value: UInt64) throws -> RecordedEvent? {
    let filter = EventsFilter(names: ["vouchersClaimed"], subjects: [channel])
    var after: UInt64?
    while true {
      let page = try node.records.events(after: after, filter, limit: API.eventsAtOnce)
      for entry in page.value.events {
        let event = try CBOR.decode(Event.self, from: entry.bytes)
        guard event.subject == channel,
          let total = event.numbers.first(where: { $0.name == "claimed" })?.value, value < total
        else { continue }
        return entry
      }
      guard page.value.through < page.height, page.value.through > after ?? 0 else { return nil }
      after = page.value.through
    }
  }

  private func wholeBlock(_ height: UInt64) throws -> Block? {
    guard let recorded = try node.records.block(height).value else { return nil }
    var block = Block()
    block.header = try CBOR.decode(Header.self, from: recorded.header)
    block.signature = recorded.signature
    block.body = try node.records.messages(at: height).map {
      try CBOR.decode(SignedMessage.self, from: $0.bytes)
    }
    block.results.outcomes = recorded.outcomes
    block.results.settled = try recorded.settled.map {
      try CBOR.decode(SettledRun.self, from: $0)
    }
    block.results.events = try recorded.events.map { try CBOR.decode(Event.self, from: $0) }
    return block
  }
}

extension Problem {
  static let notClaimed = Problem(
    404, "notClaimed", "nothing was claimed of this channel for that millionth",
    hint: "ask again after the seller's next claim")
  static let claimWithoutRoot = Problem(
    404, "claimWithoutRoot", "it was paid by a claim that names no runs",
    hint: "claims that somebody carries, and those that come with a refund, seal nothing")
}
