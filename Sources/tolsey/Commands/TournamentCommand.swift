// `tolsey tournament`: forecasts with stake, sealed before the truth is known.

import ArgumentParser
import Chain
import Inference
import Kernel
import Market
import NetworkRoom
import Primitives
import Tournaments

struct TournamentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tournament",
    abstract: "Tournaments: forecasts with stake, sealed before the truth is known.",
    subcommands: [
      TournamentList.self, TournamentShow.self, TournamentCreate.self, TournamentFund.self,
      TournamentEnter.self, TournamentReveal.self, TournamentTruth.self,
    ])
}

/// Which tournament.
struct TournamentOptions: ParsableArguments {
  @Argument(help: "The tournament's number; see 'tolsey tournament list'.") var tournament: UInt64
}

struct TournamentCreate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a tournament, with a purse and a bond.",
    discussion: """
      Its rules are fixed for ever: who sponsors or enters knows what for. The truth is your \
      word, or with --check and --model what a run gives that you buy after entries close. What of \
      the purse is not won comes back to who put it in; your bond comes back unless the truth \
      never comes, and no purse outgrows it. Times are seconds of market time.
      """)
  static let schema = "tournament.create/1"

  @Argument(help: "Small letters, digits and dashes, at most 32.") var name: String
  @Option(help: "What you put into the purse, in dollars.") var purse: String
  @OptionGroup var rules: TournamentRuleOptions
  @OptionGroup var source: TruthOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let purse = try Dollars.required(purse)
    let (own, source) = (try rules.rules(purse: purse), try source.source())
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let settlement = try await Wallet(link, key).send {
      .createTournament(CreateTournament($0, name: name, own, source, purse: purse))
    }
    let events = try await link.market.block(settlement.height)?.events ?? []
    let made = events.first { $0.name == "tournamentCreated" && $0.parties == [key.address] }
    guard let number = made?.numbers.first(where: { $0.name == "tournament" })?.value else {
      throw Failure(
        ClientError.garbled("its block \(settlement.height) names no tournament"))
    }
    let data =
      (Wallet.data(settlement).members ?? []) + [
        .init(name: "tournament", value: .unsigned(number))
      ]
    console.result(Self.schema, .object(data)) { paint in
      "made tournament \(number); others enter with "
        + paint(.handle, "tolsey tournament enter \(number) --values … --stake …")
    }
  }
}

/// The rules of a new tournament, each as the ledger has it where nothing else is said.
struct TournamentRuleOptions: ParsableArguments {
  private static let usual = TournamentRules()

  @Option(help: "Values of a forecast, at most 256.") var values = usual.values
  @Option(help: "Entries, at most 256: those with the greatest stakes.") var entries = usual.entries
  @Option(help: "With fewer entries nothing is scored.") var quorum = usual.quorum
  @Option(help: "The least stake, in dollars.") var leastStake = "1"
  @Option(help: "The most of a stake that is won or burnt, in percent; at most 50.")
  var limit = "50"
  @Option(help: "Seconds for entering.") var entryTime = usual.entryTime
  @Option(help: "Seconds for naming the run that says the truth, where one does.")
  var nameTime = usual.nameTime
  @Option(help: "Seconds for revealing after that.") var revealTime = usual.revealTime
  @Option(help: "Seconds for the truth after that.") var truthTime = usual.truthTime
  @Option(
    help: """
      What you lose where the truth never comes, and the most that the purse can be, in dollars; \
      twice what you put into the purse where nothing is said.
      """)
  var bond: String?

  func rules(purse: Amount) throws -> TournamentRules {
    var own = TournamentRules()
    own.values = values
    own.entries = entries
    own.quorum = quorum
    own.leastStake = try Dollars.required(leastStake)
    own.limit = try Percent.ppm(limit, "the limit")
    own.entryTime = entryTime
    own.nameTime = nameTime
    own.revealTime = revealTime
    own.truthTime = truthTime
    own.bond = try bond.map(Dollars.required) ?? purse.adding(purse)
    return own
  }
}

extension NameTruth {
  /// By the words of the command line.
  init(_ head: Head, tournament: UInt64, lease: Bytes32, _ index: UInt64) {
    self.init(head, tournament: tournament, run: RunKey(LeaseID(lease), index))
  }
}

/// Where the truth of a new tournament comes from.
struct TruthOptions: ParsableArguments {
  @Option(help: "The check of the run that says it: 'proved', 'disputable', 'replicated(3)', …")
  var check: String?
  @Option(help: CheckName.auditHelp) var audit: UInt64?
  @Option(help: "The model of that run: its id, 0x and 64 digits.") var model: String?
  @Option(help: "Bytes of a value of the truth: 1, 2 or 4.") var width: UInt64 = 4
  @Flag(help: "Values of the truth are never negative.") var unsigned = false

  func source() throws -> TruthSource {
    var source = TruthSource()
    if check != nil || model != nil {
      guard let check, let id = model.flatMap(Bytes32.init(hex:)) else {
        throw Failure(
          .usage, code: "badTruthSource", "a run is named by --check and --model",
          hint: "a model's id is 0x and 64 digits; 'tolsey model list' has it")
      }
      let spec = InferenceSpec(model: id).encoded
      source = TruthSource(runUnder: try CheckName.terms(check, audit: audit), spec: spec)
    }
    source.width = width
    source.isSigned = !unsigned
    return source
  }
}
