// `tolsey subnet create`: a subnet of one's own, with rules that stay.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Subnets

struct SubnetCreate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a subnet, against a deposit.",
    discussion: """
      Its rules are fixed for ever: who funds, stakes or registers knows what for. The deposit \
      comes back when you close it. Times are seconds of market time; a wait that is not said is \
      at least three epochs, as it has to be.
      """)
  static let schema = "subnet.create/1"

  @Argument(help: "Small letters, digits and dashes, at most 32.") var name: String
  @Option(help: "The highest deposit that you lock, in dollars; else that of now.")
  var most: String?
  @OptionGroup var rules: SubnetRules
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let parameters = try rules.parameters()
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let usual = Amount(try await link.get("/subnets.json")["deposit"]?.uint64 ?? 0)
    let most = try most.map(Dollars.required) ?? usual
    let settlement = try await Wallet(link, key).send {
      .createSubnet(CreateSubnet($0, name: name, parameters, most: most))
    }
    // The block says which number it got; the lists may be a block behind.
    let events = try await link.market.block(settlement.height)?.events ?? []
    let made = events.first { $0.name == "subnetCreated" && $0.parties == [key.address] }
    guard let number = made?.numbers.first(where: { $0.name == "subnet" })?.value else {
      throw Failure(ClientError.garbled("its block \(settlement.height) names no subnet"))
    }
    let data =
      (Wallet.data(settlement).members ?? []) + [
        .init(name: "subnet", value: .unsigned(number))
      ]
    console.result(Self.schema, .object(data)) { paint in
      "made subnet \(number); go on with "
        + paint(.handle, "tolsey subnet fund \(number) --per-epoch 1 --epochs 24")
    }
  }
}

/// The rules of a new subnet, each as the ledger has it where nothing else is said.
struct SubnetRules: ParsableArguments {
  private static let usual = SubnetParameters()

  @Option(help: "Seconds of an epoch.") var tempo = usual.tempo
  @Option(help: "Seats, at most 256.") var members = usual.members
  @Option(help: "Seats that may judge, those with the most stake; at most 64.")
  var validators = usual.validators
  @Option(help: "Seconds for which a newcomer cannot be displaced.") var immunity: UInt64?
  @Option(help: "The least that a seat costs, in dollars.") var leastPrice = "1"
  @Option(help: "The most that a seat costs, in dollars.") var mostPrice = "100"
  @Option(help: "Seconds in which that price halves.") var halfLife = usual.halfLife
  @Option(help: "Dollars of stake below which a validator is not heard.") var leastStake = "10"
  @Option(help: "Epochs without new weights after which stake no longer counts.")
  var activity = usual.activity
  @Option(help: "Seconds from asking stake back to having it.") var unbonding: UInt64?
  @Option(help: "What a seal that stays shut costs, in percent of the stake.") var slash = "2"
  @Option(help: "The share of stake that must stand behind a weight, in 65535ths.")
  var kappa = usual.kappa
  @Option(help: "How much of a weight above the consensus earns no bond, in 65535ths.")
  var bondsPenalty = usual.bondsPenalty
  @Option(help: "How slowly bonds move, in millionths.") var bondsAverage = usual.bondsAverage
  @Flag(name: .customLong("yuma3"), help: "Yuma 3, where bonds stand for themselves.")
  var isYuma3 = false
  @Flag(name: .customLong("liquid-alpha"), help: "Bonds move faster for who is ahead.")
  var hasLiquidAlpha = false
  @Option(help: "Liquid alpha at its lowest, in 65535ths.") var alphaLow = usual.alphaLow
  @Option(help: "Liquid alpha at its highest, in 65535ths.") var alphaHigh = usual.alphaHigh
  @Option(help: "How steep it is between them.") var alphaSteepness = usual.alphaSteepness

  func parameters() throws -> SubnetParameters {
    var own = SubnetRules.usual
    let (three, overflow) = tempo.multipliedReportingOverflow(by: 3)
    own.tempo = tempo
    own.members = members
    own.validators = min(validators, members)
    own.immunity = immunity ?? max(own.immunity, overflow ? .max : three)
    own.leastPrice = try Dollars.required(leastPrice)
    own.mostPrice = try Dollars.required(mostPrice)
    own.halfLife = halfLife
    own.leastStake = try Dollars.required(leastStake)
    own.activity = activity
    own.unbonding = unbonding ?? max(own.unbonding, overflow ? .max : three)
    own.slash = try Percent.ppm(slash, "the slash")
    own.kappa = kappa
    own.bondsPenalty = bondsPenalty
    own.bondsAverage = bondsAverage
    own.isYuma3 = isYuma3
    own.hasLiquidAlpha = hasLiquidAlpha
    own.alphaLow = alphaLow
    own.alphaHigh = alphaHigh
    own.alphaSteepness = alphaSteepness
    return own
  }
}
