// `tolsey sell`: serves a model until it is stopped, then withdraws and finishes what it promised.

import Agents
import ArgumentParser
import Chain
import Graphs
import Kernel
import Market
import NetworkRoom
import Primitives
import Workers

struct SellCommand: ConsoleCommand {
  static let usage = "tolsey sell --model <model> --price <price> [<options>]"
  static let configuration = CommandConfiguration(
    commandName: "sell", abstract: "Sell runs of a model, until you stop it.",
    usage: """
      \(usage)
      tolsey sell --openai <url> --price <price> [<options>]
      tolsey sell status [<account>]
      """,
    discussion: """
      With --check open it posts an offer at the price and bids for orders too; with --check \
      auction it only bids. With --check disputable it publishes the model's manifest if nobody \
      has, posts an offer under a bond of many prices for each run, and answers for its runs to \
      auditors and in disputes; --deputy names an account that may move for it while it is away. \
      With --check 'proved(open)', 'proved(succinct)' or 'proved(private)' every answer comes with \
      a proof of that level: it sells the model under the id of its provable form, which it adds \
      here and publishes if nobody has. \
      With --check replicated it only bids, for orders whose answers can be disputed, and disputes \
      other answers than its own. \
      With --http, under the check open, its runs can be bought over HTTP as well, by anybody who \
      can sign a payment: POST an input to the URL that is printed, pay by x402, \
      and the answer comes at once with a receipt that this seller signed. \
      With --openai it sells the answers of an OpenAI-compatible server in the same way, and no \
      model of its own. \
      Stopped by ctrl-c it withdraws its offer, finishes its leases and \
      ends. Started again it goes on with what it had promised: everything it needs is in its key \
      and on the ledger.
      """,
    subcommands: [SellStatus.self])
  static let schema = "sell/1"

  @Option(help: "The model: an id that was added here, the start of one, or a file.")
  var model: String?
  @Option(help: "The price of a run, in dollars; in auctions the bid.") var price: String?
  @Option(
    help: """
      How it sells: open, 'proved(open)', 'proved(succinct)', 'proved(private)', disputable, \
      replicated, or auction.
      """)
  var check = "open"
  @Option(help: "How often its runs are audited at least, in parts per million; else 50000.")
  var audit: UInt64?
  @Option(help: "An account that may make its moves in disputes.") var deputy: String?
  @Option(help: "Runs that the offer serves at once; each locks a bond.") var capacity: UInt64 = 4
  @Option(help: "Seconds that a run may take.") var runTime: UInt64 = 60
  @OptionGroup var door: SellDoorOptions
  @OptionGroup var backend: SellBackendOptions
  @OptionGroup var turned: ListOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    if let url = backend.openai {
      return try await backend.serve(url, at: price, key: key, door, node, on: console)
    }
    guard let named = model else { throw Failure.missing("model", usage: Self.usage) }
    guard let asked = price else { throw Failure.missing("price", usage: Self.usage) }
    let isProved = check.hasPrefix(ProvedCheck.name)
    guard isProved || ["open", "disputable", "replicated", "auction"].contains(check) else {
      throw Failure(
        .usage, code: "unknownCheck", "\(check) is no way to sell",
        hint: "choose open, proved(open), proved(succinct), proved(private) or disputable, which "
          + "post an offer, or replicated or auction, which only bid")
    }
    try door.require(check)
    // Who bids under a court names the rate of audits up to which its money reaches.
    let least = check == "replicated" ? audit ?? CheckName.audit : audit
    let terms = try CheckName.terms(check == "auction" ? "open" : check, audit: least)
    let deputy = try deputy.map { try KeyOptions.address($0) } ?? Address()
    let price = try Dollars.required(asked)
    if isProved { try ProofVault.requireNone(of: ModelFolder().model(named)) }
    let model = try isProved ? ModelFolder().provable(named) : ModelFolder().model(named)
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    if isProved {
      let market = try await link.ask { client throws(ClientError) in try await client.terms() }
      let proofs = try LedgerProofs(of: model, market)
      try proofs.require(terms)
      if let warning = try proofs.warning(terms, at: price) { console.warn(warning) }
    }
    let lock = try await begin(link, key.address, model.id)
    var usual = Lists()
    // What a buyer once rejected elsewhere is the buyer's own loss.
    usual.maxRejection = million
    let lists = try turned.lists(usual: usual)
    let ware = Ware(
      model, PricePolicy(cost: Rate(price), offerMargin: 0),
      capacity: ["auction", "replicated"].contains(check) ? 0 : capacity, runTime: runTime,
      lists: lists, check: terms, deputy: deputy)
    let provider = Provider(key: key, client: link.market, catalogue: Catalogue([ware]))
    let opened = try await door.start(model, price, key, link, console)
    var start: [JSONValue.Member] = [
      .init(name: "event", value: "selling"),
      .init(name: "model", value: .string(model.id.description)),
      .init(name: "price", value: .unsigned(price.units)),
      .init(name: "provider", value: .string(key.address.checksummed)),
    ]
    if let opened { start.append(.init(name: "url", value: .string(opened.url))) }
    console.event(Self.schema, .object(start)) { paint in
      let place = opened.map { "\nand over HTTP at \(paint(.handle, $0.url))" } ?? ""
      return "selling \(paint(.handle, model.id.short)) at \(Dollars.text(price)) "
        + "as \(paint(.handle, key.address.checksummed)); ctrl-c stops it\(place)"
    }
    try await serve(provider, link, key.address, console)
    withExtendedLifetime(lock) {}
    await opened?.stop(console)
    try await awaitWithdrawal(link, key.address)
    let end: JSONValue = ["event": "stopped", "provider": .string(key.address.checksummed)]
    console.event(Self.schema, end) { _ in "stopped: no offers stand and nothing is owed" }
  }

  private func serve(
    _ provider: Provider, _ link: NodeLink, _ address: Address, _ console: Console
  ) async throws {
    let sales = Sales(address)
    try await Clockwork(link: link, reactor: provider).run(
      .endless(console),
      stop: {
        console.note("stopping: offers are withdrawn and leases finished; ctrl-c again leaves")
        await provider.stop()
      },
      refused: { console.warn($0.message) },
      isOver: { news in
        for sale in await sales.new(in: news) {
          console.event(Self.schema, sale.data) { sale.text($0) }
        }
        return await provider.isDone
      })
  }

  /// Looks for money, and keeps every other program of this machine from selling the same by the
  /// same key: each of two would run and prove every run, and bid against the other.
  private func begin(
    _ link: NodeLink, _ account: Address, _ model: ModelID
  ) async throws -> FolderLock {
    try await requireMoney(link, account)
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    let start = "\(genesis.network)".dropFirst(2).prefix(16)
    return try FolderLock(
      try HomeFolder.folder("selling") + "/\(start)-\(account)-\(model.short)",
      Failure(
        .tryAgain, code: "alreadySelling",
        "another 'tolsey sell' sells \(model.short) by this key",
        hint: "stop it, or sell by another key: two of one key do each run twice"))
  }

  private func requireMoney(_ link: NodeLink, _ address: Address) async throws {
    let account = try await link.ask { client throws(ClientError) in
      try await client.account(address)
    }
    guard account.balance > .zero else {
      throw Failure(
        .refused, code: "noMoney", "\(address.checksummed) has no money for bonds and tolls",
        hint: "on a test node: tolsey account fund \(address.checksummed)")
    }
  }

  /// The withdrawal was handed over; it counts once a block holds it.
  private func awaitWithdrawal(_ link: NodeLink, _ address: Address) async throws {
    for _ in 0..<100 {
      let standing = try await Offers.all(link, of: address).filter { !$0.row.withdrawn }
      if standing.isEmpty { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw Failure(
      .tryAgain, code: "offersStand", "the withdrawal of the offers was not carried out",
      hint: "see 'tolsey offer list --account \(address.checksummed)'")
  }
}

/// Runs of one provider as they are settled.
actor Sales {
  struct Sale: Sendable {
    let event: Event
    let height: UInt64

    var data: JSONValue {
      [
        "event": "settled", "height": .unsigned(height),
        "run": .string(RunID(event.subject).description),
        "lease": .string(LeaseID(event.lease).description),
      ]
    }

    func text(_ paint: Paint) -> String {
      "settled \(paint(.handle, RunID(event.subject).short)) in block \(height)"
    }
  }

  private let address: Address
  private var seen: UInt64 = 0

  init(_ address: Address) {
    self.address = address
  }

  func new(in news: BlockNews) -> [Sale] {
    guard news.height > seen else { return [] }
    seen = news.height
    return news.events
      .filter { $0.name == "runSettled" && $0.parties.contains(address) }
      .map { Sale(event: $0, height: news.height) }
  }
}
