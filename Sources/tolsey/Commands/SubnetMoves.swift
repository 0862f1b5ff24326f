// What anybody does in a subnet but judge: take a seat, stake, fund, and go again.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Subnets

struct SubnetRegister: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "Take a seat in a subnet.",
    discussion: """
      What it costs is burnt. The price jumps by 26 % with each registration and halves with time; \
      without --most the price of this moment is paid, and nothing above it.
      """)
  static let schema = "subnet.register/1"

  @OptionGroup var which: SubnetOptions
  @Option(help: "The highest price that you pay, in dollars; else that of now.") var most: String?
  @Option(help: "What you keep of your delegators' dividends, in percent, at most 18.")
  var take = "0"
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let take = try Percent.ppm(take, "the take")
    let facts = try await SubnetFacts.read(link, which.subnet)
    let most = try most.map(Dollars.required) ?? facts.price
    return { [which] in
      .registerMember(RegisterMember($0, subnet: which.subnet, most: most, take: take))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "has a seat in subnet \(which.subnet); see "
      + paint(.handle, "tolsey subnet show \(which.subnet)")
  }
}

struct SubnetTake: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "take", abstract: "Change what you keep of your delegators' dividends.",
    discussion: "A lower take counts at once, a higher one from the epoch after next.")
  static let schema = "subnet.take/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "In percent, at most 18.") var take: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let take = try Percent.ppm(take, "the take")
    return { [which] in .setTake(SetTake($0, subnet: which.subnet, take: take)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "keeps \(take) percent of its delegators' dividends in subnet \(which.subnet)"
  }
}

struct SubnetStake: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "stake", abstract: "Put money behind a member of a subnet, yourself or another.",
    discussion: """
      It decides how far a validator is heard, and earns its dividends less its take. It is \
      slashed with the validator's own, and comes back some epochs after 'tolsey subnet unstake'.
      """)
  static let schema = "subnet.stake/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "How much, in dollars: 2.50.") var amount: String
  @Option(help: "The member's address, or one of your keys; else yourself.") var on: String?
  @Option(help: "The highest take that you bear, in percent; else that of now.")
  var mostTake: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let amount = try Dollars.required(amount)
    let on = try on.map(KeyOptions.address) ?? account
    let asked = try mostTake.map { try Percent.ppm($0, "the take") }
    let seat = try await SubnetFacts.read(link, which.subnet).seat(of: on)
    let known = max(seat?["take"]?.uint64 ?? 0, seat?["nextTake"]?.uint64 ?? 0)
    let most = asked ?? known
    return { [which] in
      .stakeOn(StakeOn($0, subnet: which.subnet, on: on, amount, mostTake: most))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "staked \((try? Dollars.text(Dollars.required(amount))) ?? amount) in subnet \(which.subnet)"
  }
}

struct SubnetUnstake: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "unstake", abstract: "Ask stake back; it is paid out after the subnet's wait.",
    discussion: "From now on it counts for nothing; until it is paid out it can be slashed.")
  static let schema = "subnet.unstake/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "How much, in dollars; all of it if not said.") var amount: String?
  @Option(help: "The member's address, or one of your keys; else yourself.") var from: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let amount = try amount.map(Dollars.required) ?? Amount(.max)
    let from = try from.map(KeyOptions.address) ?? account
    return { [which] in .unstake(Unstake($0, subnet: which.subnet, from: from, amount)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "asked back what was staked in subnet \(which.subnet); it comes after the wait"
  }
}

struct SubnetFund: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "fund", abstract: "Pay a subnet's members, so much an epoch.",
    discussion: """
      All of it is locked at once, and the running epoch is the first that is paid. What lies \
      beyond the running epoch can be taken back with 'tolsey subnet withdraw'.
      """)
  static let schema = "subnet.fund/1"

  @OptionGroup var which: SubnetOptions
  @Option(help: "Dollars for each epoch.") var perEpoch: String
  @Option(help: "For how many epochs.") var epochs: UInt64
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let amount = try Dollars.required(perEpoch)
    return { [which, epochs] in
      .fundSubnet(FundSubnet($0, subnet: which.subnet, perEpoch: amount, epochs: epochs))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "pays subnet \(which.subnet) for \(epochs) \(epochs == 1 ? "epoch" : "epochs"); stop it with "
      + paint(.handle, "tolsey subnet withdraw \(settlement.id)")
  }
}

struct SubnetWithdraw: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Stop paying after the running epoch.")
  static let schema = "subnet.withdraw/1"

  @Argument(help: "The grant: the id that 'tolsey subnet fund' gave.") var grant: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    guard let id = Bytes32(hex: grant) else {
      throw Failure(
        .usage, code: "badId", "\(grant) is no grant",
        hint: "it is the id that 'tolsey subnet fund' gave: 0x and 64 digits")
    }
    return { .withdrawGrant(WithdrawGrant($0, grant: id)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "the grant ends with the running epoch; the rest is back"
  }
}

struct SubnetClose: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "End a subnet of yours, after two more epochs.",
    discussion: "The deposit comes back then; what nobody earned is burnt.")
  static let schema = "subnet.close/1"

  @OptionGroup var which: SubnetOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    { [which] in .closeSubnet(CloseSubnet($0, subnet: which.subnet)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "subnet \(which.subnet) closes after two more epochs"
  }
}
