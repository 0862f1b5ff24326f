// What was bought, kept in the agent's folder: who was paid what, and for which answer.

import Agents
import Chain
import Foundation
import NIOCore
import Payments
import Primitives
import Synchronization

/// The receipts of an agent, by the nonces of their payments.
final class PurchaseShelf: Sendable {
  static let root = "/receipts/"
  /// Older ones give way, so that a folder does not grow without end.
  static let most = 10_000

  let clock: @Sendable () -> Time
  private let shelf: WalletShelf
  private let most: Int
  /// What lies there, oldest first.
  private let order: Mutex<[String]>

  init(
    _ wallet: AgentWallet, most: Int = PurchaseShelf.most, clock: @escaping @Sendable () -> Time
  ) {
    shelf = WalletShelf(wallet, "receipts")
    self.most = most
    self.clock = clock
    order = Mutex(shelf.oldestFirst)
  }

  func find(_ name: String) -> JSONValue? { shelf.document(name) }

  func put(_ document: JSONValue, as name: String) throws(WalletFault) {
    try shelf.put(document, as: name)
    let old = order.withLock { order -> [String] in
      if let place = order.lastIndex(of: name) { order.remove(at: place) }
      order.append(name)
      let tooMany = max(0, order.count - most)
      defer { order.removeFirst(tooMany) }
      return Array(order.prefix(tooMany))
    }
    for name in old { shelf.remove(name) }
  }
}

/// One purchase while its answer comes.
struct Purchase: Sendable {
  let tender: ShownPayment
  private var payment: AgentPayment { tender.payment }
  /// The message of the ledger that paid, as the seller says.
  let transaction: Bytes32?
  private let members: [JSONValue.Member]
  private let receipts: PurchaseShelf
  private let seller: Seller
  /// Where the seller keeps its signed word for the answer, below its own origin.
  private let link: String?
  /// Bytes of a seller's word that are kept, if it holds: a folder is no place for its novels.
  private static let mostReceipt = 64 << 10

  init(
    _ tender: ShownPayment, _ seller: Seller, _ path: String, _ body: [UInt8],
    _ reply: SellerReply, at receipts: PurchaseShelf
  ) {
    self.tender = tender
    let payment = tender.payment
    self.receipts = receipts
    self.seller = seller
    link = Purchase.path(reply.field("tolsey-receipt"), at: seller)
    let told = reply.field("payment-response").flatMap { X402.document($0) }
    transaction = (told?["transaction"]?.string).flatMap { Bytes32(hex: $0) }
    let channel = tender.voucher.map {
      JSONValue.Member(name: "channel", value: .string("\($0.channel)"))
    }
    let check = reply.field("tolsey-check").flatMap { SpokenCheck.named($0) }.map {
      JSONValue.Member(name: "check", value: .string($0))
    }
    members =
      [
        .init(name: "format", value: .unsigned(1)),
        .init(name: "seller", value: .string(seller.url)),
        .init(name: "path", value: .string(path)),
        .init(name: "payee", value: .string(payment.payee.checksummed)),
        .init(name: "amount", value: .unsigned(payment.amount.units)),
        .init(name: "line", value: .unsigned(payment.line)),
        .init(name: "time", value: .unsigned(receipts.clock().milliseconds)),
        .init(name: "payment", value: .string(payment.header)),
        .init(name: "transaction", value: transaction.map { .string("\($0)") } ?? .null),
        .init(name: "requestHash", value: .string("\(SHA256.hash(body))")),
      ] + (channel.map { [$0] } ?? []) + (check.map { [$0] } ?? [])
  }

  /// The path of a link that leads nowhere but to the seller itself.
  private static func path(_ link: String?, at seller: Seller) -> String? {
    guard var link, link.utf8.count <= 512 else { return nil }
    if link.hasPrefix(seller.origin.text + "/") { link.removeFirst(seller.origin.text.count) }
    guard link.hasPrefix("/"), !link.contains("//"), !link.contains("/."),
      link.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { return nil }
    return link
  }

  /// Collects what is needed of the answer.
  struct Answer {
    private var hasher = SHA256()
    private var text: [UInt8] = []
    /// Whole answers of runs carry their receipts with them.
    static let mostText = 1 << 20

    mutating func update(_ part: ByteBuffer) {
      let bytes = Array(part.readableBytesView)
      hasher.update(bytes)
      if text.count <= Answer.mostText { text += bytes }
    }

    var hash: Bytes32 { hasher.finalize() }

    /// The seller's own signed word for the run, where the answer has it.
    var receipt: String? {
      guard text.count <= Answer.mostText, let json = try? JSONValue(parsing: text) else {
        return nil
      }
      return json["receipt"]?.string
    }
  }

  /// Written down when the seller begins to answer.
  func begin() throws(WalletFault) { try keep([]) }

  /// Adds what the whole answer was, and the seller's signed word for it where there is one.
  func end(_ answer: Answer?, _ payer: Address, _ call: SellerCall) async {
    guard let answer else { return }
    var more = [JSONValue.Member(name: "answerHash", value: .string("\(answer.hash)"))]
    var signed = answer.receipt.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    if signed == nil, let link { signed = await fetch(link, call) }
    if let signed, signed.count <= Purchase.mostReceipt, holds(signed, payer) {
      more.append(.init(name: "receipt", value: .string(Data(signed).base64EncodedString())))
      more.append(.init(name: "receiptHolds", value: true))
    }
    // What it says without this stands already.
    try? keep(more)
  }

  private func fetch(_ path: String, _ call: SellerCall) async -> [UInt8]? {
    // The next request of this connection waits for it.
    guard let reply = try? await call.quick.send(.GET, path, to: seller.atRoot) else { return nil }
    guard reply.status == 200 else {
      await reply.drop()
      return nil
    }
    return try? await reply.collect(call.limits.shortBytes)
  }

  /// Whether it is signed, and about this payment.
  private func holds(_ bytes: [UInt8], _ payer: Address) -> Bool {
    guard let run = (try? SignedRun.verify(bytes))?.run else { return false }
    return tender.pays(run, of: payer)
  }

  private func keep(_ more: [JSONValue.Member]) throws(WalletFault) {
    try receipts.put(.object(members + more), as: payment.name)
  }
}
