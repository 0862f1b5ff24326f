// `tolsey labels work`: answers batches for money, by a person at a page or by a program.

import Agents
import ArgumentParser
import Chain
import Kernel
import Labels
import Market
import NetworkRoom
import Primitives
import Workers

struct LabelsWork: ConsoleCommand {
  static let usage = "tolsey labels work --price <price> [--program <command>] [<options>]"
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Label items for money, at a page or with a program.",
    usage: usage,
    discussion: """
      It bids the price for orders for labels, and locks a bond of a tenth of the limit where it \
      wins a seat. Without --program it serves a page on this machine, at a secret address that is \
      printed: batches come there, and what was handed in shows why it was accepted or not, and \
      what it earned. With --program every batch goes to the shell command: a line of JSON with \
      question and choices, then one for each item with its number, media, and text or data \
      (base64), on its standard input; it writes a line with a choice's name for each item, an \
      empty one where it cannot tell. Answers are kept on this disk before they are sealed, so \
      that who is killed in between opens what was sealed. Stopped by ctrl-c it takes no new \
      order and finishes what it has promised.
      """)
  static let schema = "labels.work/1"

  @Option(help: "What you ask for an item, in dollars.") var price: String?
  @Option(help: "A shell command that answers in your place.") var program: String?
  @Option(help: "Seconds that you need for a batch at least; else 600, and 60 for a program.")
  var runTime: UInt64?
  @Option(help: "Orders that you take part in at once; else 1, and 64 for a program.")
  var orders: Int?
  @Option(help: "The port of 127.0.0.1 for the page; 0 takes any free one.") var port = 0
  @OptionGroup var logging: LogOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("a port is a number from 0 to 65535")
    }
    guard orders.map({ $0 > 0 }) ?? true else { throw ValidationError("take one order at least") }
  }

  func run(on console: Console) async throws {
    guard let price else { throw Failure.missing("price", usage: Self.usage) }
    let asked = try Dollars.required(price)
    let key = try key.open().key
    let link = try await node.connect(console)
    try await requireMoney(link, key.address)
    let folder = try HomeFolder.folder("labels") + "/\(key.address.checksummed)"
    let lock = try FolderLock(folder, .alreadyWorking("labels work"))
    defer { withExtendedLifetime(lock) {} }
    let shelf = try AnswerShelf(folder)
    let needs = runTime ?? (program == nil ? 600 : 60)
    let desk = program == nil ? LabelDesk() : nil
    let labelling: any Worker =
      if let program {
        ProgramLabelling(program, shelf, seconds: needs, warn: { console.trouble(Self.schema, $0) })
      } else {
        DeskLabelling(desk ?? LabelDesk(), shelf)
      }
    let opened = try await open(desk, console)
    let service = LabelService(
      PricePolicy(cost: Rate(asked), offerMargin: 0), labelling,
      runTime: needs)
    let provider = Provider(
      key: key, client: link.market, catalogue: Catalogue([]), labels: service,
      mostOpen: orders ?? (program == nil ? 1 : 64))
    var ready: [JSONValue.Member] = [
      .init(name: "event", value: "ready"), .init(name: "price", value: .unsigned(asked.units)),
      .init(name: "account", value: .string(key.address.checksummed)),
    ]
    if let opened { ready.append(.init(name: "url", value: .string(opened.url))) }
    console.event(Self.schema, .object(ready)) { paint in
      let place = opened.map { "\nlabel at \(paint(.handle, $0.url))" } ?? ""
      return "labelling at \(Dollars.text(asked)) an item as "
        + "\(paint(.handle, key.address.checksummed)); ctrl-c stops it\(place)"
    }
    let earnings = EarnedRuns(key.address, JudgedCheck.name, link, kept: shelf.runs)
    try await Clockwork(link: link, reactor: provider).run(
      .endless(console),
      stop: {
        console.note("stopping: what was promised is finished; ctrl-c again leaves")
        await provider.stop()
      },
      refused: { console.trouble(Self.schema, $0.message) },
      isOver: { news in
        for run in await earnings.new(in: news) {
          await labelling.close(run)
          console.event(Self.schema, run.event) { run.line($0) }
        }
        return await provider.isDone
      })
    desk?.close()
    await opened?.server.stop(grace: .milliseconds(500))
    let end: JSONValue = [
      "event": "stopped", "account": .string(key.address.checksummed),
      "earned": .unsigned(await earnings.sum.units),
    ]
    let sum = await earnings.sum
    console.event(Self.schema, end) { _ in "stopped: \(Dollars.text(sum)) earned, nothing is owed" }
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

  /// The page, where a person labels.
  private func open(
    _ desk: LabelDesk?, _ console: Console
  ) async throws -> (server: Server, url: String)? {
    guard let desk else { return nil }
    do {
      return try await Server.start(
        desk, secret: try KeysFolder.fresh().secret, host: "127.0.0.1", port: port,
        log: logging.logger(console))
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
  }
}
