// The link to a sealed receipt: what a door makes of it, and what a node says of a claim.

import Archive
import Chain
import Foundation
import Kernel
import Logging
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct SealedDoorTests {
  let market = ChannelMarket()
  let node: SealingNode
  let folder = NSTemporaryDirectory() + "sealed-\(UUID().uuidString)"

  init() throws {
    node = SealingNode(market.node, seller: market.seller)
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
  }

  private func channels(keeps: Bool = true) -> ChannelGate {
    let clock = market.clock
    return ChannelGate(
      desk: ReceiptDesk(
        key: market.seller, network: node.genesis.network, chainID: node.genesis.chainId),
      node: node, archive: keeps ? RunArchive(folder: folder) : nil, now: { clock.now })
  }

  /// The link that came with the answer to a run of a channel.
  private func link(_ answer: GateAnswer) throws -> SealLink {
    let path = try #require(answer.headers["Tolsey-Sealed"])
    let name = try #require(answer.headers["Tolsey-Receipt"])
    #expect(path.hasPrefix(name + "/sealed?"))
    return try #require(read(String(path.dropFirst("/receipts/".count))))
  }

  private func read(_ path: String) -> SealLink? {
    guard let parts = URLComponents(string: "http://x/" + path) else { return nil }
    return SealLink(path: parts.path.dropFirst()) { name in
      parts.queryItems?.first { $0.name == name }?.value
    }
  }

  private func buy(
    _ gate: PaymentGate, _ salt: UInt8, upTo most: UInt64
  ) async throws -> GateAnswer {
    let payment = market.pay(try market.config(salt), most, price: 1_000)
    return await market.ask(gate, payment, request: UInt8(most / 1_000))
  }

  @Test func everyClaimedRunHasASealedReceipt() async throws {
    let channels = channels()
    let gate = market.gate(channels)
    var links: [SealLink] = []
    for salt: UInt8 in 0...2 {
      market.fund(try market.config(salt), 1_000_000)
      for run: UInt64 in 1...3 {
        links.append(try link(try await buy(gate, salt, upTo: run * 1_000)))
      }
    }
    for link in links { #expect(try await channels.seal(link) == .unclaimed) }
    await channels.claimAll()
    // A later start knows nothing of them but what is in the folder.
    let next = self.channels()
    for link in links {
      guard case .sealed(let bytes) = try await next.seal(link) else {
        Issue.record("\(link) is not sealed")
        continue
      }
      let verified = try SealedRun.verify(bytes)
      #expect(verified.run.payment == link.channel && verified.run.index == link.run)
      #expect(verified.sum == Amount(9_000) && verified.from == .zero)
      #expect(verified.operator == node.operator.address)
    }
  }

  /// Who was not told the name of a receipt gets none, whatever he counts up.
  @Test func aLinkIsNobodysGuess() async throws {
    let channels = channels()
    let gate = market.gate(channels)
    market.fund(try market.config(0), 1_000_000)
    let good = try link(try await buy(gate, 0, upTo: 1_000))
    _ = try await buy(gate, 0, upTo: 2_000)
    await channels.claimAll()
    var other = good
    other.run = 1
    #expect(try await channels.seal(other) == .unknown)
    other = good
    other.channel = try market.config(1).id(market.escrow)
    #expect(try await channels.seal(other) == .unknown)
    other = good
    other.name = String(repeating: "0", count: 32)
    #expect(try await channels.seal(other) == .unknown)
    // Beside its own place a run stands nowhere.
    other = good
    other.before = 1_000
    #expect(try await channels.seal(other) == .lost)
    other.before = .max
    #expect(try await channels.seal(other) == .unclaimed)
    for path in [
      "", "/sealed", "\(good.name)/sealed", "\(good.name)/sealed?channel=1&run=0&before=0",
      "\(good.name)/sealed?channel=\(good.channel)&run=-1&before=0",
      "\(good.name)/sealed?channel=\(good.channel)&run=0", good.name,
    ] {
      #expect(read(path) == nil, "\(path)")
    }
    #expect(read(good.path) == good)
  }

  @Test func whatIsNotKeptOrNotTrueIsNotSealed() async throws {
    let channels = channels()
    let gate = market.gate(channels)
    market.fund(try market.config(0), 1_000_000)
    let link = try link(try await buy(gate, 0, upTo: 1_000))
    await channels.claimAll()
    node.lies.withLock { $0 = true }
    #expect(try await channels.seal(link) == .lost)
    node.lies.withLock { $0 = false }
    #expect(try await self.channels(keeps: false).seal(link) == .lost)
    guard case .sealed = try await self.channels().seal(link) else {
      Issue.record("not sealed")
      return
    }
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
    }
    #expect(try await channels.seal(link) == .lost)
  }

  /// One at a time reads the archive; another is told to come again.
  @Test func oneIsMadeAtATime() async throws {
    let channels = channels()
    market.fund(try market.config(0), 1_000_000)
    let link = try link(try await buy(market.gate(channels), 0, upTo: 1_000))
    let turn = try #require(channels.sealing.take())
    #expect(try await channels.seal(link) == .busy)
    turn.end()
    #expect(try await channels.seal(link) == .unclaimed)
  }

  /// Who asks for one receipt in a storm has it from memory, whoever else is being served.
  @Test func aReceiptIsMadeOnce() async throws {
    let channels = channels()
    market.fund(try market.config(0), 1_000_000)
    let link = try link(try await buy(market.gate(channels), 0, upTo: 1_000))
    await channels.claimAll()
    let first = try await channels.seal(link)
    let turn = try #require(channels.sealing.take())
    #expect(try await channels.seal(link) == first)
    turn.end()
    var files = SealedFiles()
    for run in 0..<UInt64(SealedFiles.most + 5) {
      let each = SealLink(name: "x", channel: .zero, run: run, before: 0)
      files.keep([1], for: each.path)
      files.keep([2], for: each.path)
    }
    let link0 = SealLink(name: "x", channel: .zero, run: 0, before: 0)
    let last = SealLink(name: "x", channel: .zero, run: UInt64(SealedFiles.most + 4), before: 0)
    #expect(files.count == SealedFiles.most && files.find(link0.path) == nil)
    #expect(files.find(last.path) == [2])
    files.keep([UInt8](repeating: 0, count: SealedFiles.mostBytes + 1), for: link0.path)
    #expect(files.count == 0)
  }

  // MARK: - The route of a node

  @Test func aNodeSaysWhichClaimPaidForAMillionth() async throws {
    let channels = channels()
    let gate = market.gate(channels)
    let config = try market.config(0)
    market.fund(config, 1_000_000)
    for run: UInt64 in 1...2 {
      _ = try await buy(gate, 0, upTo: run * 1_000)
      await channels.claimAll()
    }
    // A claim that somebody carried names no root.
    let id = config.id(market.escrow)
    _ = try await node.claim(
      [
        VoucherClaim(
          id, most: Amount(3_000), total: Amount(3_000),
          signature: market.payer.sign(
            digest: Voucher(id, Amount(3_000)).digest(domain: market.escrow)
          ).bytes)
      ], root: .zero)
    let genesis = node.genesis
    let fake = FakeNode { $0.facts.genesis = genesis }
    for block in node.blocks.withLock({ $0 }) { fake.append(block) }
    var row = Channel(config)
    row.claimed = Amount(3_000)
    fake.put("channels", id.keyBytes, row)
    try await fake.run { port in
      for (value, height) in [(0, 1), (999, 1), (1_000, 2), (1_999, 2)] as [(Int, UInt64)] {
        let reply = try await RawHTTP.ask(
          port, "GET", "/api/channels/\(id)/claim?at=\(value)")
        #expect(reply.status == 200)
        let claim = try CBOR.decode(SealedClaim.self, from: reply.body)
        #expect(claim.header.height == height)
      }
      for (path, code) in [
        ("\(id)/claim?at=2000", "claimWithoutRoot"), ("\(id)/claim?at=3000", "notClaimed"),
        ("\(id)/claim?at=18446744073709551615", "notClaimed"),
        ("\(Bytes32.zero)/claim?at=0", "notClaimed"),
      ] {
        let reply = try await RawHTTP.ask(port, "GET", "/api/channels/\(path)")
        #expect(reply.status == 404 && reply.text.contains(code), "\(path)")
      }
      for path in ["\(id)/claim", "0x12/claim?at=0", "\(id)/claim?at=-1"] {
        #expect(try await RawHTTP.ask(port, "GET", "/api/channels/\(path)").status == 400)
      }
    }
  }

  /// Whoever claims a millionth at a time makes nobody read all of it: a few pages find any claim.
  @Test func aClaimAmongManyIsFoundByFewReads() throws {
    let fake = FakeNode()
    let (channel, other) = (Bytes32(words: 1, 0, 0, 1), Bytes32(words: 1, 0, 0, 2))
    func claim(_ id: Bytes32, _ claimed: UInt64) -> Event {
      Event("vouchersClaimed", subject: id, numbers: [Number("claimed", claimed)])
    }
    // Of each ten blocks one has two claims, and three have none of this channel.
    var sums: [(height: UInt64, sum: UInt64)] = []
    var sum: UInt64 = 0
    for height in 1...5_000 as ClosedRange<UInt64> {
      var events = [claim(other, height * 1_000)]
      let count = height % 10 == 0 ? 2 : height % 10 < 4 ? 0 : 1
      for _ in 0..<count {
        sum += 1 + height % 3
        events.append(claim(channel, sum))
        sums.append((height, sum))
      }
      fake.grow(events)
    }
    let api = API(node: fake.services, log: Logger(label: "test"))
    for value in [0, 1, 2, 255, 256, 300, 1_000, sum / 2, sum - 2, sum - 1] {
      fake.records.inside.withLock { $0.eventReads = 0 }
      let found = try api.payment(of: channel, at: value)
      #expect(found?.height == sums.first { $0.sum > value }?.height, "\(value)")
      #expect(fake.records.inside.withLock { $0.eventReads } < 32)
    }
    fake.records.inside.withLock { $0.eventReads = 0 }
    #expect(try api.payment(of: channel, at: sum) == nil)
    #expect(fake.records.inside.withLock { $0.eventReads } < 32)
    #expect(try api.payment(of: .zero, at: 0) == nil)
  }
}
