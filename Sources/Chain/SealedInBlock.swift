// A message that a block carried out, with what shows it offline: the part that all sealed runs
// share.

import Kernel
import Payments
public import Primitives

/// A message, what came of it, and the way from that to a header that the operator signed.
protocol SealedInBlock {
  var carried: SignedMessage { get }
  var outcome: MessageOutcome { get }
  var path: LeafPath { get }
  var header: Header { get }
  var signature: [UInt8] { get }
  var genesis: Genesis { get }
}

extension SealedInBlock {
  /// The header is of the genesis's network, and its operator signed it.
  func checkBlock() throws(Refusal) {
    try require(header.network == genesis.network, .block, "network")
    let signer = try? Signature(signature).recover(digest: header.id)
    try require(signer == genesis.operator, .block, "signature")
  }

  /// The message is signed, and was carried out in this block.
  func checkCarried(_ step: SealStep) throws(Refusal) {
    let signer = try? carried.signer(domain: genesis.domain)
    // Of a session's key the block says that it had the sender's leave.
    let isItsOwn = signer == carried.head.from
    try require(
      isItsOwn || signer != nil && carried.authorisation.isBySession, step, "signature")
    try require(outcome.id == carried.id && outcome.isDone, step, "outcome")
    try require(path.leads(from: outcome.leaf, to: header.receiptsRoot), step, "path")
  }

  /// The provider's word holds, and is of this network.
  func checkWord(_ signed: SignedRun) throws(Refusal) {
    do throws(Refusal) { try signed.verify() } catch { throw .unsealed(.run, error) }
    try checkBlock()
    let isHere = signed.run.network == genesis.network && signed.chainId == genesis.chainId
    try require(isHere, .run, "network")
  }

  func require(_ holds: Bool, _ step: SealStep, _ what: String) throws(Refusal) {
    guard holds else { throw .unsealed(step, what) }
  }
}

/// Any message in its block.
public struct SealedMessage: Fielded, Hashable, SealedInBlock {
  public static let typeName = "SealedMessage"
  public var message = SignedMessage()
  /// What came of it, and the way to the `receiptsRoot` of the header.
  public var outcome = MessageOutcome()
  public var path = LeafPath()
  public var header = Header()
  /// The operator's signature of the header.
  public var signature: [UInt8] = []
  public var genesis = Genesis()

  var carried: SignedMessage { message }

  public init() {}

  /// Of a message of a block; nil where the block holds none of that id.
  public init?(_ id: Bytes32, in block: Block, genesis: Genesis) {
    let outcomes = block.results.outcomes
    guard block.body.count == outcomes.count,
      let place = outcomes.firstIndex(where: { $0.id == id })
    else { return nil }
    message = block.body[place]
    outcome = outcomes[place]
    path = LeafPath(to: place, in: block.results.receiptLeaves)
    header = block.header
    signature = block.signature
    self.genesis = genesis
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("message", &message)
    try v("outcome", &outcome)
    try v("path", &path)
    try v("header", &header)
    try v("signature", &signature)
    try v("genesis", &genesis)
  }
}
