// A subnet's own asset and its pool: made, traded, asked back; and dividends that are paid in it.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Subnets

/// Units of an own asset as people write them: it has six decimals, as the dollar has.
enum Units {
  static func required(_ text: String) throws -> Amount {
    guard !text.hasPrefix("$"), let amount = Dollars.parse(text) else {
      throw Failure(
        .usage, code: "badUnits", "\(text) is no number of the asset",
        hint: "write it like 2.5, with at most six decimals")
    }
    return amount
  }
}

struct SubnetIssue: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Give a subnet of yours an asset of its own.",
    discussion: """
      It is possible in the subnet's first epoch only, and once; the rules never change. Epochs \
      pay members in it as they pay them dollars. What the schedule never pays seeds the pool, and \
      has to be from a tenth to nine tenths of the cap.
      """)
  static let schema = "subnet.issue/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "Small letters, digits and dashes, at most 32.") var name: String
  @Option(help: "How much of it there is, ever.") var cap = "21000000"
  @Option(help: "What an epoch pays at first.") var perEpoch = "5"
  @Option(help: "After how many epochs that halves, each time.") var halving: UInt64 = 1_000_000
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let (cap, perEpoch) = (try Units.required(cap), try Units.required(perEpoch))
    return { [which, name, halving] in
      .issueAsset(
        IssueAsset(
          $0, subnet: which.subnet, name: name, cap: cap, perEpoch: perEpoch, halving: halving))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "subnet \(which.subnet) pays in \(name) too; begin its pool with "
      + paint(.handle, "tolsey subnet seed \(which.subnet) 100")
  }
}

struct SubnetSeed: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Begin the pool of your subnet's asset.",
    discussion: """
      Your dollars lie beside all of the asset that the schedule never pays. They come back with \
      'tolsey subnet drain', after a notice as long as that of stake.
      """)
  static let schema = "subnet.seed/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "How much, in dollars: 100 to 1000000.") var amount: String
  @Option(help: "What a trade leaves in the pool, in percent: 0.1 to 3.") var fee = "0.3"
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let (amount, fee) = (try Dollars.required(amount), try Percent.ppm(fee, "the fee"))
    return { [which] in
      .seedPool(SeedPool($0, subnet: which.subnet, dollars: amount, fee: fee))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "the pool of subnet \(which.subnet) is open; see "
      + paint(.handle, "tolsey subnet show \(which.subnet)")
  }
}

struct SubnetDrain: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "drain", abstract: "Ask your part of the pool that you seeded back.",
    discussion: """
      It trades on until the notice is over; from now on the root gives the subnet nothing. Then \
      you have what would lie in it if all that it sold were sold back, your dollars at least. For \
      a year the rest buys back from who holds the asset, and what is left is burnt. There is no \
      second pool.
      """)
  static let schema = "subnet.drain/1"

  @OptionGroup var which: SubnetOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    { [which] in .drainPool(DrainPool($0, subnet: which.subnet)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "the pool of subnet \(which.subnet) ends after its notice"
  }
}

struct SubnetBuy: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "buy", abstract: "Buy a subnet's asset from its pool.",
    discussion: "Without --least it is refused where the price has risen by more than a percent.")
  static let schema = "subnet.buy/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "How much to pay, in dollars.") var amount: String
  @Option(help: "The least of the asset that you take for it.") var least: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let amount = try Dollars.required(amount)
    let asked = try least.map(Units.required)
    let pool = try await SubnetFacts.read(link, which.subnet).pool
    let least = asked ?? Slippage.bound((try? pool?.bought(for: amount)) ?? .zero)
    return { [which] in
      .buyAsset(BuyAsset($0, subnet: which.subnet, dollars: amount, least: least))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "bought for \((try? Dollars.text(Dollars.required(amount))) ?? amount) in subnet "
      + "\(which.subnet)"
  }
}

struct SubnetSell: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "sell", abstract: "Sell a subnet's asset to its pool.",
    discussion: "Without --least it is refused where the price has fallen by more than a percent.")
  static let schema = "subnet.sell/1"

  @OptionGroup var which: SubnetOptions
  @Argument(help: "How much of the asset.") var units: String
  @Option(help: "The fewest dollars that you take for it.") var least: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let units = try Units.required(units)
    let asked = try least.map(Dollars.required)
    let pool = try await SubnetFacts.read(link, which.subnet).pool
    let least = asked ?? Slippage.bound((try? pool?.sold(units)) ?? .zero)
    return { [which] in
      .sellAsset(SellAsset($0, subnet: which.subnet, units: units, least: least))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "sold \(units) of the asset of subnet \(which.subnet)"
  }
}

struct SubnetCollect: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Take the dividends of your stake in the subnet's asset.",
    discussion: "Those in dollars need no taking: they grow in the stake itself.")
  static let schema = "subnet.collect/1"

  @OptionGroup var which: SubnetOptions
  @Option(help: "The member's address, or one of your keys; else yourself.") var from: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let from = try from.map(KeyOptions.address) ?? account
    return { [which] in .collectDividends(CollectDividends($0, subnet: which.subnet, from: from)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "took the dividends of subnet \(which.subnet) in its asset"
  }
}

/// What a trade bears where nothing is said.
enum Slippage {
  /// A percent less, rounded down.
  static func bound(_ quote: Amount) -> Amount { Amount(quote.units - (quote.units + 99) / 100) }
}

extension SubnetFacts {
  /// The pool as its page has it, with what a quote needs; nil where there is none.
  var pool: AssetPool? {
    guard let shown = json["pool"], let dollars = shown["dollars"]?.uint64,
      let own = shown["own"]?.uint64, let fee = shown["fee"]?.uint64
    else { return nil }
    var pool = AssetPool()
    pool.dollars = Amount(dollars)
    pool.own = Amount(own)
    pool.fee = fee
    pool.isOver = shown["isOver"]?.bool ?? false
    pool.taken = Amount(shown["taken"]?.uint64 ?? 0)
    return pool
  }
}
