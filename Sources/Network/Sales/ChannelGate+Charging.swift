// Charges a channel for what was sold: on the disk first, then in the answer.

import Chain
import Payments
import Primitives

extension ChannelGate {
  /// Makes a whole answer, charges it, and keeps it for who asks again.
  func complete(_ sale: Sale, make: () async throws -> Product) async -> GateAnswer {
    do {
      let product = try await make()
      let row = settled(sale, sale.isPaid ? sale.row.price : product.price)
      let run = try receipt(product, sale, row)
      // Encoded once, for the journal, the claim and the buyer.
      let kept = run.map { ClaimRun($0) }
      let body = try product.body(run)
      let before = sale.isPaid ? nil : set(sale, row, kept)
      // All is ready when the disk is: those that waited together are answered together.
      let link = sealLink(sale.channel, run: sale.index, before: row.before)
      var fields = fields(sale, row, link)
      if kept == nil { (fields["Tolsey-Receipt"], fields["Tolsey-Sealed"]) = (nil, nil) }
      let answer = GateAnswer(200, fields, body)
      if !sale.isPaid { try await charged(sale, before) }
      if let kept { desk.keep(kept.bytes, as: link.name) }
      book.keep(answer, for: sale.channel, row.most, remade: sale.isPaid ? sale.index : nil)
      return answer
    } catch { return failed(sale) }
  }

  /// Charges the most that a stream may cost, so that its reader can be told at its beginning.
  func begin(_ sale: Sale) async -> SaleBeginning {
    var row = sale.row
    if !sale.isPaid {
      row = settled(sale, sale.row.price)
      row.isOpen = true
      do { try await charge(sale, row, nil) } catch { return .not(failed(sale)) }
    }
    let link = sealLink(sale.channel, run: sale.index, before: row.before)
    return .paid(fields(sale, row, link), nil)
  }

  /// Charges what a stream came to.
  func end(_ sale: Sale, _ product: Product?, _ fields: [String: String]) async throws {
    guard let product else {
      if sale.isPaid { return }
      book.change(sale.channel, sale.config, at: now()) { $0.undo() }
      return try await book.sync()
    }
    var row = sale.row
    row.price = min(product.price, row.price)
    let run = try receipt(product, sale, row)
    let kept = run.map { ClaimRun($0) }
    if !sale.isPaid {
      book.change(sale.channel, sale.config, run: kept, at: now()) { $0.finish(price: row.price) }
      try await book.sync()
    }
    if let kept { desk.keep(kept.bytes, of: sale.channel, sale.index) }
    let answer = GateAnswer(200, fields, try product.body(run))
    book.keep(answer, for: sale.channel, row.most, remade: sale.isPaid ? sale.index : nil)
  }

  // MARK: - Counting

  /// The sale at its price, and what its client is told. Where a stream came to less than its
  /// client was told, the rest is taken off here.
  private func settled(_ sale: Sale, _ price: Amount) -> ChannelSaleRow {
    var row = sale.row
    if sale.isPaid { return row }
    row.price = min(price, row.price)
    row.told = max(row.base, (try? row.before.adding(row.price)) ?? row.base)
    return row
  }

  private func charge(_ sale: Sale, _ row: ChannelSaleRow, _ run: ClaimRun?) async throws {
    try await charged(sale, set(sale, row, run))
  }

  /// Sets a charge down; what was there before it. It counts when it is on the disk.
  private func set(_ sale: Sale, _ row: ChannelSaleRow, _ run: ClaimRun?) -> SoldChannel? {
    book.change(sale.channel, sale.config, run: run, at: now()) {
      $0.charge(row, sale.signature, index: sale.index)
    }
  }

  /// Returns when a charge is on the disk, or takes it back.
  private func charged(_ sale: Sale, _ before: SoldChannel?) async throws {
    do { try await book.sync() } catch {
      book.takeBack(sale.channel, to: before, run: sale.index)
      throw error
    }
  }

  /// The run, signed. What was signed for a place before is never signed otherwise: two runs at one
  /// place convict their provider. So an answer that is made again and is another one, as those of
  /// a server behind the door may be, goes without a receipt.
  private func receipt(
    _ product: Product, _ sale: Sale, _ row: ChannelSaleRow
  ) throws -> SignedRun? {
    let run = try sign(product, sale, row)
    guard sale.isPaid else { return run }
    let held = book.runs(of: sale.channel).first { $0.index == sale.index }?.bytes
    let before = held ?? desk.find(desk.name(sale.channel, sale.index))
    return before == run.encoded ? run : nil
  }

  private func sign(
    _ product: Product, _ sale: Sale, _ row: ChannelSaleRow
  ) throws -> SignedRun {
    try desk.sign(
      product.facts,
      RunPayment(
        payment: sale.channel, buyer: sale.payer, transaction: row.transaction,
        index: sale.index, before: row.before, price: row.price))
  }

  // MARK: - Telling

  private func fields(
    _ sale: Sale, _ row: ChannelSaleRow, _ link: SealLink
  ) -> [String: String] {
    let charged = (try? row.told.subtracting(row.base)) ?? .zero
    let told = PaidSettlement(
      sale, book.channel(sale.channel) ?? SoldChannel(sale.config), charged: charged,
      told: row.told)
    return [
      "PAYMENT-RESPONSE": told.header,
      "Cache-Control": "private", "Content-Type": sale.mimeType,
      "Tolsey-Receipt": sale.receipts + link.name, "Tolsey-Sealed": sale.receipts + link.path,
    ]
  }

  /// Nothing was charged. A deposit that was carried before is told, so that its payer counts it.
  private func failed(_ sale: Sale) -> GateAnswer {
    guard sale.deposit != nil else { return .empty(500) }
    let told = PaidSettlement(
      sale, book.channel(sale.channel) ?? SoldChannel(sale.config), charged: .zero,
      told: sale.row.base)
    return GateAnswer.empty(500).with(["PAYMENT-RESPONSE": told.header])
  }
}
