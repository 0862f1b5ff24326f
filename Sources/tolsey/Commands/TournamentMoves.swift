// What anybody does in a tournament: sponsor, enter, reveal, and say the truth.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives
import Tournaments

struct TournamentFund: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "fund", abstract: "Add to a purse, while entries are open.",
    discussion: "What is not won comes back at the end, by the part that each put in.")
  static let schema = "tournament.fund/1"

  @OptionGroup var which: TournamentOptions
  @Argument(help: "How much, in dollars: 2.50.") var amount: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let amount = try Dollars.required(amount)
    return { [which] in
      .fundTournament(FundTournament($0, tournament: which.tournament, amount))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "added \((try? Dollars.text(Dollars.required(amount))) ?? amount) to the purse of tournament "
      + "\(which.tournament)"
  }
}

struct TournamentEnter: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "enter", abstract: "Enter with a stake and a sealed forecast.",
    discussion: """
      Only the order of the values counts. Sent again it takes the place of the forecast and adds \
      to the stake. The forecast lies in your home, under forecasts/, until it is revealed: run \
      'tolsey tournament reveal' after entries close, or a part of the stake is lost.
      """)
  static let schema = "tournament.enter/1"

  @OptionGroup var which: TournamentOptions
  @OptionGroup var forecast: ValueOptions
  @Option(help: "What you stake, in dollars; 0 to change the forecast only.") var stake: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let stake = stake == "0" ? Amount.zero : try Dollars.required(stake)
    let facts = try await TournamentFacts.read(link, which.tournament)
    let ranks = Ranking.ranks(try forecast.values(facts.values))
    guard Set(ranks).count > 1 else {
      throw Failure(
        .usage, code: "badValue", "a forecast that is the same everywhere orders nothing",
        hint: "it could not be revealed, and stake would be lost")
    }
    let (_, key) = try key.open()
    let book = try await ForecastBook(link, key, which.tournament)
    let seal = book.seal(ranks)
    // Before anything is sent: what nobody can reveal costs stake.
    try book.keep(ranks, seal)
    return { [which] in
      .enterTournament(
        EnterTournament($0, tournament: which.tournament, seal: seal, stake: stake))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "entered tournament \(which.tournament); after entries close reveal it, or stake is lost: "
      + paint(.handle, "tolsey tournament reveal \(which.tournament)")
  }
}

struct TournamentReveal: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "reveal", abstract: "Reveal your forecast, once reveals have begun.")
  static let schema = "tournament.reveal/1"

  @OptionGroup var which: TournamentOptions
  @Flag(help: "Stay until reveals begin.") var wait = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    var facts = try await TournamentFacts.read(link, which.tournament)
    if wait { facts = try await facts.waiting(until: "revealsBegin", at: link, which.tournament) }
    guard let seal = facts.seal(of: account) else { throw Failure(Refusal("notEntered")) }
    let (_, key) = try key.open()
    let book = try await ForecastBook(link, key, which.tournament)
    guard let ranks = try book.forecast(of: seal) else {
      throw Failure(
        .refused, code: "forecastNotKept", "the forecast that was sealed is not kept here",
        hint: "run this where 'tolsey tournament enter' ran, with the same TOLSEY_HOME")
    }
    return { [which] in
      .revealForecast(
        RevealForecast($0, tournament: which.tournament, forecast: ranks, salt: book.salt))
    }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    "revealed the forecast for tournament \(which.tournament)"
  }
}

struct TournamentTruth: OneMessage {
  static let configuration = CommandConfiguration(
    commandName: "truth", abstract: "Say the truth: in values, or by the run that gave it.",
    discussion: """
      Where the owner's word is the truth: --values or --file, after reveals. Where a run says \
      it: the owner names the run with --lease after entries close, before reveals begin and \
      before the run is answered; once it is settled anybody opens its output with --output and \
      --salt.
      """)
  static let schema = "tournament.truth/1"

  @OptionGroup var which: TournamentOptions
  @OptionGroup var word: ValueOptions
  @Option(help: "The lease of the run that says it: 0x and 64 digits.") var lease: String?
  @Option(help: "Which run of the lease.") var index: UInt64 = 0
  @Option(help: "A file with the output of the run.", completion: .file()) var output: String?
  @Option(help: "The salt of the run's content: 0x and 64 digits.") var salt: String?
  @Flag(help: "Stay until it is time: for --lease the end of entries, else that of reveals.")
  var wait = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func message(_ link: NodeLink, from account: Address) async throws -> (Head) -> Message {
    let number = which.tournament
    var facts = try await TournamentFacts.read(link, number)
    if wait {
      let time = lease == nil ? "revealsEnd" : "closes"
      facts = try await facts.waiting(until: time, at: link, number)
    }
    if let lease {
      let id = try TournamentTruth.digest(lease, "lease")
      return { [index] in
        .nameTruth(NameTruth($0, tournament: number, lease: id, index))
      }
    }
    if let output {
      let bytes = try LocalFile.read(output, limit: 4_096)
      let salt = try TournamentTruth.digest(salt ?? "", "salt")
      return { .openTruth(OpenTruth($0, tournament: number, truth: bytes, salt: salt)) }
    }
    let values = try word.values(facts.values).map { value throws -> Int in
      guard let whole = value.whole else {
        throw Failure(
          .usage, code: "badValue", "the truth is in whole numbers",
          hint: "write 0.25 and 0.5 as 25 and 50: only their distances count")
      }
      return whole
    }
    guard let bytes = facts.source.bytes(of: values) else {
      throw Failure(
        .usage, code: "badValue", "a value does not fit into \(facts.source.width) bytes",
        hint: "divide all of them by the same number: only their distances count")
    }
    return { .openTruth(OpenTruth($0, tournament: number, truth: bytes, salt: .zero)) }
  }

  func text(_ settlement: Settlement, _ paint: Paint) -> String {
    lease == nil
      ? "the truth of tournament \(which.tournament) is open; the next block pays: "
        + paint(.handle, "tolsey tournament show \(which.tournament)")
      : "the run is named; its output is the truth once it is settled"
  }

  private static func digest(_ text: String, _ what: String) throws -> Bytes32 {
    guard let id = Bytes32(hex: text) else {
      throw Failure(
        .usage, code: "badId", "\(text) is no \(what)", hint: "it is 0x and 64 digits")
    }
    return id
  }
}
