// What the market sees of a subnet when an order is routed to it, and what comes of that.

public import Kernel
public import Market
public import Primitives

extension SubnetTables: Rankings {
  /// The ranking of the last epoch that was closed. A seat that was taken since has none in it: its
  /// row began anew with whoever took it.
  public func ranking(of number: UInt64, at now: Time) throws(Refusal) -> Ranking {
    let subnet = try require(number)
    guard subnet.state == .open else { throw .subnetCloses }
    try subnet.requireRunning(at: now)
    var providers: [Ranked] = []
    var judges: [Ranked] = []
    for uid in 0..<subnet.members {
      guard let member = members[SeatKey(number, uid)] else { continue }
      if member.incentive > 0 {
        providers.append(Ranked(member.account, weight: member.incentive))
      }
      if member.permit && member.stake > 0 {
        judges.append(Ranked(member.account, weight: member.stake))
      }
    }
    guard subnet.epoch > 0, !providers.isEmpty else { throw .noRanking(number) }
    providers = SubnetTables.first(of: providers)
    let best = providers[0].weight
    for place in providers.indices {
      providers[place].weight = max(1, providers[place].weight * million / best)
    }
    return Ranking(
      epoch: subnet.epoch - 1, share: routings[number]?.share ?? 0, providers: providers,
      judges: SubnetTables.first(of: judges))
  }

  /// The greatest first, of equals the lower uid: the list comes in their order.
  private static func first(of list: [Ranked]) -> [Ranked] {
    let order = list.indices.sorted {
      (list[$1].weight, $0) < (list[$0].weight, $1)
    }
    return order.prefix(Ranking.longest).map { list[$0] }
  }
}

extension SubnetTables {
  /// Takes the share of a routed run into the budget of the running epoch. A subnet that has ended
  /// meanwhile has no budget: the buyer has it back.
  public mutating func conclude(_ conclusion: Conclusion, _ k: inout KernelTables) {
    guard case .routed(let share) = conclusion else { return }
    do throws(Refusal) { try take(share, &k) } catch {
      // It moves what lies there, within what there is of money: a refusal is a fault of ours.
      k.emit(
        Event("stuck", subject: Subnet.escrow(share.subnet), order: share.order.digest))
    }
  }

  private mutating func take(
    _ share: RoutedShare, _ k: inout KernelTables
  ) throws(Refusal) {
    let purse = Holder.escrow(Route.purse(share.subnet))
    guard let subnet = subnets[share.subnet], subnet.state != .closed else {
      return try k.ledger.post(from: purse, to: .account(share.buyer), share.amount)
    }
    try k.ledger.post(
      from: purse, to: .escrow(Subnet.escrow(share.subnet)), share.amount)
    var routing = routings[share.subnet] ?? Routing()
    routing.waiting = try routing.waiting.adding(share.amount)
    routing.runs += 1
    routing.earned = try routing.earned.adding(share.earned)
    routing.paid = try routing.paid.adding(share.amount)
    var run = RoutedRun()
    run.order = share.order.digest
    run.run = share.run.digest
    run.earned = share.earned
    run.paid = share.amount
    routing.latest = [run] + routing.latest.prefix(Routing.mostLatest - 1)
    routings[share.subnet] = routing
    k.emit(
      Event(
        "routedPaid", subject: Subnet.escrow(share.subnet), order: share.order.digest,
        objects: [share.run.digest],
        numbers: [
          Number("subnet", share.subnet), Number("earned", share.earned.units),
          Number("paid", share.amount.units),
        ]))
  }

  /// What came for the epoch that is paid now, besides grants.
  mutating func takeArrived(_ number: UInt64) throws(Refusal) -> Amount {
    guard var routing = routings[number] else { return .zero }
    let arrived = try routing.arrived
    guard arrived > .zero else { return .zero }
    routing.waiting = .zero
    routing.root = .zero
    routings[number] = routing
    return arrived
  }
}
