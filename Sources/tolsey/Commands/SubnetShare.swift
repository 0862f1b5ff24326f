// `tolsey subnet share`: what buyers pay a subnet beside the price of what is routed there.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Subnets

struct SubnetShare: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "share", abstract: "Say what your subnet gets of what is routed to its members.",
    discussion: """
      Buyers pay it beside the price, and it goes into the budget that the epoch divides; none of \
      it is the owner's. It is said once, before the first epoch ends; else it is nothing.
      """)
  static let schema = "subnet.share/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "In percent of what the seats earn, at most 20.") var share: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let share = try Percent.ppm(share, "the share")
    return { [which] in
      .setRoutingShare(SetRoutingShare($0, subnet: which.subnet, share: share))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "buyers pay subnet \(which.subnet) \(share) percent beside what is routed there"
  }
}
