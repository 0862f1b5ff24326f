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
    var messages: [Message] = []
    if let id = purchase.lease, let lease = try await client.lease(id) {
      messages = try await advance(purchase, id, lease, news)
    } else if purchase.road == .auction, purchase.lease == nil {
      messages = [try await draw(purchase, news)].compactMap(\.self)
    }
    guard !messages.isEmpty, let outbox else { return [] }
    // A message may get lost; the purchase is looked at again in any case.
    rechecks.append((news.height + Attempts<BuyerAction>.pause, purchase.message))
    return messages.map { outbox.sign($0) }
  }

  /// What the runs of a lease ask for, and the input of the next one. A run that cannot go on now
  /// holds up no other, nor what the others have signed.
  private func advance(
    _ purchase: Purchase, _ id: LeaseID, _ lease: Lease, _ news: BlockNews
  ) async throws -> [Message] {
    var messages: [Message] = []
    for index in 0..<lease.started where !purchase.over.contains(index) {
      let key = RunKey(id, index)
      do {
        guard let run = try await client.run(key) else { continue }
        let message = try await insist { try await self.advance(purchase, key, run, news) }
        if let message { messages.append(message) }
      } catch {
        rechecks.append((news.height + 1, purchase.message))
      }
    }
    do {
      let message = try await insist { try await self.goOn(purchase, id, lease, news) }
      if let message { messages.append(message) }
    } catch {
      guard !messages.isEmpty else { throw error }
      rechecks.append((news.height + 1, purchase.message))
    }
    return messages
  }

  /// The input of the next run; or the end of the lease, for whoever wants no further one. Inputs
  /// go one a block: the ledger takes them in the order of their runs only.
  private func goOn(
    _ purchase: Purchase, _ id: LeaseID, _ lease: Lease, _ news: BlockNews
  ) async throws -> Message? {
    guard lease.state != .awarded, !lease.broken, lease.started < lease.runs,
      news.now < lease.deadline
    else { return nil }
    let isMisled = try await hasMisled(purchase, id)
    if stops || purchase.isSour || isMisled, lease.started > 0 {
      guard lease.state == .funded, attempts.begin(.close(purchase.message), at: news.height)
      else { return nil }
      var m = CloseLease()
      m.head = try head(news)
      m.lease = id
      return .closeLease(m)
    }
    guard lease.open < lease.parallel else { return nil }
    return try await sendInput(purchase, RunKey(id, lease.started), lease, news)
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

  /// The content key to the input of a run of ours.
  func inputKey(_ purchase: Purchase, _ run: RunKey) throws -> Bytes32 {
    guard let input = wants[purchase.want].input(of: run.index) else { throw CancellationError() }
    return try secrets(purchase).inputKey(run.index, of: input)
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

  /// Hands the input of a run to every seat, all of which have locked their bonds.
  private func sendInput(
    _ purchase: Purchase, _ run: RunKey, _ lease: Lease, _ news: BlockNews
  ) async throws -> Message? {
    let want = wants[purchase.want]
    guard let bytes = want.input(of: run.index),
      attempts.begin(.input(run), at: news.height)
    else { return nil }
    let seats = lease.seats.map(\.provider)
    let secrets = try secrets(purchase)
    let contentKey = secrets.inputKey(run.index, of: bytes)
    var m = SendInput()
    do {
      if run.index == 0 {
        m.input = purchase.input
        try await client.allow(seats, toRead: m.input.blob, by: key, at: news.time)
      } else {
        m.input = try await client.shelve(
          try ContentChunks(input: bytes, key: contentKey), readers: seats + want.readers,
          owner: key, at: news.time)
      }
      m.keys = try await wrap(contentKey, to: seats, inClear: want.isPublished)
    } catch {
      attempts.undo(.input(run))
      touch(purchase.message)
      throw error
    }
    m.head = try head(news)
    m.run = run
    if lease.auditPpm > 0 || lease.check.kind == PanelCheck.name {
      m.auditSalt = SaltCommitment.of(secrets.audit(run.index))
    }
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
      // What is posted stands for everybody. A seat that could not read the input has been idle,
      // and is paid for that; one that demands a key that it has is not bought from again.
      guard wants[purchase.want].postsKeys else {
        if !demanded.contains(key) { demanded.append(key) }
        return nil
      }
      guard attempts.begin(.key(key), at: news.height) else { return nil }
      var m = PostKey()
      m.head = try head(news)
      m.run = key
      m.key = try inputKey(purchase, key)
      return .postKey(m)
    }
    guard run.demand == .none else { return nil }
    switch run.game {
    case .open(let game) where game.submitted:
      return try await judge(purchase, key, run, game.answer.evidence, news)
    case .proved(let game) where game.isStanding:
      return try await weigh(purchase, key, run, game, news)
    case .open, .proved: return nil
    case .judged(let game):
      return try openGold(purchase, key, isDue: game.stage == .gold, news)
    case .panel(let game):
      if game.stage == .drawing { return try openSalt(purchase, key, news) }
      // No event tells that the beacon is there, or that the time of a silent judge is over.
      guard wants[purchase.want].gold != nil else {
        rechecks.append((news.height + 1, purchase.message))
        return nil
      }
      return try openGold(purchase, key, isDue: game.stage == .gold, news)
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
        attempts.begin(.share(key, run.auditor), at: news.height)
      else { return nil }
      var m = ShareInput()
      do {
        m.key = try await wrap(
          try inputKey(purchase, key), to: [run.auditor], inClear: false)[0]
      } catch {
        attempts.undo(.share(key, run.auditor))
        throw error
      }
      m.head = try head(news)
      m.run = key
      return .shareInput(m)
    case .running, .opening, .window, .playing: return nil
    }
  }

  /// Opens what it knew of the run once all seats have spoken. No event says that the time of a
  /// silent seat ran out, so the run is looked at again after each block.
  private func openGold(
    _ purchase: Purchase, _ key: RunKey, isDue: Bool, _ news: BlockNews
  ) throws -> Message? {
    guard let opening = wants[purchase.want].gold?.opening(of: key.index) else { return nil }
    guard isDue else {
      rechecks.append((news.height + 1, purchase.message))
      return nil
    }
    guard attempts.begin(.gold(key), at: news.height) else { return nil }
    var m = OpenGold()
    m.head = try head(news)
    m.run = key
    (m.gold, m.salt, m.path) = opening
    return .openGold(m)
  }

  private func openSalt(
    _ purchase: Purchase, _ key: RunKey, _ news: BlockNews
  ) throws -> Message? {
    guard attempts.begin(.audit(key), at: news.height) else { return nil }
    var m = DrawAudit()
    m.head = try head(news)
    m.run = key
    m.salt = try secrets(purchase).audit(key.index)
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
