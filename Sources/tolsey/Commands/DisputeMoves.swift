// A challenger's moves by hand: to call an answer false, and to name where it went wrong.

import Agents
import ArgumentParser
import Chain
import Market
import NetworkRoom
import Primitives
import Workers

struct DisputeChallenge: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "challenge", abstract: "Dispute the answer of a run while its window is open.",
    discussion: """
      Half of the provider's bond is the prize, and as much of your own is at stake: it is lost by \
      who is wrong, or silent when its turn comes. Nothing is computed first; 'tolsey check \
      --sample 1' does runs again and disputes only what is false. Make your moves, each before \
      its deadline, with 'tolsey dispute step', or leave them to 'tolsey check'.
      """)
  static let schema = "dispute.challenge/1"

  @Argument(help: "The run: its id, or the start of it.") var run: String
  @Option(help: "Which answer, in hex, where the seats gave several.") var answer: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let meant = try await RunKey.named(run, link)
    let answer = try await disputed(meant, link)
    let settlement = try await Wallet(link, key).send { head in
      var m = ChallengeRun()
      m.head = head
      m.run = meant
      m.answer = answer
      return .challengeRun(m)
    }
    let game = GameKey(meant, answer, key.address).id
    let data: JSONValue = .object(
      (Wallet.data(settlement).members ?? []) + [
        .init(name: "dispute", value: .string(game.description))
      ])
    console.result(Self.schema, data) { paint in
      "disputed \(paint(.handle, meant.id.short)); when the provider has opened its trace, go on "
        + "with " + paint(.handle, "tolsey dispute step \(game.short)")
    }
  }

  private func disputed(_ run: RunKey, _ link: NodeLink) async throws -> Bytes32 {
    if let answer { return try ChallengedAnswer.parse(answer) }
    let row: Run?
    do { row = try await link.market.run(run) } catch { throw Failure.online(error) }
    return try ChallengedAnswer.only(of: row, named: run.id.short)
  }
}

/// Which answer a challenge is about.
enum ChallengedAnswer {
  static func parse(_ text: String) throws -> Bytes32 {
    guard let answer = Bytes32(hex: text) else {
      throw Failure(
        .usage, code: "badAnswer", "\(text) is no commitment to an answer",
        hint: "it is 0x and 64 hex digits")
    }
    return answer
  }

  /// The one that somebody stands by and that may be disputed now.
  static func only(of run: Run?, named name: String) throws -> Bytes32 {
    var open: [Bytes32] = []
    for shown in run?.game.shown ?? [] where !open.contains(shown.output) {
      if run?.game.defenders(of: shown.output).isEmpty == false { open.append(shown.output) }
    }
    guard let first = open.first else {
      throw Failure(
        .refused, code: "nothingToDispute", "no answer of \(name) can be disputed now",
        hint: "only while its window is open, under disputable or an audited replicated")
    }
    guard open.count == 1 else {
      throw Failure(
        .usage, code: "ambiguousAnswer", "the seats of \(name) gave \(open.count) answers",
        hint: "say which: " + open.map { "--answer \($0)" }.joined(separator: " or "))
    }
    return first
  }
}

struct DisputeStep: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Make the challenger's move that is due in a dispute of yours.",
    discussion: """
      The run is done again, from an input that you must be able to read, and the first part that \
      differs from what the provider has opened is named; what else is due of your key as a \
      checker goes with it. With --child you name the part yourself, and nothing is computed. The \
      provider's side is played by 'tolsey sell', or by the deputy that it named.
      """)
  static let schema = "dispute.step/1"

  @Argument(help: "Its id, or the start of it.") var dispute: String
  @Option(help: "Which of the parts that were opened you call false, from 0.") var child: UInt8?
  @Option(help: "The content key of an input that you were given, in hex.")
  var inputKey: [String] = []
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    try NodeLink.check(id: dispute)
    let keys = try CheckCommand.contentKeys(inputKey)
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let status = try await link.ask { client throws(ClientError) in
      try await client.dispute(named: dispute)
    }
    guard status.challenger == key.address else {
      throw Failure(
        .refused, code: "notYours",
        "\(status.challenger.checksummed) challenged there, not this key",
        hint: "the provider's side is played by 'tolsey sell'")
    }
    let moves =
      if let child { [try await pick(child, in: status, link, key)] } else {
        try await play(status, link, key, keys)
      }
    guard !moves.isEmpty else { throw Self.nothingDue(status) }
    let data: JSONValue = [
      "dispute": .string(status.id.description),
      "moves": .array(
        moves.map { ["id": .string("\($0.id)"), "kind": .string("\($0.kind)")] }),
    ]
    console.result(Self.schema, data) { paint in
      moves.map { "sent \($0.kind) \(paint(.faint, "\($0.id)"))" }.joined(separator: "\n")
    }
  }

  private typealias Move = (kind: String, id: Bytes32)

  private static func nothingDue(_ status: DisputeStatus) -> Failure {
    guard status.ended == nil else {
      return Failure(
        .refused, code: "disputeOver", "\(status.id.short) is over",
        hint: "see 'tolsey dispute show \(status.id.short)'")
    }
    return Failure(
      .tryAgain, code: "notYourMove", "there is no move of yours to make there now",
      hint: "the provider has the word, the answer is what comes out here too, or the input cannot "
        + "be read; 'tolsey dispute show \(status.id.short)'")
  }

  /// The part that somebody names by hand.
  private func pick(
    _ child: UInt8, in status: DisputeStatus, _ link: NodeLink, _ key: PrivateKey
  ) async throws -> Move {
    let view: GameView?
    do { view = try await link.market.game(status.id) } catch { throw Failure.online(error) }
    guard let view, let opening = view.opening, !opening.children.isEmpty else {
      throw Self.nothingDue(status)
    }
    guard Int(child) < opening.children.count else {
      throw Failure(
        .usage, code: "noSuchPart", "\(opening.children.count) parts are open there",
        hint: "they are numbered from 0")
    }
    let settlement = try await Wallet(link, key).send { head in
      var m = PickChild()
      m.head = head
      m.game = view.dispute.key
      m.round = UInt64(view.dispute.picks.count)
      m.child = UInt64(child)
      return .pickChild(m)
    }
    return ("pickChild", settlement.id)
  }

  /// One turn of a checker that has the models of this machine.
  private func play(
    _ status: DisputeStatus, _ link: NodeLink, _ key: PrivateKey, _ keys: [Bytes32]
  ) async throws -> [Move] {
    let folder = try ModelFolder()
    let plan = CheckerPlan(try folder.ids.map { try folder.model($0) }, inputKeys: keys)
    let checker = Checker(key: key, client: link.market, plan: plan)
    let sent = try await Clockwork(link: link, reactor: checker).once()
    guard sent.contains(where: { $0.message.game?.id == status.id }) else { return [] }
    return sent.map { ($0.message.kind.map { "\($0)" } ?? "message", $0.id) }
  }
}
