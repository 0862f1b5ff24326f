// `tolsey dispute`: games about answers, as a node has them, and one judged again from its file.

import ArgumentParser
import Chain
import Market
import NetworkRoom
import Node
import Primitives
import Workers

struct DisputeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dispute", abstract: "Disputes: answers that somebody called false.",
    subcommands: [
      DisputeList.self, DisputeShow.self, DisputeChallenge.self, DisputeStep.self,
      DisputeReplayCommand.self,
    ])
}

struct DisputeList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the disputes of a network.")
  static let schema = "dispute.list/1"

  @OptionGroup var filters: DisputeFilters
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let party = try filters.account()
    let link = try await node.connect(console)
    var found: [DisputeStatus] = []
    var after: UInt64?
    while true {
      let page = try await link.ask { [after] client throws(ClientError) in
        try await client.disputes(
          after: after, state: filters.state, run: filters.run, party: party)
      }
      found += page.items
      // A page looks at a bounded number of blocks: an empty one is not yet the end.
      guard !page.isLast, page.through != after else { break }
      after = page.through
    }
    let data: JSONValue = ["disputes": .array(found.map(DisputeText.data))]
    console.result(Self.schema, data) { [found] paint in
      var table = TextTable(
        .left("dispute"), .left("run"), .left("state"), .left("why"), .right("began"),
        .left("challenger"))
      for status in found {
        table.add(
          .init(status.id.short, .handle), .init(status.run.short), .init(status.state),
          .init(DisputeText.words(status.reason)), .init("\(status.began)"),
          .init(status.challenger.checksummed))
      }
      let empty = filters.isNone ? "nobody has disputed anything" : "no dispute is like that"
      return table.text(paint, empty: empty)
    }
  }
}

/// What a list of disputes may be narrowed by.
struct DisputeFilters: ParsableArguments {
  static let states = ["open", "won", "lost", "stopped"]

  @Option(
    help: "Only in this state, by the challenger's side: open, won, lost or stopped.",
    completion: .list(DisputeFilters.states))
  var state: String?
  @Option(help: "Only about this run: its id, or the start of it.") var run: String?
  @Option(
    help: "Only with this party, who challenged or was challenged: an address, or your key.",
    completion: .keys)
  var party: String?

  var isNone: Bool { state == nil && run == nil && party == nil }

  func validate() throws {
    guard state.map(Self.states.contains) ?? true else {
      throw ValidationError("a dispute is \(Self.states.joined(separator: ", "))")
    }
  }

  /// The party's address, of whatever a person typed. Nothing of it changes what is asked for.
  func account() throws -> Address? {
    if let run { try NodeLink.check(id: run) }
    return try party.map { try KeyOptions.address($0) }
  }
}

struct DisputeShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a dispute, or save it to be judged again offline.")
  static let schema = "dispute.show/1"

  @Argument(help: "Its id, or the start of it.") var dispute: String
  @Option(help: "Write the finished dispute into this file, for 'tolsey dispute replay'.")
  var save: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    try NodeLink.check(id: dispute)
    let link = try await node.connect(console)
    let status = try await link.ask { client throws(ClientError) in
      try await client.dispute(named: dispute)
    }
    if let save {
      let record: DisputeRecord?
      do { record = try await link.market.record(of: status) } catch { throw Failure.online(error) }
      guard let record else {
        throw Failure(
          .tryAgain, code: "notOver", "the dispute is not over", hint: "save it when it is")
      }
      try LocalFile.write(record.encoded, to: save)
    }
    console.result(Self.schema, DisputeText.data(status)) { paint in
      var fields = DisputeText.fields(status)
      if let save { fields.add("saved", .init(save, .handle)) }
      return fields.text(paint)
        + (save.map { "\n\njudge it again with " + paint(.handle, "tolsey dispute replay \($0)") }
          ?? "")
    }
  }
}

struct DisputeReplayCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Judge a finished dispute again, from its file alone.",
    discussion: """
      It checks every signature, plays every move by the rules, computes the disputed block again \
      as the referee did, and holds the end against what the file says. It needs no node. It ends \
      with 65 when anything differs.
      """)
  static let schema = "dispute.replay/1"

  @Argument(help: "A file that 'tolsey dispute show --save' wrote.") var file: String
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let bytes = try LocalFile.read(file, limit: 64 << 20)
    let finding: DisputeFinding
    let network: Bytes32
    do throws(Refusal) {
      let record = try DisputeRecord(bytes: bytes)
      network = record.genesis.network
      finding = try DisputeReplay.judge(record)
    } catch {
      let words = RefusalWords(error)
      throw Failure(
        .unverified, code: error.code, "\(file) does not hold: \(words.message)",
        hint: "get it again with 'tolsey dispute show --save', from a node that you trust")
    }
    guard case .object(let members) = finding.json else { return }
    let data = JSONValue.object(members + [.init(name: "network", value: .string("\(network)"))])
    console.result(Self.schema, data) { paint in
      DisputeText.fields(finding).text(paint) + "\n\n"
        + paint(.good, "every signature, every move and the referee's verdict hold")
    }
  }
}

/// Disputes as people read them.
enum DisputeText {
  static func data(_ status: DisputeStatus) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "id", value: .string(status.id.description)),
      .init(name: "run", value: .string(status.run.description)),
      .init(name: "challenger", value: .string(status.challenger.checksummed)),
      .init(name: "providers", value: .array(status.providers.map { .string($0.checksummed) })),
      .init(name: "bond", value: .unsigned(status.bond.units)),
      .init(name: "state", value: .string(status.state)),
      .init(name: "reason", value: .string(status.reason)),
      .init(name: "began", value: .unsigned(status.began)),
      .init(name: "ended", value: status.ended.map { .unsigned($0) } ?? .null),
    ]
    if let dispute = status.dispute {
      members.append(
        .init(name: "picks", value: .array(dispute.picks.map { .unsigned(UInt64($0)) })))
    }
    return .object(members)
  }

  static func fields(_ status: DisputeStatus) -> TextFields {
    var fields = TextFields()
    fields.add("dispute", .init(status.id.description, .handle))
    fields.add("run", .init(status.run.short, .handle))
    fields.add("challenger", .init(status.challenger.checksummed))
    fields.add("provider", .init(status.providers.map(\.checksummed).joined(separator: ", ")))
    fields.add("at stake", .init("\(Dollars.text(status.bond)) of the challenger's"))
    fields.add("began", .init("block \(status.began)"))
    if let ended = status.ended {
      fields.add("ended", .init("block \(ended): \(status.state), \(words(status.reason))"))
    } else {
      fields.add("rounds", .init("\(status.dispute?.picks.count ?? 0) so far"))
    }
    return fields
  }

  static func fields(_ finding: DisputeFinding) -> TextFields {
    var fields = TextFields()
    fields.add("dispute", .init(finding.game.short, .handle))
    fields.add("run", .init(finding.run.short, .handle))
    fields.add("model", .init(PrintedID.short("model", finding.model), .handle))
    fields.add("provider", .init(finding.provider.checksummed))
    let role = finding.isAudit ? "drawn as auditor" : "of its own accord"
    fields.add("challenger", .init("\(finding.challenger.checksummed), \(role)"))
    fields.add(
      "rounds",
      .init(
        "\(finding.rounds); \(finding.providerBytes) bytes of the provider, "
          + "\(finding.challengerBytes) of the challenger"))
    if let step = finding.step { fields.add("referee", .init(referee(step))) }
    fields.add(
      "end",
      .init(
        "\(finding.state) by the challenger: \(words(finding.reason))",
        finding.state == "won" ? .caution : .good))
    return fields
  }

  static func referee(_ step: RefereedStep) -> String {
    "\(step.operation), tensor \(step.tensor), tile \(step.tile), block \(step.block): "
      + "\(step.work) multiply-adds from \(step.bytes) bytes, "
      + (step.holds ? "the answer holds" : "something else comes out")
  }

  static func words(_ reason: String) -> String {
    switch reason {
    case "stepFails": "the disputed block computes to something else"
    case "stepHolds": "the disputed block computes to what was said"
    case "defenderSilent": "the provider did not move in time"
    case "challengerSilent": "the challenger did not move in time"
    case "": "another dispute decided the run"
    default: reason
    }
  }
}
