// What a sale comes to, whichever way it is paid.

import Chain
import Payments
public import Primitives

/// What was made for a sale.
public struct Product: Sendable {
  /// What it costs where a channel pays: no more than was asked for.
  public var price: Amount
  /// What the receipt says of it.
  public var facts: RunFacts
  /// The answer, which may hold the receipt.
  var body: @Sendable (SignedRun?) throws -> [UInt8]

  init(
    price: Amount, facts: RunFacts, body: @escaping @Sendable (SignedRun?) throws -> [UInt8]
  ) {
    self.price = price
    self.facts = facts
    self.body = body
  }
}

/// A payment that is good and belongs to one request, by either scheme.
enum OpenSale: Sendable {
  case exact(PaymentGate.Sale)
  case voucher(ChannelGate.Sale)

  /// A number that is the same whenever the same sale is served.
  var number: UInt64 {
    switch self {
    case .exact(let sale): sale.payment.leadingWord
    case .voucher(let sale):
      MerkleTree.leaf(tag: "tolsey/sale/2", sale.channel.bytes + CBOR.encode(sale.index))
        .leadingWord
    }
  }
}

extension PaymentGate {
  /// Makes a whole answer, takes what it costs, and keeps it for who asks again.
  ///
  /// - Parameter make: when it throws, nothing is taken.
  func complete(_ sale: OpenSale, make: () async throws -> Product) async -> GateAnswer {
    switch sale {
    case .voucher(let sale): return await sale.gate.complete(sale, make: make)
    case .exact(let sale):
      do {
        // What may have been paid is settled first: nothing more is lost by it.
        let made = sale.isResumed ? nil : try await make()
        switch await take(sale) {
        case .not(let answer): return answer
        case .paid(let outcome):
          let product: Product
          if let made { product = made } else { product = try await make() }
          let run = try sign(product, sale, outcome)
          var fields = PaymentGate.headers(outcome, sale)
          fields.merge(link(sale)) { $1 }
          let answer = GateAnswer(200, fields, try product.body(run))
          close(sale, with: answer)
          return answer
        }
      } catch { return .empty(500) }
    }
  }

  /// What becomes of a stream before any of it is sent.
  enum Beginning: Sendable {
    case paid([String: String], PaymentOutcome?)
    case not(GateAnswer)
  }

  /// Takes what a stream may cost, before any of it is sent.
  func begin(_ sale: OpenSale) async -> Beginning {
    switch sale {
    case .voucher(let sale): return await sale.gate.begin(sale)
    case .exact(let sale):
      switch await take(sale) {
      case .not(let answer): return .not(answer)
      case .paid(let outcome):
        return .paid(PaymentGate.headers(outcome, sale).merging(link(sale)) { $1 }, outcome)
      }
    }
  }

  /// A stream was said to its end, which its reader is told next. Nil where it was not.
  func end(
    _ sale: OpenSale, _ product: Product?, _ fields: [String: String], _ outcome: PaymentOutcome?
  ) async throws {
    switch sale {
    case .voucher(let sale): try await sale.gate.end(sale, product, fields)
    case .exact(let sale):
      guard let product, let outcome else { return }
      let run = try sign(product, sale, outcome)
      close(sale, with: GateAnswer(200, fields, try product.body(run)))
    }
  }

  private func sign(
    _ product: Product, _ sale: Sale, _ outcome: PaymentOutcome
  ) throws -> SignedRun? {
    guard let desk else { return nil }
    let run = try desk.sign(
      product.facts,
      RunPayment(
        payment: sale.payment, buyer: sale.payer, transaction: outcome.transaction ?? .zero,
        price: Amount(sale.price.amount.uint64 ?? 0)))
    desk.keep(run)
    return run
  }

  private func link(_ sale: Sale) -> [String: String] {
    desk.map { ["Tolsey-Receipt": sale.receipts + $0.name(sale.payment, 0)] } ?? [:]
  }
}
