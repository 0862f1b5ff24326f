// A small network for tests: an operator, named people, a hash chain, and blocks at a wish.

import Kernel
import Market
import Primitives

@testable import Chain

/// The chain of links from its last one back to the anchor.
struct SampleLinks {
  private var links: [Bytes32]

  init(_ seed: String = "links", count: Int = 600) {
    var made = [SHA256.hash(Array(seed.utf8))]
    for _ in 0..<count { made.append(SHA256.hash(made[made.count - 1].bytes)) }
    links = made
  }

  var anchor: Bytes32 { links[links.count - 1] }

  /// The link of the block at a height.
  func link(at height: UInt64) -> Bytes32 { links[links.count - 1 - Int(height)] }
}

enum Sample {
  static let start = Time(1_700_000_000_000)

  static func key(_ name: String) -> PrivateKey { PrivateKey(seed: Array(name.utf8)) }
  static func address(_ name: String) -> Address { key(name).address }

  static func genesis(
    funding names: [String] = ["alice", "bob"], terms: Terms = .standard,
    links: SampleLinks = SampleLinks()
  ) -> Genesis {
    var genesis = Genesis()
    genesis.chainId = 77_001
    genesis.time = start
    genesis.operator = address("operator")
    genesis.custodians = [address("operator")]
    genesis.terms = terms
    genesis.assets = [GenesisAsset(.dollar, name: "USD")]
    genesis.funds = names.map { GenesisFund(address($0), Amount(1_000_000_000)) }
    genesis.beacon = SHA256.hash(Array("beacon".utf8))
    genesis.anchor = links.anchor
    return genesis
  }
}

/// A state that produces blocks and keeps them.
struct SampleNetwork: ~Copyable {
  var state: State
  let genesis: Genesis
  let links: SampleLinks
  var blocks: [Block] = []
  /// What blocks changed, the last change of each row.
  var allChanges: [Bytes32: RowChange] = [:]

  init(_ genesis: Genesis = Sample.genesis(), links: SampleLinks = SampleLinks()) throws {
    state = try State(genesis)
    self.genesis = genesis
    self.links = links
  }

  var domain: EIP712.Domain { genesis.domain }

  /// The head of the next message of somebody.
  func head(_ name: String, lane: UInt8 = 0, ahead: UInt64 = 0) -> Head {
    let signer = Sample.address(name)
    let next = state.kernel.accounts.nextSequence(signer: signer, lane: lane)
    return Head(from: signer, lane: lane, sequence: next + ahead, validUntil: .never)
  }

  func verified(_ message: Message, by name: String) throws -> VerifiedMessage {
    let signed = SignedMessage.signing(message, with: Sample.key(name), domain: domain)
    return try VerifiedMessage(signed, domain: domain)
  }

  func transfer(
    _ amount: UInt64, from: String, to: String, lane: UInt8 = 0, ahead: UInt64 = 0
  ) throws -> VerifiedMessage {
    let head = head(from, lane: lane, ahead: ahead)
    return try verified(
      .transfer(Transfer(head, to: Sample.address(to), Amount(amount))), by: from)
  }

  func plan(after milliseconds: UInt64 = 1_000, pause: UInt64 = 0) -> BlockPlan {
    BlockPlan(
      time: Time(state.kernel.blockTime.milliseconds + milliseconds), pause: Time(pause),
      link: links.link(at: state.height + 1))
  }

  @discardableResult
  mutating func block(
    _ messages: [VerifiedMessage] = [], after milliseconds: UInt64 = 1_000, pause: UInt64 = 0
  ) throws -> ProducedBlock {
    var made = try state.produce(plan(after: milliseconds, pause: pause), messages)
    made.block.sign(with: Sample.key("operator"))
    blocks.append(made.block)
    for change in made.changes { allChanges[change.leafKey] = change }
    return made
  }

  func balance(_ name: String) -> UInt64 {
    state.kernel.ledger.balance(.account(Sample.address(name))).units
  }
}
