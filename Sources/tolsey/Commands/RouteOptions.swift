// Whom an order goes to: the members of a subnet, by the ranking of its last epoch.

import Agents
import ArgumentParser
import Kernel
import Market
import NetworkRoom
import Primitives

struct RouteOptions: ParsableArguments {
  @Option(
    help: "Only ranked members of this subnet may bid: half the rank must ask half the price.")
  var subnet: UInt64?

  /// Who fails is turned away, and the next in rank are asked, so often in all.
  static let tries = 3

  /// Routes a want, and says what the subnet gets beside the price.
  func route(_ want: inout Want, _ link: NodeLink, on console: Console) async throws {
    guard let subnet else { return }
    let facts = try await SubnetFacts.read(link, subnet)
    let routing = facts.json["routing"]
    want.road = .auction
    want.check = want.check.routed(to: subnet, jury: want.check.jury)
    want.routingShare = routing?["share"]?.uint64 ?? 0
    want.tries = Self.tries
    let beside =
      want.routingShare == 0
      ? "" : "; its budget gets \(Percent.text(want.routingShare)) beside the price"
    console.note("routed to the ranked members of subnet \(subnet)\(beside)")
  }
}
