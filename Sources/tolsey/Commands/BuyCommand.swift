// `tolsey buy`: one model run, from the request to the receipt file.

import Agents
import ArgumentParser
import Chain
import Inference
import Kernel
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
      providers drawn by lot must agree. The limit is for one provider's run. Stopped by ctrl-c \
      it cancels an order that has no bids yet, and finishes what was promised.
      """)
  static let schema = "buy/1"

  @Option(help: "The model: an id that was added here, the start of one, or a file.")
  var model: String
  @Option(help: "The input: JSON {\"input_data\": [[...]]} or .npy.") var input: String
  @Option(help: "Which sample of the input, from 0.") var index = 0
  @Option(help: "How the answer is checked: open, or replicated(3), (5), (7).")
  var check = "open"
  @Option(help: "The most that one provider's run may cost, in dollars.") var limit: String
  @Flag(help: "Ask for bids even where an offer stands.") var auction = false
  @Flag(help: "Go on with the same purchase, after this program was ended in the middle.")
  var resume = false
  @Option(help: "Where to write the receipt; RUN.receipt if it is not said.")
  var receipt: String?
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let limit = try Dollars.required(limit)
    let terms = try CheckName.terms(check)
    let model = try ModelFolder().model(model)
    var want = try WantOptions.want(model, input, index, terms, limit)
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    if try await hasOffer(link, want, key.address) { want.road = .offer }
    let result = try await Purchasing(link: link, want: want, key: key, resumes: resume)
      .run(console)
    try show(result, want, model, console)
  }

  private func hasOffer(_ link: NodeLink, _ want: Want, _ buyer: Address) async throws -> Bool {
    guard !auction, want.check.kind == OpenCheck.name else { return false }
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
    let output = result.output.flatMap { Output.reading($0, of: model) }
    let view = PurchaseView(result: result, want: want, model: model, output: output, file: file)
    try console.verdict(Self.schema, view.data, failing: view.failure) { view.text($0) }
  }
}

/// One purchase with its progress said to a person.
struct Purchasing {
  let link: NodeLink
  let want: Want
  let key: PrivateKey
  let resumes: Bool

  func run(_ console: Console) async throws -> PurchaseResult {
    let most: Amount
    do throws(Refusal) { most = try want.most() } catch { throw Failure(error) }
    let buyer = Buyer(
      key: key, client: link.market, wants: [want],
      budget: Budget(total: most, perOrder: most), parallel: 1, tries: 1)
    let road = want.road == .offer ? "taking an offer" : "asking for bids"
    console.note("\(road), at most \(Dollars.text(most))")
    if want.road == .auction {
      console.note("bids are taken for \(want.bidWindow) s and opened for \(want.revealWindow) s")
    }
    let interest = Interest(key.address)
    try await Clockwork(link: link, reactor: buyer, resumes: resumes).run(
      stop: {
        console.note("stopping: what was promised is finished; ctrl-c again leaves at once,")
        console.note("and the same command with --resume goes on")
        await buyer.stop()
      },
      refused: { console.warn($0.message) },
      isOver: { news in
        for line in await interest.lines(news) { console.note(line) }
        return await buyer.isDone
      })
    if let result = await buyer.results.last { return result }
    if let refusal = await buyer.refusals[0] { throw Failure(refusal) }
    throw Failure(
      .interrupted, code: "interrupted", "stopped before anything was bought",
      hint: "nothing was paid")
  }
}

/// Follows the next road that an account begins through the events, for a person who waits.
actor Interest {
  private let address: Address
  /// The order or the lease, once it stands.
  private var order: Bytes32?
  private var lease: Bytes32?
  private var seen: UInt64 = 0

  init(_ address: Address) {
    self.address = address
  }

  func lines(_ news: BlockNews) -> [String] {
    guard news.height > seen else { return [] }
    seen = news.height
    var lines: [String] = []
    for event in news.events {
      guard isOurs(event) else { continue }
      if event.lease != .zero { lease = event.lease }
      if let line = Interest.words[event.name] { lines.append(line) }
    }
    return lines
  }

  private func isOurs(_ event: Event) -> Bool {
    if event.name == "orderPlaced", event.parties.first == address, order == nil {
      order = event.subject
      return true
    }
    if event.name == "offerTaken", event.parties.first == address, lease == nil { return true }
    if let order, event.order == order { return true }
    return lease != nil && event.lease == lease
  }

  /// Only what tells a waiting person something; the rest is in the events.
  private static let words: [String: String] = [
    "orderPlaced": "the order stands", "orderRevealing": "bids are being opened",
    "offerTaken": "an offer was taken", "leaseFunded": "the providers have locked their bonds",
    "runStarted": "the run has begun", "runSettled": "the run is settled",
    "orderNoMatch": "no provider bid for it", "orderCancelled": "the order was cancelled",
  ]
}
