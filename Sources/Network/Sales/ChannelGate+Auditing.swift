// What a bonded seller owes the ledger: the run of a claim that was drawn, opened in time.

import Payments
public import Primitives

extension ChannelGate {
  /// Looks at what stands behind the door, and opens what was drawn: also what an earlier start of
  /// this program claimed. What cannot be sent now is tried again at the next look.
  ///
  /// - Returns: how many claims wait for their draw, or for an opening that was sent just now; nil
  ///   where the node does not say.
  @discardableResult
  func audit() async -> Int? {
    do {
      try await lookAtBond()
      // The ledger takes no opening of a convicted seller: each would cost a toll for nothing.
      if isConvicted { return 0 }
      var waiting = 0
      for claim in bond.withLock({ $0 })?.claims ?? [] {
        if claim.row.stage == ClaimStage.fixed.rawValue { waiting += 1 }
        guard claim.row.stage == ClaimStage.drawn.rawValue,
          let runs = archive?.runs(root: claim.row.root),
          let opening = RunOpening(of: claim, in: runs)
        else { continue }
        waiting += 1
        _ = try await node.open(opening)
      }
      tidy()
      return waiting
    } catch { return nil }
  }

  /// The end of a program, after which nothing is sold. Without a bond all that is owed is claimed.
  /// A bonded door claims nothing that nobody might be there to open: it stays until every claim
  /// that is held was drawn and opened, or until its task is cancelled.
  ///
  /// - Parameter waits: hears once how many claims keep it.
  public func finish(
    every pause: Duration = .seconds(1), waits: @Sendable (Int) -> Void = { _ in }
  ) async {
    isLeaving.withLock { $0 = true }
    // A claim that is on its way is seen by the look that follows.
    if await book.enter(ChannelGate.claiming) { book.leave(ChannelGate.claiming) }
    var isTold = false
    while true {
      let waiting = await audit()
      guard isBonded else { return await claimAll() }
      if waiting == 0 { return }
      if !isTold { waits(waiting ?? bond.withLock { $0?.claims.count ?? 0 }) }
      isTold = true
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }

  /// Once a day, and not before the first is over: another door of the seller, whose runs lie in
  /// the same folder, has then opened what it had to.
  private func tidy() {
    let now = now()
    let isTime = tidied.withLock { last in
      guard now >= last + 86_400 else { return false }
      last = now
      return true
    }
    guard isTime else { return }
    let held = bond.withLock { $0 }?.claims.map(\.row.root) ?? []
    archive?.tidy(now: now, keeping: Set(held))
  }

  func lookAtBond() async throws {
    let found = try await node.bond(behind: authorizer)
    bond.withLock { $0 = found }
    book.countWholeRuns(found != nil, at: now())
  }

  /// What a bonded door leaves unclaimed when it ends; nothing where no bond is, nor where it was
  /// lost and no claim will ever be paid.
  public var left: Amount { isBonded && !isConvicted ? book.unclaimed : .zero }

  var isBonded: Bool { bond.withLock { $0 != nil } }

  /// Whether the bond was lost: no voucher of this door is paid any more.
  var isConvicted: Bool { bond.withLock { $0?.row.isConvicted ?? false } }

  /// Sets a price aside for a sale that begins; false where the bond backs no claim of that beside
  /// what is sold already, so that it could never be claimed.
  func reserve(_ price: Amount) -> Bool {
    let unclaimed = book.unclaimed
    guard let bond = self.bond.withLock({ $0 }) else { return underWay.withLock { $0.add(price) } }
    return underWay.withLock { underWay in
      guard let exposure = try? unclaimed.adding(underWay.sum).adding(price),
        bond.backs(exposure)
      else { return false }
      return underWay.add(price)
    }
  }

  func release(_ price: Amount) {
    underWay.withLock { $0.sum = (try? $0.sum.subtracting(price)) ?? .zero }
  }
}

/// What the sales that have not ended may cost together.
struct SalesUnderWay {
  var sum = Amount.zero

  mutating func add(_ price: Amount) -> Bool {
    guard let all = try? sum.adding(price) else { return false }
    sum = all
    return true
  }
}
