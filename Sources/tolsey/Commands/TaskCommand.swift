// `tolsey task`: asks strangers for free answers that a panel scores.

import Agents
import ArgumentParser
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives
import Tasks

struct TaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "Ask for free answers that drawn judges score, and give them.",
    subcommands: [TaskOrder.self, TaskWork.self])
}

struct TaskOrder: ConsoleCommand {
  static let usage =
    "tolsey task order --question <question> --item <item> --limit <limit> [<options>]"
  static let configuration = CommandConfiguration(
    commandName: "order", abstract: "Order answers to items, scored by a drawn panel.",
    usage: usage,
    discussion: """
      Drawn sellers answer every item under seal; when their answers lie open, judges are drawn \
      by their bonds, who score under seal. Each seller is paid for its score, the judges out of \
      --share of every price, and what is not earned burns. Question, items and answers stand in \
      the ledger for everybody. --gold tells the one right answer to an item beforehand, hidden \
      until the judges have spoken: it weighs them. It is written NUMBER=ANSWER. The limit is for \
      one seller's answers to all items. 'tolsey judge show RUN' shows answers and points.
      """)
  static let schema = "task.order/1"

  @Option(help: "What is asked of every item.") var question: String?
  @Option(help: "What judges look at, in words.") var criteria = ""
  @Option(help: "An item; say it again for each.") var item: [String] = []
  @Option(help: "The answer that you know to an item: 2=house. At most half of them.")
  var gold: [String] = []
  @Option(help: "The most that one seller's answers may cost, in dollars.") var limit: String?
  @Option(help: "Sellers who answer, 1 to 7.") var seats: UInt64 = 3
  @Option(help: "Judges who score, 3 to 5.") var judges: UInt64 = 3
  @Option(help: "The judges' part of every price, in percent.") var share = "20"
  @Option(help: "The score that earns a whole price, in percent of the scale.") var par = "60"
  @Option(help: "The topic of the judges; else any who stand for none.") var topic = ""
  @Flag(help: "The mean of scores cut to what half of the judges support, not the median.")
  var clipped = false
  @OptionGroup var route: RouteOptions
  @Option(help: "Validators of this subnet who stand for the topic judge, drawn by stake.")
  var jury: UInt64?
  @Option(help: "Seconds that sellers have for their answers.") var runTime: UInt64 = 600
  @Option(help: "Seconds in which bids are taken, 10 to 86400.") var bidWindow: UInt64 = 30
  @Option(help: "Seconds in which they are opened, 10 to 86400.") var revealWindow: UInt64 = 30
  @Option(help: "Where to write the receipt; else RUN.receipt here.") var receipt: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    guard let question else { throw Failure.missing("question", usage: Self.usage) }
    guard let said = limit else { throw Failure.missing("limit", usage: Self.usage) }
    guard !item.isEmpty else { throw Failure.missing("item", usage: Self.usage) }
    let limit = try Dollars.required(said)
    let (_, key) = try key.open()
    var want = try want(question, limit, key)
    let link = try await node.connect(console)
    want.check = want.check.routed(jury: jury)
    try await route.route(&want, link, on: console)
    let terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    let most = try want.most(terms: terms)
    try await Purse.require(most, of: key.address, link)
    let receipts = try ReceiptFiles(receipt, several: false)
    let result = try await Purchasing(
      link: link, want: want, most: most, key: key, resumes: false
    ).run(console)
    let files = try receipts.write(result).compactMap(\.self)
    for file in files { console.note("receipt in \(file)") }
    let outcome = result.settled.map { "\($0.verdict.outcome)" }
    let data: JSONValue = [
      "order": .string("\(OrderID(result.message))"),
      "runs": .array(result.runs.map { .string("\($0.run.id)") }),
      "outcome": outcome.map { .string($0) } ?? .null, "cost": .unsigned(result.cost.units),
    ]
    let failure =
      result.isGood
      ? nil
      : Failure(
        .refused, code: "notJudged", "no panel judged the answers: \(outcome ?? result.end)",
        hint: "what was not used came back; see 'tolsey order show'")
    try console.verdict(Self.schema, data, failing: failure) { paint in
      let run = result.run.map { paint(.handle, $0.id.short) } ?? "no run"
      return "\(run) settled, at a cost of \(Dollars.text(result.cost)); see "
        + paint(.handle, "tolsey judge show \(result.run?.id.short ?? "RUN")")
    }
  }

  private func want(_ question: String, _ limit: Amount, _ key: PrivateKey) throws -> Want {
    var spec = TasksSpec(
      question: question, criteria: criteria, items: UInt64(item.count), topic: topic)
    var known: WantGold?
    if !gold.isEmpty {
      let secret = Salts(key).of(
        SHA256.hash(spec.encoded + CBOR.encode(TaskPieces(texts: item))), "gold")
      let opened = WantGold([CBOR.encode(TaskPieces(texts: try answers()))], secret: secret)
      spec.gold = opened.root
      known = opened
    }
    let check = CheckTerms(
      PanelCheck.name,
      [
        Number("seats", seats), Number("judges", judges),
        Number("share", try Percent.ppm(share, "the share")),
        Number("rule", UInt64((clipped ? PanelRule.clipped : .median).rawValue)),
        Number("par", try Percent.ppm(par, "par")), Number("gold", UInt64(gold.count)),
        Number("topic", Subject.topic(named: topic)),
      ])
    do throws(Refusal) {
      try check.requireSense()
      try TasksWork.admit(spec.encoded, under: check)
    } catch { throw Failure(error) }
    var want = Want(
      .auction, spec: spec.encoded, input: CBOR.encode(TaskPieces(texts: item)), check: check,
      limit: Rate(limit))
    want.work = TasksWork.name
    want.gold = known
    want.isPublished = true
    want.runTime = runTime
    (want.bidWindow, want.revealWindow) = (bidWindow, revealWindow)
    return want
  }

  /// An answer for each item, empty where none is known.
  private func answers() throws -> [String] {
    var answers = [String](repeating: "", count: item.count)
    for word in gold {
      guard let sign = word.firstIndex(of: "="), let number = Int(word[..<sign]),
        (1...item.count).contains(number), answers[number - 1].isEmpty,
        word.index(after: sign) < word.endIndex
      else {
        throw Failure(
          .usage, code: "badGold", "\(word) is no known answer",
          hint: "write the number of an item, each once, and its answer: 2=house")
      }
      answers[number - 1] = String(word[word.index(after: sign)...])
    }
    return answers
  }
}
