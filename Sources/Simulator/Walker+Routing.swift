// Orders that are routed to subnets in a walk, and what subnets ask of them.

import Chain
import Kernel
import Market
import Primitives
import Subnets

extension Walker {
  /// A share, an order for the members of a subnet, or one before its validators.
  mutating func route(_ number: UInt64, _ subnet: Subnet) -> [any MessageContent] {
    switch random.below(10) {
    case 0..<3 where subnet.epoch == 0 || random.chance(30):
      let owner = random.chance(80) ? subnet.owner : person()
      return [
        SetRoutingShare(
          head(owner), subnet: number, share: UInt64(1 + random.below(200_000)))
      ]
    case 3:
      var order = orderTasks()
      order.request.check = order.request.check.routed(jury: number)
      return [order]
    default:
      guard var order = try? placeOrder() else { return [] }
      // Few are ranked in a walk: six for a draw there hardly ever are, which is refused.
      order.request.check = random.chance(60) ? CheckTerms("open") : order.request.check
      order.request.spec = Self.spec
      order.request.check = order.request.check.routed(to: number)
      return [order]
    }
  }

  /// Somebody who has a place for an order.
  mutating func ranked(for order: OrderID) -> Address? {
    var places: [Address] = []
    state.market.forEachRoute { if $0 == order { places = $1.providers.map(\.account) } }
    return random.pick(places)
  }

  /// What buyers locked for subnets beside their prices.
  func oweRoutes(_ owed: inout [Bytes32: UInt64]) {
    state.market.forEachRoute { owed[Route.escrow($0)] = $1.escrow.units }
  }

  /// Rows of routes that belong to no order and no lease that is alive.
  func brokenRoute() -> String? {
    var alive: Set<OrderID> = []
    state.market.forEachOrder { id, _, _ in alive.insert(id) }
    state.market.forEachLease { alive.insert($1.order) }
    var wrong: String?
    state.market.forEachRoute { id, route in
      if !alive.contains(id) { wrong = "a route of nothing: \(id)" }
      if route.providers.isEmpty { wrong = "a route to nobody: \(id)" }
    }
    state.market.forEachJury { id, _ in
      if !alive.contains(id) { wrong = "a jury of nothing: \(id)" }
    }
    return wrong
  }
}
