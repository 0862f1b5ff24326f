// `tolsey topic`: one answer out of many forecasts, weighted by what their authors were worth.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Topics

struct TopicCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topic",
    abstract: "Topics: one answer out of many, weighted by what each was worth.",
    subcommands: [
      TopicList.self, TopicShow.self, TopicCreate.self, TopicFund.self, TopicWithdraw.self,
      TopicJoin.self, TopicLeave.self, TopicSeal.self, TopicReveal.self, TopicClose.self,
      TopicEpoch.self,
    ])
}

/// Which topic.
struct TopicOptions: ParsableArguments {
  @Argument(help: "The topic's number; see 'tolsey topic list'.") var topic: UInt64
}

struct TopicCreate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a topic, against a deposit.",
    discussion: """
      Its question and rules are fixed for ever: who funds or joins knows what for. The deposit \
      comes back when you close it. An epoch has four equal quarters: work is sealed in the first \
      and shown in the second, the truth sealed in the third and shown in the fourth.
      """)
  static let schema = "topic.create/1"

  @Argument(help: "Small letters, digits and dashes, at most 32.") var name: String
  @Option(help: "What the answer of an epoch is to be, and when it is known.")
  var question: String
  @Option(help: "The highest deposit that you lock, in dollars; else that of now.")
  var most: String?
  @OptionGroup var rules: TopicRuleOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let own = try rules.rules()
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let usual = Amount(try await link.get("/topics.json")["deposit"]?.uint64 ?? 0)
    let most = try most.map(Dollars.required) ?? usual
    let settlement = try await Wallet(link, key).send {
      .createTopic(CreateTopic($0, name: name, question: question, own, most: most))
    }
    // The block says which number it got; the lists may be a block behind.
    let events = try await link.market.block(settlement.height)?.events ?? []
    let made = events.first { $0.name == "topicCreated" && $0.parties == [key.address] }
    guard let number = made?.numbers.first(where: { $0.name == "topic" })?.value else {
      throw Failure(ClientError.garbled("its block \(settlement.height) names no topic"))
    }
    let data =
      (Wallet.data(settlement).members ?? []) + [
        .init(name: "topic", value: .unsigned(number))
      ]
    console.result(Self.schema, .object(data)) { paint in
      "made topic \(number); others join with "
        + paint(.handle, "tolsey topic join \(number) --as inferer --stake …")
    }
  }
}

/// The rules of a new topic, each as the ledger has it where nothing else is said.
struct TopicRuleOptions: ParsableArguments {
  private static let usual = TopicRules()

  @Option(help: "Seconds of an epoch, at least 60.") var tempo = usual.tempo
  @Option(help: "Inferers, 2 to 32: they say what the answer will be.")
  var inferers = usual.inferers
  @Option(help: "Forecasters, at most 8: they say how wrong each inferer will be.")
  var forecasters = usual.forecasters
  @Option(help: "Reputers, 1 to 16: they say what the truth was.") var reputers = usual.reputers
  @Option(help: "The least stake of an inferer or forecaster, in dollars.") var workerStake = "1"
  @Option(help: "The least stake of a reputer, in dollars.") var reputerStake = "10"
  @Option(help: "What a seal that stays shut costs, in percent of the stake; at most 20.")
  var slash = "5"
  @Option(help: "After so many epochs without anything sealed a place is free.")
  var patience = usual.patience
  @Option(help: "How far two truths may be apart and still be the same.")
  var tolerance = usual.tolerance

  func rules() throws -> TopicRules {
    var own = TopicRules()
    own.tempo = tempo
    own.inferers = inferers
    own.forecasters = forecasters
    own.reputers = reputers
    own.workerStake = try Dollars.required(workerStake)
    own.reputerStake = try Dollars.required(reputerStake)
    own.slash = try Percent.ppm(slash, "the slash")
    own.patience = patience
    own.tolerance = tolerance
    return own
  }
}
