// Buying with a test account: the buyer of `Agents`, one purchase at a time for each account.

import Agents
import Chain
public import Explorer
import Kernel
import Market
import Primitives

extension CounterDesk {
  public func buy(_ order: CounterOrder) async throws(Missing) -> String {
    let shop = try opened()
    let craft = try await craft(for: order)
    let input = try craft.input(order.input)
    let ware = try await ware(order)
    let key = try await purse(order.purse, for: ware.most)
    let ticket = CounterTicket(
      name: TicketBook.name(), stage: .starting, pixels: input.pixels, model: craft.id,
      isDigits: craft.digits != nil, check: ware.check, payer: key.address, isWallet: false,
      most: ware.most)
    try book.add(ticket, at: now)
    busy.insert(key.address)
    let want = CounterDesk.want(ware, craft.spec, input.bytes)
    go(ticket.name) {
      await self.shopping(ticket.name, want, craft, key, shop)
      await self.free(key.address)
    }
    return ticket.name
  }

  func free(_ account: Address) { busy.remove(account) }

  /// The account that was asked for, or the first that is free and has the money.
  private func purse(
    _ wanted: Address?, for most: Amount
  ) async throws(Missing) -> PrivateKey {
    guard !purses.isEmpty else {
      throw Missing(
        409, "noTestAccounts", "this node has no test accounts", hint: "pay with your wallet")
    }
    let stock = try await stock()
    let enough = CounterDesk.withTolls(most)
    if let wanted {
      guard let key = purses.first(where: { $0.address == wanted }) else {
        throw Missing(400, "badPurse", "that is no test account of this node")
      }
      guard !busy.contains(wanted) else {
        throw Missing(
          409, "purseBusy", "that account pays for something else at this moment",
          hint: "take any that is free")
      }
      let has = stock.purses.first { $0.account == wanted }?.balance ?? .zero
      guard has >= enough else { throw .insufficient(has, needs: enough, hasFaucet: false) }
      return key
    }
    let rich = stock.purses.filter { $0.balance >= enough }.map(\.account)
    guard !rich.isEmpty else { throw .insufficient(.zero, needs: enough, hasFaucet: false) }
    guard let key = purses.first(where: { rich.contains($0.address) && !busy.contains($0.address) })
    else {
      throw Missing(
        503, "pursesBusy", "every test account pays for something at this moment",
        hint: "try again in a minute")
    }
    return key
  }

  /// With as much beside it as the tolls of a purchase surely stay below.
  static func withTolls(_ most: Amount) -> Amount {
    (try? most.adding(Amount(20_000))) ?? .init(.max)
  }

  private static func want(_ ware: CounterWare, _ spec: [UInt8], _ input: [UInt8]) -> Want {
    var want = Want(
      ware.isAuction ? .auction : .offer, spec: spec, input: input, check: ware.check,
      limit: Rate(ware.price))
    want.bidWindow = CounterShelf.bidWindow
    want.revealWindow = CounterShelf.revealWindow
    // The check protects this buyer, not the bidder's record.
    if ware.check.kind != OpenCheck.name { want.lists.maxRejection = million }
    return want
  }

  // MARK: - Under way

  /// Nothing takes longer than this, in milliseconds.
  private static let longest: UInt64 = 7_200_000
  /// Without anything to take for so long a visitor is told so, in milliseconds.
  private static let waiting: UInt64 = 20_000

  private func shopping(
    _ name: String, _ want: Want, _ craft: Craft, _ key: PrivateKey, _ shop: Shop
  ) async {
    let most = (try? want.most(terms: shop.genesis.terms)) ?? .zero
    let buyer = Buyer(
      key: key, client: shop.market, wants: [want], budget: Budget(total: most, perOrder: most),
      parallel: 1, tries: 1)
    let start = now
    let walk = NodeWalk(market: shop.market, gate: shop.gate, clock: clock)
    do {
      try await walk.run(buyer) { message, refusal in
        await self.heard(name, message, refusal)
      } isOver: { _ in
        if await self.isOver(name, since: start) { return true }
        await self.look(name, craft, key, shop)
        return await buyer.isDone
      }
    } catch {
      fail(name, .away)
      return
    }
    if let result = await buyer.results.last {
      finish(name, result, craft)
    } else if let refusal = await buyer.refusals[0] {
      fail(name, Missing(refusal))
    } else {
      fail(name, .away)
    }
  }

  /// Whether the visitor waits in vain.
  private func isOver(_ name: String, since start: Time) -> Bool {
    guard let ticket = book[name]?.ticket, !ticket.stage.isOver else { return true }
    let passed = now.milliseconds - min(now.milliseconds, start.milliseconds)
    if ticket.road == nil, passed > CounterDesk.waiting {
      fail(name, .sold)
      return true
    }
    guard passed > CounterDesk.longest else { return false }
    fail(name, .away)
    return true
  }

  private func heard(_ name: String, _ message: SignedMessage, _ refusal: Refusal?) {
    switch message.message {
    case .placeOrder, .takeOffer:
      if let refusal {
        fail(name, Missing(refusal))
      } else {
        change(name) { ticket in
          ticket.road = message.id
          ticket.stage = .underway
        }
      }
    case .publishKey: if let refusal { fail(name, Missing(refusal)) }
    default: break
    }
  }

  /// Shows the answer of an offer's run as soon as it lies there.
  private func look(
    _ name: String, _ craft: Craft, _ key: PrivateKey, _ shop: Shop
  ) async {
    guard let ticket = book[name]?.ticket, ticket.answer == nil, let road = ticket.road,
      ticket.check.kind == DisputableCheck.name
    else { return }
    let reader = RunReader(shop: shop, time: now, .account(key))
    guard let bytes = await reader.output(of: RunKey(LeaseID.of(take: road), 0)) else { return }
    change(name) { $0.answer = craft.answer(bytes) }
  }

  private func finish(_ name: String, _ result: PurchaseResult, _ craft: Craft) {
    change(name) { ticket in
      ticket.cost = result.cost
      ticket.run = result.run?.id.digest
      guard result.isGood else {
        ticket.stage = .failed
        ticket.trouble = .noAnswer(result.cost)
        return
      }
      ticket.stage = .done
      ticket.answer = result.output.flatMap(craft.answer) ?? ticket.answer
    }
  }
}

extension Missing {
  static func insufficient(_ has: Amount, needs: Amount, hasFaucet: Bool) -> Missing {
    Missing(
      402, "insufficient",
      "the account has \(has.dollars), and \(needs.dollars) may be needed, tolls included",
      hint: hasFaucet ? "the faucet of this test node gives you money" : "take another account")
  }

  /// What was for sale is gone.
  static var sold: Missing {
    Missing(
      409, "notSold", "somebody else was quicker, and nothing else is for sale at that price",
      hint: "nothing was bought; try again in a minute")
  }

  static func noAnswer(_ cost: Amount) -> Missing {
    Missing(
      409, "noAnswer", "the purchase ended without an answer that counts",
      hint: "it cost \(cost.dollars); its road below says why")
  }
}
