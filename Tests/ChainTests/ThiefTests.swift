// Whatever a thief sends with a session key: the owner loses its cap and nothing beyond.

import Kernel
import Primitives
import Testing

@testable import Chain
@testable import Market

@Suite struct ThiefTests {
  /// What an account has, with all that lies in escrow for what it buys.
  static func wealth(_ network: borrowing SampleNetwork, _ owner: Address) -> UInt64 {
    var sum = network.state.kernel.ledger.balance(.account(owner)).units
    network.state.market.forEachOrder { _, order, _ in
      if order.buyer == owner {
        sum += (try? order.request.limit.price(of: order.request.units).units) ?? 0
      }
    }
    network.state.market.forEachLease { _, lease in
      if lease.buyer == owner { sum += lease.escrow.units }
    }
    return sum
  }

  /// A message of any kind, sensible or not, in the owner's name.
  static func stolen(
    _ network: borrowing SampleNetwork, _ random: inout SeededNumbers, _ head: Head,
    _ offers: [OfferID], _ leases: [LeaseID]
  ) throws -> Message {
    let lease = leases[Int(random.next() % UInt64(leases.count))]
    let amount = Amount(random.next() % 3 == 0 ? random.next() : random.next() % 900_000)
    switch random.next() % 9 {
    case 0, 1:
      return .transfer(Transfer(head, to: SampleNetwork.thief.address, amount))
    case 2, 3:
      let offer = offers[Int(random.next() % UInt64(offers.count))]
      return try network.take(offer, head)
    case 4:
      var m = RejectRun()
      m.head = head
      m.run = RunKey(lease, 0)
      return .rejectRun(m)
    case 5:
      var m = AcceptRun()
      m.head = head
      m.run = RunKey(lease, 0)
      return .acceptRun(m)
    case 6:
      var limits = SampleNetwork.limits(total: .max / 2)
      limits.expires = Time(network.state.kernel.blockTime.milliseconds + 1_000_000)
      return .grantSession(GrantSession(head, key: Sample.address("bob"), limits))
    case 7:
      var m = try MessageTests.blank(
        MessageKind.allCases[Int(random.next() % UInt64(MessageKind.allCases.count))]
      ).content
      m.head = head
      return try Message(decoding: SessionTests.encode(m))
    default:
      var m = CloseLease()
      m.head = head
      m.lease = lease
      return .closeLease(m)
    }
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func takesNoMoreThanTheCap(seed: UInt64) throws {
    var random = SeededNumbers(seed)
    var network = try SampleNetwork.market()
    let owner = Sample.address("buyer")
    var offers: [OfferID] = []
    for name in ["provider1", "provider2"] {
      offers.append(
        OfferID(
          try network.say(name) { network, head in
            var m = network.postOffer(head)
            m.capacity = 8
            return .postOffer(m)
          }))
    }
    // The owner buys with its own key, too: those purchases are no thief's to judge.
    var leases = [LeaseID.of(take: try network.say("buyer") { try $0.take(offers[0], $1) })]
    let cap = 1 + random.next() % 4_000_000
    try network.grant(SampleNetwork.limits(total: cap))
    let before = Self.wealth(network, owner)
    for _ in 0..<25 {
      let head = network.sessionHead()
      let message = try Self.stolen(network, &random, head, offers, leases)
      if case .takeOffer = message { leases.append(LeaseID.of(take: message.id)) }
      try network.block([try network.bySession(message)], after: 1 + random.next() % 20_000)
      let after = Self.wealth(network, owner)
      #expect(after + cap >= before, "lost \(before - min(before, after)) of \(cap)")
    }
    // The providers deliver nothing and the thief is silent: whatever is left runs out.
    for _ in 0..<20 { try network.block([], after: 600_000) }
    let after = Self.wealth(network, owner)
    #expect(after + cap >= before, "lost \(before - min(before, after)) of \(cap)")
    #expect(network.used <= cap)
  }
}
