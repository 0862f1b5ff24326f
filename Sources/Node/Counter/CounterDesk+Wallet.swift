// Buying with a wallet: what it signs is made here, byte for byte, and only signatures come back.

import Agents
import Chain
import Ciphers
public import Explorer
import Kernel
import Market
import NetworkRoom
public import Primitives

extension CounterDesk {
  /// Silence accepts an answer under `open` after this many seconds.
  private static let acceptWindow: UInt64 = 60

  public func prepare(
    _ order: CounterOrder, for wallet: Address
  ) async throws(Missing) -> CounterPaper {
    let shop = try opened()
    guard wallet != Address() else {
      throw Missing(400, "badAddress", "the wallet named no account")
    }
    let craft = try await craft(for: order)
    let input = try craft.input(order.input)
    let ware = try await ware(order)
    let prepared = try await papers(ware, craft, input.bytes, wallet, shop)
    var ticket = CounterTicket(
      name: TicketBook.name(), stage: .signing, pixels: input.pixels, model: craft.id,
      isDigits: craft.digits != nil, check: ware.check, payer: wallet, isWallet: true,
      most: ware.most)
    ticket.run = nil
    try book.add(ticket, prepared, at: now)
    return CounterPaper(
      ticket: ticket.name,
      documents: prepared.messages.map { $0.typedData(domain: shop.genesis.domain) },
      later: prepared.auction == nil ? 0 : 1, chainID: shop.genesis.chainId)
  }

  /// The messages for one purchase: the key under which answers are sealed, where the ledger has
  /// another, and the taking of the offer.
  private func papers(
    _ ware: CounterWare, _ craft: Craft, _ input: [UInt8], _ wallet: Address, _ shop: Shop
  ) async throws(Missing) -> PreparedTake {
    do {
      let account = try await shop.market.client.account(wallet)
      let enough = CounterDesk.withTolls(ware.most)
      guard account.balance >= enough else {
        throw Missing.insufficient(account.balance, needs: enough, hasFaucet: true)
      }
      let place = WalletPlace(account, valid: try now.after(seconds: TicketBook.patience))
      let published = SealingKey(of: sealer(for: wallet)).published
      let isKnown = account.row?.sealingKey == published
      var messages: [Message] = []
      if !isKnown {
        messages.append(.publishKey(PublishKey(place.head(0, wallet), sealingKey: published)))
      }
      let secrets = TakeSecrets()
      let chunks = try ContentChunks(input: input, key: secrets.contentKey)
      if ware.isAuction {
        let (more, auction) = try await auction(
          ware, craft, chunks, secrets.contentKey, place, from: isKnown ? 0 : 1, wallet, shop)
        return PreparedTake(
          wallet: wallet, messages: messages + more, readers: [], blob: chunks.blob,
          auditSalt: secrets.auditSalt, auction: auction)
      }
      let open = try await shop.market.offers(of: nil).filter {
        $0.offer.spec == craft.spec && $0.offer.check == ware.check && $0.offer.free > 0
          && !$0.offer.withdrawn && $0.offer.provider != wallet
      }
      var fitting: (id: OfferID, offer: Offer)?
      for entry in open where try entry.offer.rate.price(of: 1) <= ware.price {
        fitting = entry
        break
      }
      guard let fitting else { throw Missing.sold }
      let head = place.head(isKnown ? 0 : 1, wallet)
      messages.append(
        .takeOffer(try await take(fitting, head, chunks, secrets, wallet, shop)))
      return PreparedTake(
        wallet: wallet, messages: messages, readers: [fitting.offer.provider], blob: chunks.blob,
        auditSalt: secrets.auditSalt)
    } catch let missing as Missing {
      throw missing
    } catch let refusal as Refusal {
      throw Missing(refusal)
    } catch { throw .away }
  }

  private func take(
    _ fitting: (id: OfferID, offer: Offer), _ head: Head, _ chunks: ContentChunks,
    _ secrets: TakeSecrets, _ wallet: Address, _ shop: Shop
  ) async throws -> TakeOffer {
    let provider = fitting.offer.provider
    // Until the wallet has signed, the blob is the counter's: nobody fills another's shelf.
    let kept = try await shop.blobs.put(
      BlobDelivery(bytes: chunks.blob, owner: deputy.address, readers: [provider]))
    var m = TakeOffer()
    m.head = head
    m.offer = fitting.id
    m.acceptWindow = CounterDesk.acceptWindow
    m.input = Content(
      chunks, custody: Custody(custodian: kept.custodian, signature: kept.signature))
    m.key = WrappedKey(
      secrets.contentKey, to: provider, publishing: try await shop.market.sealingKey(of: provider),
      by: sealer(for: wallet), network: shop.genesis.network)
    if fitting.offer.check.kind == DisputableCheck.name {
      m.auditSalt = SaltCommitment.of(secrets.auditSalt)
    }
    m.deputy = deputy.address
    return m
  }

  /// A key of this process for each wallet: only answers are sealed to it, it signs nothing.
  func sealer(for wallet: Address) -> PrivateKey { PrivateKey(seed: secret.bytes + wallet.bytes) }

  // MARK: - Signed

  public func complete(_ name: String, _ signatures: [String]) async throws(Missing) {
    let shop = try opened()
    book.sweep(now)
    guard let prepared = book[name]?.prepared else {
      _ = try book.take(name, at: now)
      return
    }
    guard signatures.count == prepared.messages.count else {
      throw Missing(
        400, "wrongCount", "\(prepared.messages.count) signatures were asked for",
        hint: "sign every message that the wallet shows")
    }
    var signed: [SignedMessage] = []
    for (message, text) in zip(prepared.messages, signatures) {
      signed.append(try CounterDesk.signed(message, text, prepared.wallet, shop.genesis.domain))
    }
    let isSecond = book[name]?.ticket.stage == .handing
    _ = try book.take(name, at: now)
    let messages = signed
    if isSecond {
      go(name + " input") { await self.handIn(name, messages, shop) }
    } else if let auction = prepared.auction {
      go(name) { await self.bidding(name, messages, prepared, auction, shop) }
    } else {
      go(name) { await self.following(name, messages, prepared, shop) }
    }
  }

  /// The message with its signature, which must be the wallet's over these very bytes.
  private static func signed(
    _ message: Message, _ text: String, _ wallet: Address, _ domain: EIP712.Domain
  ) throws(Missing) -> SignedMessage {
    guard var bytes = Hex.decode(text), bytes.count == Signature.byteCount else {
      throw Missing(400, "badSignature", "that is no signature of 65 bytes")
    }
    // Some wallets count the last byte from 0.
    if bytes[64] < 2 { bytes[64] += 27 }
    do throws(Refusal) {
      let signature = try Signature(bytes)
      let signed = SignedMessage(message, Authorisation(signature))
      guard try signed.signer(domain: domain) == wallet else {
        throw Refusal("notTheSigner")
      }
      return signed
    } catch {
      throw Missing(
        403, error.code, "that is not your account’s signature of what was shown",
        hint: "sign with the account that you began with; nothing was bought")
    }
  }

  private func following(
    _ name: String, _ messages: [SignedMessage], _ prepared: PreparedTake, _ shop: Shop
  ) async {
    do {
      // Now the blob is the buyer's, whose auditors and seats the custodian lets in.
      _ = try await shop.blobs.put(
        BlobDelivery(bytes: prepared.blob, owner: prepared.wallet, readers: prepared.readers))
      for message in messages where !(try await isTaken(message, name, shop)) { return }
      guard let take = messages.last else { return }
      change(name) { ticket in
        ticket.road = take.id
        ticket.stage = .underway
      }
      try await follow(name, RunKey(LeaseID.of(take: take.id), 0), prepared, shop)
    } catch let error as ClientError {
      guard let problem = error.problem else { return fail(name, .away) }
      fail(
        name, Missing(problem.status, problem.code, problem.message, hint: problem.hint))
    } catch { fail(name, .away) }
  }

  /// Looks at the run with every block, opens the audit's salt, and tells how it ends.
  private func follow(
    _ name: String, _ key: RunKey, _ prepared: PreparedTake, _ shop: Shop
  ) async throws {
    var height = shop.gate.height
    var hasDrawn = false
    let end = now.milliseconds + 7_200_000
    while now.milliseconds < end {
      try Task.checkCancellation()
      try await look(name, key, prepared.wallet, shop)
      if let settled = try await shop.market.settled(key) {
        finish(name, settled, shop)
        return
      }
      if !hasDrawn, let run = try await shop.market.run(key),
        case .disputable(let game) = run.game, game.stage == .drawing
      {
        hasDrawn = try await draw(key, prepared.auditSalt, shop)
      }
      if await shop.gate.wait(for: height + 1, upTo: NodeWalk.patience) {
        height = shop.gate.height
      }
    }
    fail(name, .away)
  }

  /// Shows the answer of a wallet's run as soon as it lies there.
  func look(_ name: String, _ key: RunKey, _ wallet: Address, _ shop: Shop) async throws {
    guard let ticket = book[name]?.ticket, ticket.answer == nil, let craft = crafts[ticket.model]
    else { return }
    let owner = RunOwner.wallet(wallet, sealer: sealer(for: wallet))
    let bytes = await RunReader(shop: shop, time: now, owner).output(of: key)
    if let bytes { change(name) { $0.answer = craft.answer(bytes) } }
  }

  private func draw(_ key: RunKey, _ salt: Bytes32, _ shop: Shop) async throws -> Bool {
    var box: Outbox
    if let deputyBox {
      box = deputyBox
    } else {
      try await HouseMarket.fund(deputy.address, shop.market.client)
      let next = try await shop.market.nextSequences(of: deputy.address)
      box = deputyBox ?? Outbox(deputy, shop.genesis, next: next)
    }
    var m = DrawAudit()
    m.head = try box.head(at: now)
    m.run = key
    m.salt = salt
    deputyBox = box
    let outcome = try? await shop.market.client.submit(box.sign(.drawAudit(m))).outcome
    // Places are read anew after what did not get through.
    if outcome == nil { deputyBox = nil }
    return outcome != nil
  }

  func finish(_ name: String, _ settled: SettledRun, _ shop: Shop) {
    let cost = CounterDesk.cost(of: settled)
    change(name) { ticket in
      ticket.cost = cost
      ticket.run = settled.run.digest
      let isGood = settled.verdict.outcome.isGood
      ticket.stage = isGood ? .done : .failed
      if !isGood { ticket.trouble = .noAnswer(cost) }
    }
  }

  /// What was locked, less what came back.
  private static func cost(of settled: SettledRun) -> Amount {
    let paidIn = settled.prices.reduce(settled.fee) { $0 &+ $1 }
    let back = settled.payouts.first?.amount.units ?? 0
    return Amount(paidIn > back ? paidIn - back : 0)
  }
}

/// Where a wallet's messages stand among its own: a lane that no program uses, picked by lot so
/// that two purchases side by side rarely meet.
struct WalletPlace: Sendable {
  let lane: UInt8
  let next: UInt64
  let valid: Time

  init(_ account: AccountStatus, valid: Time) {
    var source = SystemRandomNumberGenerator()
    lane = UInt8.random(in: UInt8(Outbox.lanes)...255, using: &source)
    next = account.nextSequence(lane: lane)
    self.valid = valid
  }

  func head(_ offset: UInt64, _ wallet: Address) -> Head {
    Head(from: wallet, lane: lane, sequence: next + offset, validUntil: valid)
  }
}

/// Drawn anew for each purchase.
private struct TakeSecrets {
  let contentKey = CounterDesk.randomBytes()
  let auditSalt = CounterDesk.randomBytes()
}
