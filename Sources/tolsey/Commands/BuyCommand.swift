// `tolsey buy`: one model run, from the request to the receipt file.

import Agents
import ArgumentParser
import Chain
import Inference
import Market
import Models
import NetworkRoom
import Primitives

struct BuyCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "buy", abstract: "Buy a model run, and get the answer and its receipt.",
    discussion: """
      Under 'open' it takes the cheapest offer at or below the limit, or, where there is none, \
      puts an order out to bids. Under 'replicated(3)' it always asks for bids, and three \
      providers drawn by lot must agree; with --audit they answer under a bond, an auditor may be \
      drawn, and every answer may be disputed. Under 'disputable' one provider answers under a \
      bond, an auditor may be drawn, and anybody who can read the input may dispute the answer \
      while its window is open: the purchase ends with the window. The limit is for one \
      provider's run. \
      Stopped by ctrl-c it cancels an order that has no bids yet, and finishes what was promised.
      """)
  static let schema = "buy/1"

  @Option(help: "The model: an id that was added here, the start of one, or a file.")
  var model: String
  @Option(help: "The input: JSON {\"input_data\": [[...]]} or .npy.") var input: String
  @Option(help: "Which sample of the input, from 0.") var index = 0
  @Option(help: "How the answer is checked: open, disputable, or replicated(3), (5), (7).")
  var check = "open"
  @Option(help: CheckName.auditHelp)
  var audit: UInt64?
  @Flag(help: "Publish the input, so that anybody may check the answer.") var publish = false
  @Option(help: "The most that one provider's run may cost, in dollars.") var limit: String
  @Option(help: "Seconds that a run may take; twice as many go into what checks wait for.")
  var runTime: UInt64 = 60
  @Flag(help: "Ask for bids even where an offer stands.") var auction = false
  @Flag(help: "Go on with the same purchase, after this program was ended in the middle.")
  var resume = false
  @Option(help: "Where to write the receipt; RUN.receipt if it is not said.")
  var receipt: String?
  @OptionGroup var turned: ListOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let limit = try Dollars.required(limit)
    let terms = try CheckName.terms(check, audit: audit)
    let model = try ModelFolder().model(model)
    var want = try WantOptions.want(model, input, index, terms, limit)
    want.lists = try turned.lists(usual: want.lists)
    guard limit > .zero else {
      throw Failure(
        .usage, code: "noLimit", "a limit of $0.00 buys nothing", hint: "see 'tolsey offer list'")
    }
    want.isPublished = publish
    want.runTime = runTime
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    if try await hasOffer(link, want, key.address) { want.road = .offer }
    try await Purse.require(want.most(), of: key.address, link)
    let result = try await Purchasing(link: link, want: want, key: key, resumes: resume)
      .run(console)
    try show(result, want, model, console)
  }

  private func hasOffer(_ link: NodeLink, _ want: Want, _ buyer: Address) async throws -> Bool {
    guard !auction, want.check.kind != ReplicatedCheck.name else { return false }
    let found = try await Offers.fitting(link, want, for: buyer)
    return !found.isEmpty
  }

  private func show(
    _ result: PurchaseResult, _ want: Want, _ model: Model, _ console: Console
  ) throws {
    var file: String?
    if let bytes = result.receipt, let run = result.run {
      let path = receipt ?? "\(run.id.short).receipt"
      try LocalFile.write(bytes, to: path)
      file = path
    }
    var made = [("order", want.road == .auction ? OrderID(result.message).description : "")]
    if let run = result.run {
      made += [("run", run.id.description), ("lease", run.lease.description)]
    }
    if let file { made.append(("receipt", Last.absolute(file))) }
    try Last.note(made.filter { !$0.1.isEmpty })
    let output = result.output.flatMap { Output.reading($0, of: model) }
    let view = PurchaseView(result: result, want: want, model: model, output: output, file: file)
    try console.verdict(Self.schema, view.data, failing: view.failure) { view.text($0) }
  }
}
