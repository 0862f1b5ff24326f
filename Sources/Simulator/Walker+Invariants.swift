// The rules that hold after every block, whatever was sent.

import Chain
import Kernel
import Market
import Primitives

/// A rule that a walk found broken, with the seed that replays it.
public struct BrokenRule: Error, CustomStringConvertible {
  public let rule: String
  public let detail: String
  public let seed: UInt64
  public let height: UInt64

  public var description: String {
    "seed \(seed), height \(height): \(rule): \(detail)"
  }
}

extension Walker {
  private func broken(_ rule: String, _ detail: String) -> BrokenRule {
    BrokenRule(rule: rule, detail: detail, seed: seed, height: state.height)
  }

  /// A rehearsal leaves no trace: the state that rehearsed equals the one that did not.
  func checkTwin(_ made: ProducedBlock, _ other: ProducedBlock) throws {
    guard made.block.header == other.block.header else {
      throw broken("rollback leaves no trace", "headers differ after rehearsals")
    }
  }

  /// Whoever signs for gas says how much may be taken, so every kind of message says what it takes.
  func checkTaken(by message: Message, _ rehearsal: Rehearsal) throws {
    guard rehearsal.isAdmitted else { return }
    let sender = Holder.account(message.head.from)
    let most = try state.mostTaken(by: message, toll: rehearsal.toll)
    var taken = Amount.zero
    for posting in rehearsal.postings where posting.from == sender && posting.to == .operator {
      taken = try taken.adding(posting.amount)
    }
    guard taken <= most else {
      throw broken("gas is the most that is taken", "\(message): \(taken) of \(most)")
    }
  }

  mutating func checkInvariants(_ made: ProducedBlock) throws {
    for event in made.block.results.events where event.name == "stuck" {
      throw broken("no timer is refused", "\(event.subject) \(event.numbers)")
    }
    try checkMoney()
    try checkEscrows()
    if let wrong = brokenSubnet(isFull: made.isFull) { throw broken("subnets add up", wrong) }
    if walksAssets, let wrong = brokenAsset() { throw broken("own assets add up", wrong) }
    if let wrong = brokenRoute() { throw broken("routes end with their orders", wrong) }
    if let wrong = brokenTournament(isFull: made.isFull) {
      throw broken("tournaments add up", wrong)
    }
    if let wrong = brokenTopic(isFull: made.isFull) { throw broken("topics add up", wrong) }
    if let wrong = brokenSession() { throw broken("no session exceeds its cap", wrong) }
    try checkDeadlines(isFull: made.isFull)
    for change in made.changes { rows[change.leafKey] = change.row == nil ? nil : change }
    if state.height % 16 == 0 { try checkRestart(made) }
  }

  /// Money is conserved, asset by asset.
  private func checkMoney() throws {
    for (asset, sum) in minted.sorted(by: { $0.key.number < $1.key.number }) {
      let now = state.kernel.ledger.supply(asset)
      guard now == sum else {
        throw broken("money is conserved", "asset \(asset.number): \(now.units), was \(sum.units)")
      }
    }
  }

  /// Every escrow is exactly what the rows of its object say, and no other escrow exists.
  private func checkEscrows() throws {
    var owed: [Bytes32: UInt64] = [:]
    var bonds: [OrderID: UInt64] = [:]
    state.market.forEachBid { bonds[$0.order, default: 0] += $1.bond.units }
    state.market.forEachOrder { id, order, _ in
      let check = order.request.check
      let seats =
        check.numbers.first { $0.name == "replicas" || $0.name == "seats" }?.value ?? 1
      let price = (try? order.request.limitPerRun()) ?? .zero
      let audit = check.numbers.first { $0.name == "audit" }?.value ?? 0
      let gold = check.numbers.first { $0.name == "gold" }?.value ?? 0
      let terms = state.kernel.terms.at(order.termsVersion)
      var fee = audit > 0 ? (try? Bonds.auditFee(price: price, terms: terms).units) ?? 0 : 0
      if gold > 0 { fee = price.units }
      owed[id.digest] =
        (price.units * seats + fee) * order.request.runs + (bonds[id] ?? 0)
    }
    oweCourt(&owed)
    state.market.forEachLease { id, lease in
      let holder = lease.order == OrderID() ? id.digest : lease.order.digest
      owed[holder] = (lease.seats + lease.reserve).reduce(lease.escrow.units) {
        $0 + $1.locked.units
      }
    }
    state.market.forEachOffer { id, offer in
      owed[id.digest] = offer.slotBond.units * offer.free
    }
    oweChannels(&owed)
    oweBonds(&owed)
    oweSubnets(&owed)
    var own: [BalanceKey: UInt64] = [:]
    oweAssets(&owed, &own)
    oweRoutes(&owed)
    oweTournaments(&owed)
    oweTopics(&owed)
    var wrong: String?
    state.kernel.ledger.forEachBalance { holder, asset, amount in
      guard case .escrow(let id) = holder else { return }
      let expected =
        asset == .dollar
        ? owed.removeValue(forKey: id) ?? 0 : own[BalanceKey(holder, asset)] ?? 0
      if amount.units != expected {
        wrong = "\(id): holds \(amount.units), its rows say \(expected)"
      }
    }
    if let wrong { throw broken("escrows equal their objects", wrong) }
    if let id = owed.keys.sorted().first(where: { owed[$0] != 0 }) {
      throw broken("escrows equal their objects", "\(id): holds nothing, its rows say otherwise")
    }
  }

  /// Nothing is escrowed without a deadline that comes, except what stands at a price by choice.
  private func checkDeadlines(isFull: Bool) throws {
    // A block that was full of timers leaves the rest to the next one.
    let now = isFull ? Time.zero : state.kernel.now
    var wrong: String?
    func check(_ deadline: Time, _ what: @autoclosure () -> String) {
      if deadline <= now || deadline == .never { wrong = what() }
    }
    state.market.forEachOrder { id, _, tender in
      // What waits for a block is due again in the next.
      if tender.state == .closed && state.height <= tender.closedAt + 1 { return }
      check(tender.deadline, "order \(id)")
    }
    state.market.forEachLease { id, lease in
      if lease.state == .running {
        if lease.open == 0 { wrong = "lease \(id) runs nothing" }
      } else {
        check(lease.deadline, "lease \(id)")
      }
    }
    var open: [LeaseID: UInt64] = [:]
    state.market.forEachRun { key, run in
      open[key.lease, default: 0] += 1
      // Nothing but its games, which have deadlines of their own, may keep a run waiting.
      if run.deadline == .never && run.openGames > 0 { return }
      // Nor anything but the next block, in which it is due again.
      if let fixedAt = run.beaconAwaitedSince, state.height <= fixedAt + 1 { return }
      check(run.deadline, "run \(key.id)")
    }
    state.market.forEachLease { id, lease in
      if lease.open != open[id] ?? 0 { wrong = "lease \(id) counts \(lease.open) open runs" }
    }
    checkWithdrawals { check($0, $1) }
    checkClaims { check($0, $1) }
    if let wrong { throw broken("everything alive has a deadline to come", wrong) }
    if let wrong = brokenCourt(since: now) { throw broken("the court adds up", wrong) }
  }

  /// The tree that was kept up to date equals one that is built from all rows, and a state that
  /// was read back from them goes on in the twin's place.
  private mutating func checkRestart(_ made: ProducedBlock) throws {
    var loader = try StateLoader(cast.genesis)
    for key in rows.keys.sorted() {
      guard let change = rows[key], let row = change.row else { continue }
      try loader.load(table: change.table, key: change.key, row: row)
    }
    do throws(Refusal) {
      twin = try loader.finish(at: made.block.header)
    } catch {
      throw broken("incremental root = root from scratch", "\(error)")
    }
  }
}
