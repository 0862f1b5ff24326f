// The whole road of one run in one file, which anybody can check without our node.

public import Kernel
public import Market
public import Primitives

/// A receipt: the signed messages of the parties, the settlement, its way to the header, and the
/// operator's signature. It holds the genesis, so that nothing else is needed to check it.
///
/// What is linked by hash stands once and in one order, and nothing stands there that no hash or
/// signature covers.
public struct Receipt: Fielded, Hashable {
  public static let typeName = "Receipt"
  public static let currentFormat: UInt64 = 1
  /// Bytes of the longest receipt that is read.
  public static let sizeLimit = 16 << 20
  /// Seats of the largest lease that a receipt is read of.
  public static let seatLimit = 64

  public private(set) var format = Receipt.currentFormat
  /// The order with its request, or the message that took an offer.
  public var order = SignedMessage()
  /// A bid for each seat, or the offer.
  public var promises: [SignedMessage] = []
  /// The input that started the run; none for the first run of an offer, which the taking
  /// started, and none where the input never came.
  public var start: [SignedMessage] = []
  /// The evidence of each seat that showed some.
  public var evidence: [SignedMessage] = []
  public var settled = SettledRun()
  /// The hashes beside the way from the settled run up to `receiptsRoot`.
  public var path: [Bytes32] = []
  /// Bit i says that hash i stands on the left.
  public var sides: UInt64 = 0
  public var header = Header()
  /// The operator's signature of the header.
  public var signature: [UInt8] = []
  public var genesis = Genesis()

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try Format.check(format, known: Receipt.currentFormat)
    do throws(Refusal) { try v("order", &order) } catch { throw .at(.order, error) }
    do throws(Refusal) { try v("promises", &promises) } catch { throw .at(.bid, error) }
    do throws(Refusal) { try v("start", &start) } catch { throw .at(.run, error) }
    do throws(Refusal) { try v("evidence", &evidence) } catch { throw .at(.evidence, error) }
    do throws(Refusal) { try v("settled", &settled) } catch { throw .at(.settlement, error) }
    do throws(Refusal) { try proofFields(&v) } catch { throw .at(.receipt, error) }
  }

  private mutating func proofFields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("path", &path)
    try v("sides", &sides)
    try v("header", &header)
    try v("signature", &signature)
    try v("genesis", &genesis)
  }

  public var bytes: [UInt8] { encoded }

  /// Reads a file without judging it; `ReceiptVerifier` does both.
  public init(bytes: [UInt8]) throws(Refusal) {
    do throws(Refusal) {
      self = try CBOR.decode(Receipt.self, from: bytes, limit: Receipt.sizeLimit)
    } catch {
      // What comes before the stations, and what is left over behind them, is the file's own.
      throw error.code == "malformed" ? .at(.receipt, error) : error
    }
  }

  /// Whether an offer was taken, rather than an order bid for.
  public var isOffer: Bool { order.message.kind == .takeOffer }
}

extension Refusal {
  /// The same refusal, at a station. A newer format stays what it is.
  fileprivate static func at(_ station: Station, _ refusal: Refusal) -> Refusal {
    if refusal.code == "newerFormat" || refusal.code == "receiptBroken" { return refusal }
    return .broken(station, refusal.code)
  }
}

// MARK: - Making

extension Receipt {
  /// The receipt of the settled run at `index` of a block.
  ///
  /// - Parameter message: finds a message by its id in the blocks up to this one.
  public init(
    of index: Int, in block: Block, genesis: Genesis,
    message: (Bytes32) throws(Refusal) -> SignedMessage?
  ) throws(Refusal) {
    self.init()
    guard block.results.settled.indices.contains(index) else { throw Refusal("unknownRun") }
    settled = block.results.settled[index]
    func find(_ id: Bytes32) throws(Refusal) -> SignedMessage {
      guard let found = try message(id) else { throw Refusal("messageNotFound") }
      return found
    }
    order = try find(settled.order)
    for promise in settled.promises { promises.append(try find(promise)) }
    if settled.startedBy != .zero, settled.startedBy != settled.order {
      start = [try find(settled.startedBy)]
    }
    for seat in settled.verdict.seats where seat.evidence != EvidenceID() {
      evidence.append(try find(seat.evidence.digest))
    }
    evidence += Receipt.gold(of: settled, in: block)
    let leaves = block.results.receiptLeaves
    let place = block.results.outcomes.count + index
    path = MerkleTree(leaves: leaves).proof(at: place) ?? []
    sides = Receipt.sides(of: place, in: leaves.count)
    header = block.header
    signature = block.signature
    self.genesis = genesis
  }

  /// The message that opened the buyer's gold, which ends a run in the block that it comes in.
  private static func gold(of settled: SettledRun, in block: Block) -> [SignedMessage] {
    guard settled.verdict.outcome == .judged else { return [] }
    let run = RunKey(settled.lease, settled.index)
    for (message, outcome) in zip(block.body, block.results.outcomes) where outcome.isDone {
      if case .openGold(let m) = message.message, m.run == run { return [message] }
    }
    return []
  }

  /// On which side each sibling stands. Index and number of leaves would say more than the path
  /// can prove: the same path fits several numbers of leaves.
  static func sides(of index: Int, in count: Int) -> UInt64 {
    var sides: UInt64 = 0
    var (position, last, step) = (index, count - 1, UInt64(0))
    while last > 0 {
      let isLone = position == last && position & 1 == 0
      if !isLone {
        if position & 1 == 1 { sides |= 1 << step }
        step += 1
      }
      position >>= 1
      last >>= 1
    }
    return sides
  }
}
