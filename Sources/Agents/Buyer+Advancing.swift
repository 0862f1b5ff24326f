// What a purchase asks for next, read off its rows.

import Chain
import Kernel
import Market
import Primitives

extension Buyer {
  /// The messages that a purchase needs now.
  func advance(_ purchase: Purchase, _ news: BlockNews) async throws -> [SignedMessage] {
    if purchase.end != nil {
      try await finish(purchase, news)
      return []
    }
    if let signed = purchase.unseen { return try await lookFor(purchase, signed, news) }
    let message: Message?
    if let run = purchase.run, let row = try await client.run(run) {
      message = try await advance(purchase, run, row, news)
    } else if let lease = purchase.lease, let row = try await client.lease(lease) {
      message = try await sendInput(purchase, lease, row, news)
    } else if purchase.road == .auction, purchase.lease == nil {
      message = try await draw(purchase, news)
    } else {
      message = nil
    }
    guard let message, let outbox else { return [] }
    // The message may get lost; the purchase is looked at again in any case.
    rechecks.append((news.height + Attempts<BuyerAction>.pause, purchase.message))
    return [outbox.sign(message)]
  }

  /// No block is known to hold what began the purchase: it was refused, or it got lost.
  private func lookFor(
    _ purchase: Purchase, _ signed: SignedMessage, _ news: BlockNews
  ) async throws -> [SignedMessage] {
    guard let outcome = try await client.outcome(of: signed.id) else {
      rechecks.append((news.height + Attempts<BuyerAction>.pause, signed.id))
      return [signed]
    }
    guard let refusal = outcome.refusal else { return [] }
    var ended = purchase
    ended.end = refusal.code
    try await finish(ended, news)
    return []
  }

  func head(_ news: BlockNews) throws -> Head {
    guard var box = outbox else { throw CancellationError() }
    defer { outbox = box }
    return try box.head(at: news.time)
  }

  func secrets(_ purchase: Purchase) throws -> PurchaseSecrets {
    guard let outbox else { throw CancellationError() }
    return PurchaseSecrets(salts, network: outbox.network, purchase.head)
  }

  /// Opens the salt of the seats once the beacon is known; gives up before the first bid.
  private func draw(_ purchase: Purchase, _ news: BlockNews) async throws -> Message? {
    let id = OrderID(purchase.message)
    guard let (_, tender) = try await client.order(id) else { return nil }
    if stops, tender.state == .bidding, tender.bidders.isEmpty {
      guard attempts.begin(.cancel(purchase.message), at: news.height) else { return nil }
      var m = CancelOrder()
      m.head = try head(news)
      m.order = id
      return .cancelOrder(m)
    }
    guard tender.state == .drawing,
      attempts.begin(.draw(purchase.message), at: news.height)
    else { return nil }
    var m = DrawSeats()
    m.head = try head(news)
    m.order = id
    m.salt = try secrets(purchase).seats
    return .drawSeats(m)
  }

  /// Hands the input to every seat once all of them have locked their bonds.
  private func sendInput(
    _ purchase: Purchase, _ id: LeaseID, _ lease: Lease, _ news: BlockNews
  ) async throws -> Message? {
    guard lease.state == .funded, lease.started == 0, news.now < lease.deadline,
      attempts.begin(.input(purchase.message), at: news.height)
    else { return nil }
    let seats = lease.seats.map(\.provider)
    var m = SendInput()
    do {
      try await client.allow(
        seats, toRead: purchase.input.blob, by: key, at: news.time)
      m.keys = try await wrap(
        try secrets(purchase).inputKey, to: seats, inClear: wants[purchase.want].isPublished)
    } catch {
      attempts.undo(.input(purchase.message))
      touch(purchase.message)
      throw error
    }
    m.head = try head(news)
    m.run = RunKey(id, 0)
    m.input = purchase.input
    if lease.auditPpm > 0 { m.auditSalt = SaltCommitment.of(try secrets(purchase).audit) }
    return .sendInput(m)
  }

  /// The content key of an input for each reader: sealed, or in clear where all may read it.
  func wrap(
    _ contentKey: Bytes32, to readers: [Address], inClear: Bool
  ) async throws -> [WrappedKey] {
    guard let outbox else { throw CancellationError() }
    if inClear { return readers.map { WrappedKey(to: $0, bytes: contentKey.bytes) } }
    // What was learnt is kept, so that a node that fails now and then holds up nobody for good.
    for reader in readers where sealingKeys[reader] == nil {
      let published = try await client.sealingKey(of: reader)
      if published != .zero { sealingKeys[reader] = published }
    }
    return readers.map {
      WrappedKey(
        contentKey, to: $0, publishing: sealingKeys[$0] ?? .zero, by: key,
        network: outbox.network)
    }
  }

  private func advance(
    _ purchase: Purchase, _ key: RunKey, _ run: Run, _ news: BlockNews
  ) async throws -> Message? {
    if run.demand == .bySeat || run.demand == .byAuditor {
      guard attempts.begin(.key(purchase.message), at: news.height) else { return nil }
      var m = PostKey()
      m.head = try head(news)
      m.run = key
      m.key = try secrets(purchase).inputKey
      return .postKey(m)
    }
    guard run.demand == .none else { return nil }
    switch run.game {
    case .open(let game) where game.submitted:
      return try await judge(purchase, key, run, game.answer.evidence, news)
    case .open: return nil
    case .disputable(let game): return try await follow(purchase, key, run, game, news)
    case .replicated(let game): return try await follow(purchase, key, run, game, news)
    }
  }

  /// The same for several seats, where there are audits. Whoever is called needs the key to the
  /// input: nobody else owes it before the seats are asked for it.
  private func follow(
    _ purchase: Purchase, _ key: RunKey, _ run: Run, _ game: ReplicatedCheck, _ news: BlockNews
  ) async throws -> Message? {
    switch game.stage {
    case .fixed:
      rechecks.append((news.height + 1, purchase.message))
      return nil
    case .drawing: return try openSalt(purchase, key, news)
    case .auditing:
      guard run.auditor != Address(), !wants[purchase.want].isPublished,
        attempts.begin(.share(purchase.message, run.auditor), at: news.height)
      else { return nil }
      var m = ShareInput()
      do {
        m.key = try await wrap(
          try secrets(purchase).inputKey, to: [run.auditor], inClear: false)[0]
      } catch {
        attempts.undo(.share(purchase.message, run.auditor))
        throw error
      }
      m.head = try head(news)
      m.run = key
      return .shareInput(m)
    case .running, .opening, .window, .playing: return nil
    }
  }

  private func openSalt(
    _ purchase: Purchase, _ key: RunKey, _ news: BlockNews
  ) throws -> Message? {
    guard attempts.begin(.audit(purchase.message), at: news.height) else { return nil }
    var m = DrawAudit()
    m.head = try head(news)
    m.run = key
    m.salt = try secrets(purchase).audit
    return .drawAudit(m)
  }

  /// Opens the salt of the audit once the beacon is known, and the output while it can be
  /// demanded. What the answer is worth the court says, not the buyer.
  private func follow(
    _ purchase: Purchase, _ key: RunKey, _ run: Run, _ game: DisputableCheck, _ news: BlockNews
  ) async throws -> Message? {
    switch game.stage {
    case .submitted:
      // No event tells when the beacon is there.
      rechecks.append((news.height + 1, purchase.message))
      return nil
    case .drawing: return try openSalt(purchase, key, news)
    case .window: return try await look(purchase, key, run, game.answer.evidence, news)
    case .running, .drawn, .sealed, .committed, .opened, .playing: return nil
    }
  }
}
