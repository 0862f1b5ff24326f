// The chain's own blocks and state: stored, read back bit for bit, and refused when damaged.

import Chain
import Foundation
import GRDB
import Kernel
import Primitives
import Testing

@testable import Store

@Suite struct ChainLogTests {
  let folder = TemporaryFolder()
  static let alice = PrivateKey(seed: Array("alice".utf8))
  static let bob = PrivateKey(seed: Array("bob".utf8)).address

  /// The operator's links, the anchor last.
  static let links = (0..<8).reduce(into: [SHA256.hash(Array("links".utf8))]) { links, _ in
    links.append(SHA256.hash(links[links.count - 1].bytes))
  }

  static var genesis: Genesis {
    var genesis = Genesis()
    genesis.chainId = 77_001
    genesis.time = Time(1_700_000_000_000)
    genesis.operator = alice.address
    genesis.custodians = [alice.address]
    genesis.terms = .standard
    genesis.assets = [GenesisAsset(.dollar, name: "USD")]
    genesis.funds = [GenesisFund(alice.address, Amount(1_000_000_000))]
    genesis.beacon = SHA256.hash(Array("beacon".utf8))
    genesis.anchor = links[links.count - 1]
    return genesis
  }

  func open() throws -> SQLiteLog {
    try SQLiteLog(folder: folder.path, network: ChainLogTests.genesis.network)
  }

  /// Makes and stores a block with one transfer of Alice's.
  func step(_ state: inout State, _ log: SQLiteLog, _ amount: UInt64) throws -> Block {
    let alice = ChainLogTests.alice
    let sequence = state.kernel.accounts.nextSequence(signer: alice.address, lane: 0)
    let head = Head(from: alice.address, lane: 0, sequence: sequence, validUntil: .never)
    let message = Message.transfer(Transfer(head, to: ChainLogTests.bob, Amount(amount)))
    let signed = SignedMessage.signing(message, with: alice, domain: state.domain)
    let links = ChainLogTests.links
    let plan = BlockPlan(
      time: Time(state.kernel.blockTime.milliseconds + 1_000),
      link: links[links.count - 2 - Int(state.height)])
    var made = try state.produce(plan, [VerifiedMessage(signed, domain: state.domain)])
    made.block.sign(with: alice)
    #expect(made.refused.isEmpty)
    try log.append(made.block, changes: made.changes)
    return made.block
  }

  @Test func aStateComesBackWithItsRootAndGoesOn() throws {
    var blocks: [Block] = []
    let root: Bytes32
    do {
      let log = try open()
      var state = try log.restore(ChainLogTests.genesis)
      for amount in 1...3 as ClosedRange<UInt64> {
        blocks.append(try step(&state, log, amount * 1_000))
      }
      root = state.stateRoot
    }
    let log = try open()
    var state = try log.restore(ChainLogTests.genesis)
    #expect(state.stateRoot == root)
    #expect(state.height == 3)
    blocks.append(try step(&state, log, 5))
    let stored = try log.blocks(from: 0, limit: 9).value
    #expect(try stored.map { try $0.decoded() } == blocks)
    let message = try #require(try log.message(blocks[1].body[0].id).value)
    #expect(message.height == 2)
    #expect(message.item.name == "Transfer")
    #expect(
      try CBOR.decode(MessageOutcome.self, from: message.outcome) == blocks[1].results.outcomes[0])
  }

  @Test func aStartThatWasCutShortBeginsAgain() throws {
    do { _ = try open().restore(ChainLogTests.genesis) }
    let log = try open()
    // Readers see what genesis funded before there is a block.
    #expect(try log.rows("balances", after: nil, limit: 9).value.count == 1)
    try log.found([LoggedRow(table: "left over", key: [1], row: [1])])
    var state = try log.restore(ChainLogTests.genesis)
    #expect(try log.row("left over", key: [1]).value == nil)
    _ = try step(&state, log, 7)
    #expect(storeError { try log.found([]) }?.code == "blockOutOfOrder")
    #expect(try log.restore(ChainLogTests.genesis).stateRoot == state.stateRoot)
  }

  @Test func aChangedRowIsFoundByTheRoot() throws {
    let log = try open()
    var state = try log.restore(ChainLogTests.genesis)
    _ = try step(&state, log, 7)
    let rows = try log.rows("balances", after: nil, limit: 9).value
    let rich = try #require(rows.first?.row)
    try log.pool.write {
      try $0.execute(
        sql: "UPDATE state SET row = ? WHERE row <> ? AND tbl ="
          + " (SELECT code FROM tableName WHERE name = 'balances')",
        arguments: [rich.withUnsafeBytes { Data($0) }, rich.withUnsafeBytes { Data($0) }])
    }
    #expect(throws: StoreError.corrupt(detail: "the state of block 1: rootDiffers")) {
      _ = try log.restore(ChainLogTests.genesis)
    }
  }

  @Test func anotherGenesisIsRefused() throws {
    let log = try open()
    var other = ChainLogTests.genesis
    other.chainId = 77_002
    let wanted = other.network
    #expect(throws: StoreError.otherNetwork(found: log.network, wanted: wanted)) {
      _ = try log.restore(other)
    }
  }

  /// Bids that an event about an order or its lease lists are found under the order; what has no
  /// order, and what happens to a run, under its objects.
  @Test func anEventIsEnteredUnderWhatItIsAskedForBy() {
    let (lease, order, bid) = (Fixture.digest("l"), Fixture.digest("o"), Fixture.digest("b"))
    let bob = ChainLogTests.bob
    let awarded = Event(
      "leaseAwarded", subject: lease, order: order, lease: lease, parties: [bob], objects: [bid])
    #expect(LogItem(awarded).ids == [lease, order, lease, bob.padded])
    let taken = Event("leaseTaken", subject: lease, lease: lease, parties: [bob], objects: [bid])
    #expect(LogItem(taken).ids == [lease, .zero, lease, bob.padded, bid])
    let (run, game) = (Fixture.digest("r"), Fixture.digest("g"))
    let opened = Event("disputed", subject: run, order: order, lease: lease, objects: [game])
    #expect(LogItem(opened).ids == [run, order, lease, game])
  }
}
