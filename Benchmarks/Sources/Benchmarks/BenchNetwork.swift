// A network to measure on: its keys, its links, and blocks with or without a disk.

import Chain
import Kernel
import Market
import Primitives

/// The chain of links from its last one back to the anchor.
struct Links {
  private var links: [Bytes32]

  init(count: Int) {
    links = [SHA256.hash(Array("links".utf8))]
    links.reserveCapacity(count + 1)
    for _ in 0..<count { links.append(SHA256.hash(links[links.count - 1].bytes)) }
  }

  var anchor: Bytes32 { links[links.count - 1] }

  func link(at height: UInt64) -> Bytes32 { links[links.count - 1 - Int(height)] }
}

/// The parts of a network that do not change.
struct BenchNetwork: Sendable {
  static let operatorKey = PrivateKey(seed: Array("bench operator".utf8))
  static let custodianKey = PrivateKey(seed: Array("bench custodian".utf8))

  let genesis: Genesis
  let links: Links
  let domain: EIP712.Domain

  init(funding accounts: [Address], each: Amount = Amount(1_000_000_000_000), blocks: Int = 4_096) {
    links = Links(count: blocks)
    var genesis = Genesis()
    genesis.chainId = 77_002
    genesis.time = Time(1_700_000_000_000)
    genesis.operator = BenchNetwork.operatorKey.address
    genesis.custodians = [BenchNetwork.custodianKey.address]
    genesis.assets = [GenesisAsset(.dollar, name: "dollar")]
    genesis.funds = accounts.map { GenesisFund($0, each) }
    genesis.beacon = SHA256.hash(Array("beacon".utf8))
    genesis.anchor = links.anchor
    self.genesis = genesis
    domain = genesis.domain
  }

  func plan(after milliseconds: UInt64, _ state: borrowing State) -> BlockPlan {
    BlockPlan(
      time: Time(state.kernel.blockTime.milliseconds + milliseconds),
      link: links.link(at: state.height + 1))
  }

  /// A message that nobody signed, as it stands in a lane, with custodians taken at their word.
  func simulated(_ message: Message) -> VerifiedMessage {
    let blank = Authorisation(Signature(r: .zero, s: .zero, v: 27))
    return VerifiedMessage(
      simulated: SignedMessage(message, blank), domain: domain,
      believingCustodiansOf: genesis.network)
  }

  /// What the ledger sees of a sealed key.
  static func sealed(to reader: Address) -> WrappedKey {
    WrappedKey(to: reader, scheme: WrappedKey.sealed, bytes: [UInt8](repeating: 7, count: 80))
  }

  /// An address that no key is known for.
  static func address(_ number: Int) -> Address {
    var hasher = SHA256()
    hasher.update("bench account")
    hasher.update(UInt64(number))
    return Address(lastBytesOf: hasher.finalize())
  }
}

/// A refusal or a result that a benchmark did not expect: its numbers would mean nothing.
struct BenchmarkFailure: Error, CustomStringConvertible {
  var description: String
}

extension ProducedBlock {
  /// What the block changed in the tree, sorted as the tree takes it.
  var leaves: [TreeChange] {
    var leaves = changes.map { TreeChange($0.leafKey, $0.row.map { SHA256.hash($0) }) }
    TreeChange.sort(&leaves)
    return leaves
  }

  /// Refuses to measure blocks in which something was refused.
  func expectAllDone(_ what: String) throws {
    if let first = refused.first {
      throw BenchmarkFailure(description: "\(what): not admitted, \(first.refusal.code)")
    }
    if let outcome = block.results.outcomes.first(where: { !$0.isDone }) {
      throw BenchmarkFailure(description: "\(what): \(outcome.code) \(outcome.numbers)")
    }
  }
}
