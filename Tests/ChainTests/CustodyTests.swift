// Custodians' signatures are recovered before a message is ordered, and nothing hangs on whether.

import Kernel
import Market
import Primitives
import Testing

@testable import Chain

@Suite struct CustodyTests {
  /// The ways in which a take's custody receipt may be wrong, with what comes of it.
  enum Case: CaseIterable {
    case honest, garbage, empty, stranger, otherNetwork, otherRoot, unnamedCustodian

    var code: String { self == .honest ? "" : "badCustody" }

    func spoil(_ content: Content, network: Bytes32) -> Content {
      var content = content
      switch self {
      case .honest: break
      case .garbage: content.custody.signature[7] ^= 1
      case .empty: content.custody.signature = []
      case .stranger:
        let digest = content.custodyDigest(network: network)
        content.custody.signature = Sample.key("stranger").sign(digest: digest).bytes
      case .otherNetwork:
        let digest = content.custodyDigest(network: SHA256.hash([1]))
        content.custody.signature = Sample.key("operator").sign(digest: digest).bytes
      case .otherRoot: content.root = SHA256.hash([2])
      case .unnamedCustodian:
        let digest = content.custodyDigest(network: network)
        content.custody = Custody(
          custodian: Sample.address("stranger"),
          signature: Sample.key("stranger").sign(digest: digest).bytes)
      }
      return content
    }
  }

  private static func offer(_ network: inout SampleNetwork) throws -> OfferID {
    OfferID(try network.say("provider1") { .postOffer($0.postOffer($1)) })
  }

  private static func take(
    _ network: borrowing SampleNetwork, _ offer: OfferID, _ which: Case, ahead: UInt64 = 0
  ) throws -> SignedMessage {
    var m = TakeOffer()
    m.head = network.head("buyer", ahead: ahead)
    m.offer = offer
    m.input = which.spoil(
      try network.input("eight by eight"), network: network.genesis.network)
    m.key = SampleNetwork.sealed(to: "provider1")
    return SignedMessage.signing(.takeOffer(m), with: Sample.key("buyer"), domain: network.domain)
  }

  @Test(arguments: Case.allCases)
  func bothPathsSayTheSame(which: Case) throws {
    var roots: [Bytes32] = []
    for isEarly in [false, true] {
      var network = try SampleNetwork.market()
      let offer = try Self.offer(&network)
      let signed = try Self.take(network, offer, which)
      let message = try VerifiedMessage(
        signed, domain: network.domain, network: isEarly ? network.genesis.network : nil)
      #expect(message.recoveries.count == (isEarly ? 1 : 0))
      let made = try network.block([message])
      #expect(made.block.results.outcomes.first?.code == which.code)
      roots.append(made.block.header.stateRoot)
      try RoadTests.expectReplay(of: network)
    }
    #expect(roots[0] == roots[1])
  }

  @Test func nothingIsRememberedFromOneMessageToTheNext() throws {
    var network = try SampleNetwork.market()
    let offer = try Self.offer(&network)
    let id = network.genesis.network
    let honest = try VerifiedMessage(
      try Self.take(network, offer, .honest), domain: network.domain, network: id)
    // The same content and digest, and bytes that are no signature: with and without recovery.
    let copies = [
      try VerifiedMessage(
        try Self.take(network, offer, .garbage, ahead: 1), domain: network.domain, network: id),
      try VerifiedMessage(
        try Self.take(network, offer, .garbage, ahead: 2), domain: network.domain),
    ]
    let made = try network.block([honest] + copies)
    #expect(made.block.results.outcomes.map(\.code) == ["", "badCustody", "badCustody"])
    #expect(network.state.kernel.recoveries.isEmpty == true)
    try RoadTests.expectReplay(of: network)
  }

  @Test func onlySimulatorsBelieveCustodians() throws {
    var network = try SampleNetwork.market()
    let offer = try Self.offer(&network)
    let id = network.genesis.network
    let doubting = VerifiedMessage(
      simulated: try Self.take(network, offer, .garbage), domain: network.domain)
    let believing = VerifiedMessage(
      simulated: try Self.take(network, offer, .garbage, ahead: 1), domain: network.domain,
      believingCustodiansOf: id)
    let made = try network.block([doubting, believing])
    #expect(made.block.results.outcomes.map(\.code) == ["badCustody", ""])
    // Who replays the block believes nobody.
    var other = try State(network.genesis)
    var refused = ""
    for block in network.blocks {
      do throws(Refusal) { _ = try other.replay(block) } catch { refused = error.code }
    }
    #expect(refused == "rootDiffers")
  }
}
