// `tolsey buy`: model runs, from the request to the receipt files.

import Agents
import ArgumentParser
import Chain
import Inference
import Kernel
import Market
import Models
import NetworkRoom
import Primitives
import Workers

struct BuyCommand: ConsoleCommand {
  static let usage = "tolsey buy --model <model> --input <input> --limit <limit> [<options>]"
  static let configuration = CommandConfiguration(
    commandName: "buy", abstract: "Buy model runs, and get the answers and their receipts.",
    usage: """
      \(usage)
      tolsey buy status [<account>]
      """,
    discussion: """
      Under 'open' it takes the cheapest offer at or below the limit, or, where there is none, \
      puts an order out to bids. Under 'replicated(3)' it always asks for bids, and three \
      providers drawn by lot must agree; with --audit they answer under a bond, an auditor may be \
      drawn, and every answer may be disputed. Under 'disputable' one provider answers under a \
      bond, an auditor may be drawn, and anybody who can read the input may dispute the answer \
      while its window is open: the purchase ends with the window. Under 'proved(open)' and \
      'proved(succinct)' the answer comes with a proof, which the ledger verifies and the receipt \
      holds; input and output then stand in the ledger for everybody to read. Under \
      'proved(private)' the output stands there and the input does not: whether the proof is about \
      your input is checked here, and where it is not, --contest shows the input to everybody and \
      brings the money back. The limit is for one provider's run. \
      Several inputs, or a file of several samples, are so many runs under one lease: all of it \
      is locked at once, what is not used comes back, and after the first run without an answer \
      that counts no further one begins. \
      Stopped by ctrl-c it cancels an order that has no bids yet, finishes the runs that have \
      begun, and leaves the rest.
      """,
    subcommands: [BuyStatus.self])
  static let schema = "buy/1"

  @Option(help: "The model: an id that was added here, the start of one, or a file.")
  var model: String?
  @OptionGroup var inputs: InputOptions
  @Option(help: CheckName.help) var check = "open"
  @Option(help: CheckName.auditHelp)
  var audit: UInt64?
  @Flag(help: "Publish the input, so that anybody may check the answer.") var publish = false
  @Flag(help: "Show the input to everybody where a proof that hides it is about another one.")
  var contest = false
  @Flag(help: "Post the key to a hidden input where the provider demands it, for all to read.")
  var postKey = false
  @Option(help: "The most that one provider's run may cost, in dollars.") var limit: String?
  @Option(help: "Seconds that a run may take; twice as many go into what checks wait for.")
  var runTime: UInt64 = 60
  @Flag(help: "Ask for bids even where an offer stands.") var auction = false
  @OptionGroup var route: RouteOptions
  @Flag(help: "Go on with the same purchase, after this program was ended in the middle.")
  var resume = false
  @Option(help: "Where to write the receipt, or the folder for several; else RUN.receipt here.")
  var receipt: String?
  @Option(
    help: "Of a text model: a JSON file that says which character each symbol is.",
    completion: .file())
  var alphabet: String?
  @Option(help: "Buy as one of your agents, within its policy and its budget.") var agent: String?
  @OptionGroup var turned: ListOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    guard let named = model else { throw Failure.missing("model", usage: Self.usage) }
    guard let said = limit else { throw Failure.missing("limit", usage: Self.usage) }
    let limit = try Dollars.required(said)
    let check = try CheckName.terms(check, audit: audit)
    let model = try ModelFolder().model(named, under: check)
    guard !contest || check.hidesInput else {
      throw Failure(
        .usage, code: "noContest", "--contest goes with proved(private)",
        hint: "only there the ledger does not see the input")
    }
    guard !postKey || check.hidesInput else {
      throw Failure(
        .usage, code: "noPostKey", "--post-key goes with proved(private)",
        hint: "under the other checks a key that is demanded is posted anyway")
    }
    let alphabet = try alphabet.map { try TextModel(model, Alphabet.file($0)).alphabet }
    CheckName.warn(check, contests: contest, postsKey: postKey, on: console)
    var shopping = try inputs.want(model, check, limit)
    shopping.want.lists = try turned.lists(usual: shopping.want.lists)
    guard limit > .zero else {
      throw Failure(
        .usage, code: "noLimit", "a limit of $0.00 buys nothing", hint: "see 'tolsey offer list'")
    }
    shopping.want.isPublished = publish
    shopping.want.contests = contest
    shopping.want.yieldsKey = postKey
    shopping.want.runTime = runTime
    let agent = try agent.map { try AgentFolder.open($0) }
    let key = try agent?.session ?? self.key.open().key
    var link = try await node.connect(console)
    link.account = agent?.account
    let account = agent?.account ?? key.address
    if contest, let agent { try await agent.requireContests(link) }
    try await route.route(&shopping.want, link, on: console)
    let terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    if check.kind == ProvedCheck.name { try LedgerProofs(of: model, terms).require(check) }
    try Runs(of: shopping.want.runs, parallel: shopping.want.parallel).require(terms)
    let offered = try await offered(link, shopping.want, account)
    if offered != nil { shopping.want.road = .offer }
    let most = try shopping.most(terms, offered: offered?.price)
    let allowed = try shopping.allowed(terms)
    let purse = try contest ? shopping.withContests(most, terms) : most
    if !resume { try await Purse.require(purse, of: account, link) }
    let receipts = try ReceiptFiles(receipt, several: shopping.want.runs > 1)
    if let agent {
      try await agent.allow(&shopping.want, at: offered, allowed, link, console)
    }
    let result = try await Purchasing(
      link: link, want: shopping.want, most: allowed, key: key, resumes: resume
    )
    .run(console)
    let files = try receipts.write(result)
    try note(result, files)
    let view = PurchaseView(
      result: result, shopping: shopping, limit: allowed, model: model, alphabet: alphabet,
      files: files)
    try console.verdict(Self.schema, view.data, failing: view.failure) { view.text($0) }
  }

  /// The offer that would serve, with the price of one run; nil where bids are asked for.
  private func offered(
    _ link: NodeLink, _ want: Want, _ buyer: Address
  ) async throws -> (offer: Listed<Offer>, price: Amount)? {
    guard !auction, want.check.subnet == nil, want.check.kind != ReplicatedCheck.name
    else { return nil }
    return try await Offers.fitting(link, want, for: buyer).first
  }

  private func note(_ result: PurchaseResult, _ files: [String?]) throws {
    var made = [("order", result.road == .auction ? OrderID(result.message).description : "")]
    if let run = result.runs.last?.run {
      made += [("run", run.id.description), ("lease", run.lease.description)]
    }
    if let file = files.last(where: { $0 != nil }), let file {
      made.append(("receipt", Last.absolute(file)))
    }
    try Last.note(made.filter { !$0.1.isEmpty })
  }
}

/// Where the receipts of a purchase go.
struct ReceiptFiles {
  private let place: String?
  private let isFolder: Bool

  /// A folder is made before anything is bought: a wrong name is found out while it costs nothing.
  init(_ place: String?, several: Bool) throws {
    self.place = place
    isFolder = several
    guard several, let place else { return }
    if LocalFile.exists(place) {
      _ = try LocalFile.names(in: place)
    } else {
      try LocalFile.makeFolder(place)
    }
  }

  /// Writes what there is: one receipt to the file that was named, several into a folder.
  func write(_ result: PurchaseResult) throws -> [String?] {
    try result.runs.map { run in
      guard let bytes = run.receipt else { return nil }
      let name = "\(run.run.id.short).receipt"
      let path = isFolder ? place.map { "\($0)/\(name)" } ?? name : place ?? name
      try LocalFile.write(bytes, to: path)
      return path
    }
  }
}
