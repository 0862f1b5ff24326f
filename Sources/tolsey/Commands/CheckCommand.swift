// `tolsey check`: does others' runs again until it is stopped, and says what that earned and cost.

import Agents
import ArgumentParser
import Chain
import Kernel
import Market
import Models
import NetworkRoom
import Primitives
import Workers

struct CheckCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check others' runs for pay, until you stop it.",
    discussion: """
      With --bond it registers as an auditor of the models that it has: it is drawn by its bond, \
      does a run again without seeing the provider's trace, and is paid the price and a little \
      more. With --sample it also looks at that share of the runs whose inputs it can read, and \
      disputes what is false: half of the provider's bond is the prize, and half of it at stake. \
      With --deputy-for it moves in disputes for a provider that named this key as its deputy, \
      once half of that provider's time has gone. \
      Stopped by ctrl-c it finishes what is under way and stays on the list of auditors: whoever \
      is called and silent pays a fee. With --leave it gives up its place instead, answers the \
      calls that may still come over older answers, and ends when none can come any more; its \
      bond comes back after a week, whether it runs or not. With --leave alone it does so at \
      once.
      """)
  static let schema = "check/1"

  @Option(help: "The bond that it is drawn by, in dollars; without one it only looks by itself.")
  var bond = "0"
  @Option(help: "A model that it can do again: an id that was added here; else all of them.")
  var model: [String] = []
  @Option(help: "The share of readable runs that it looks at by itself, from 0 to 1.")
  var sample: Double = 0
  @Option(help: "The content key of an input that you were given, in hex.")
  var inputKey: [String] = []
  @Option(
    parsing: .singleValue,
    help: "A provider that named this key as its deputy: an address, or one of your keys.")
  var deputyFor: [String] = []
  @Flag(help: "Leave the list of auditors when it stops; alone, at once.")
  var leave = false
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...1).contains(sample) else {
      throw ValidationError("a sample is a share from 0 to 1")
    }
  }

  func run(on console: Console) async throws {
    let plan = try plan()
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    if plan.bond > .zero { try await Purse.requireBond(plan.bond, of: key.address, link) }
    let checker = Checker(key: key, client: link.market, plan: plan)
    let start: JSONValue = [
      "event": "checking", "checker": .string(key.address.checksummed),
      "models": .array(plan.models.map { .string($0.id.description) }),
      "bond": .unsigned(plan.bond.units), "sample": .unsigned(plan.sample),
      "deputyFor": .array(plan.principals.map { .string($0.checksummed) }),
    ]
    console.event(Self.schema, start) { paint in
      let models = plan.models.map { paint(.handle, $0.id.short) }.joined(separator: ", ")
      return "checking runs of \(models) as \(paint(.handle, key.address.checksummed)), "
        + "bond \(Dollars.text(plan.bond)); ctrl-c stops it"
    }
    if leavesNow { await checker.stop(leaving: true) }
    try await work(checker, key.address, plan, link, console)
    let report = await checker.report
    var end = report.json
    if case .object(let members) = end {
      end = .object([.init(name: "event", value: "stopped")] + members)
    }
    console.event(Self.schema, end) { CheckerView(report: report).text($0) }
  }

  /// Whether leaving is all that is wanted.
  private var leavesNow: Bool { leave && bond == "0" && sample == 0 && deputyFor.isEmpty }

  private func work(
    _ checker: Checker, _ address: Address, _ plan: CheckerPlan, _ link: NodeLink,
    _ console: Console
  ) async throws {
    let watch = CheckerWatch(address, plan.principals)
    let farewell = Farewell()
    let (leaves, staysListed) = (leave, plan.bond > .zero)
    do {
      try await Clockwork(link: link, reactor: checker).run(
        .endless(console),
        stop: {
          console.note("stopping: what is under way is finished; ctrl-c again leaves at once")
          if staysListed, !leaves {
            console.note(
              "it stays on the list of auditors: whoever is called and silent pays a fee")
          }
          await checker.stop(leaving: leaves)
        },
        refused: { console.warn($0.message) },
        isOver: { news in
          for line in await watch.lines(in: news) {
            console.event(Self.schema, line.data) { line.text($0) }
          }
          if let line = await farewell.line(checker, now: news.now) {
            console.event(Self.schema, line.data) { _ in line.text }
          }
          return await checker.isDone
        })
    } catch let error as CancellationError {
      if let warning = await farewell.warning(checker) { console.warn(warning) }
      throw error
    }
  }

  private func plan() throws -> CheckerPlan {
    let folder = try ModelFolder()
    let names = model.isEmpty ? try folder.ids : model
    guard !names.isEmpty else {
      throw Failure(
        .usage, code: "noModels", "no model was added here, so there is nothing to check",
        hint: "add one with 'tolsey model add'")
    }
    let bond = bond == "0" ? Amount.zero : try Dollars.required(bond)
    guard bond > .zero || sample > 0 || !deputyFor.isEmpty || leave else {
      throw Failure(
        .usage, code: "nothingToDo", "without a bond and without a sample there is nothing to do",
        hint: "try --bond 5, or --sample 1; or --leave to give up a place")
    }
    let keys = try Self.contentKeys(inputKey)
    var plan = CheckerPlan(
      try names.map { try folder.model($0) }, bond: bond,
      sample: UInt64((sample * 1_000_000).rounded()), inputKeys: keys)
    plan.principals = try deputyFor.map { try KeyOptions.address($0) }
    return plan
  }

  static func contentKeys(_ texts: [String]) throws -> [Bytes32] {
    try texts.map { text in
      guard let key = Bytes32(hex: text) else {
        throw Failure(
          .usage, code: "badKey", "\(text) is no content key",
          hint: "a content key is 0x and 64 hex digits")
      }
      return key
    }
  }
}

extension Purse {
  /// What a checker must have beyond the bond that it has laid down already.
  static func requireBond(_ bond: Amount, of address: Address, _ link: NodeLink) async throws {
    let laid = try? await link.client.auditor(address).bond
    guard let missing = try? bond.subtracting(laid ?? .zero), missing > .zero else { return }
    try await require(missing, of: address, link)
  }
}

/// What happens to one checker, block by block.
actor CheckerWatch {
  struct Line: Sendable {
    let words: String
    let event: Event
    let height: UInt64

    var data: JSONValue {
      [
        "event": .string(event.name), "height": .unsigned(height),
        "subject": .string("\(event.subject)"),
      ]
    }

    func text(_ paint: Paint) -> String { "\(words) in block \(height)" }
  }

  private let address: Address
  private let principals: [Address]
  private var seen: UInt64 = 0
  private var runs: Set<Bytes32> = []

  init(_ address: Address, _ principals: [Address]) {
    self.address = address
    self.principals = principals
  }

  func lines(in news: BlockNews) -> [Line] {
    guard news.height > seen else { return [] }
    seen = news.height
    var lines: [Line] = []
    for event in news.events {
      guard let words = words(for: event) else { continue }
      lines.append(Line(words: words, event: event, height: news.height))
    }
    return lines
  }

  private func words(for event: Event) -> String? {
    let run = RunID(event.subject).short
    let isOurs = event.parties.first == address
    switch event.name {
    case "auditorRegistered" where isOurs: return "registered as an auditor"
    case "auditorLeaves" where isOurs: return "left the list of auditors"
    case "auditorCalled" where isOurs:
      runs.insert(event.subject)
      return "called to audit \(run)"
    case "auditorSilent" where isOurs: return "fined for silence about \(run)"
    case "gameBegun" where isOurs:
      runs.insert(event.subject)
      return "disputing \(run)"
    case "gameBegun" where event.parties.dropFirst().contains(where: principals.contains):
      runs.insert(event.subject)
      return "standing by in a dispute about \(run)"
    case "gameWon" where isOurs: return "won the dispute about \(run)"
    case "gameLost" where isOurs: return "lost the dispute about \(run)"
    case "runSettled" where runs.contains(event.subject):
      runs.remove(event.subject)
      return "settled \(run)"
    default: return nil
    }
  }
}

/// The accounts of a checker as people read them.
struct CheckerView {
  let report: CheckerReport

  func text(_ paint: Paint) -> String {
    var fields = TextFields()
    fields.add("called", .init("\(report.called), done again \(report.audited)"))
    fields.add("by itself", .init("\(report.sampled), unreadable \(report.unreadable)"))
    fields.add("lies found", .init("\(report.lies)", report.lies == 0 ? .good : .caution))
    fields.add(
      "disputes", .init("\(report.games), won \(report.won), lost \(report.lost)"))
    fields.add("fees", .init(Dollars.text(report.fees), .good))
    fields.add("prizes", .init(Dollars.text(report.prizes), .good))
    fields.add("bonds lost", .init(Dollars.text(report.forfeited)))
    let (whole, rest) = (report.cpuNanoseconds / 1_000).quotientAndRemainder(dividingBy: 1_000)
    fields.add("processor", .init("\(whole).\(String(1_000 + rest).dropFirst()) ms"))
    return fields.text(paint)
  }
}
