// `tolsey task work`: answers tasks for money, by a program.

import Agents
import ArgumentParser
import Chain
import Kernel
import Market
import NetworkRoom
import Primitives
import Tasks
import Workers

struct TaskWork: ConsoleCommand {
  static let usage = "tolsey task work --price <price> --program <command> [<options>]"
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Answer tasks for money, with a program.", usage: usage,
    discussion: """
      It bids the price for orders for tasks, and locks a bond of a tenth of the limit where it \
      wins a seat. Every batch goes to the shell command: a line of JSON with question and \
      criteria, then one for each item with its number and text, on its standard input; it writes \
      a line with the answer to each item. Answers are kept on this disk before they are sealed, \
      so that who is killed in between opens what was sealed, and forgotten when it was judged: \
      then it says what that earned, and why. Stopped by ctrl-c it takes no new order and \
      finishes what it has promised.
      """)
  static let schema = "task.work/1"

  @Option(help: "What you ask for the answers to an order's items, in dollars.") var price: String?
  @Option(help: "A shell command that answers.") var program: String?
  @Option(help: "Seconds that it needs at least.") var runTime: UInt64 = 60
  @Option(help: "Orders that you take part in at once.") var orders = 16
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard orders > 0 else { throw ValidationError("take one order at least") }
  }

  func run(on console: Console) async throws {
    guard let price else { throw Failure.missing("price", usage: Self.usage) }
    guard let program else { throw Failure.missing("program", usage: Self.usage) }
    let asked = try Dollars.required(price)
    let key = try key.open().key
    let link = try await node.connect(console)
    let folder = try HomeFolder.folder("tasks") + "/\(key.address.checksummed)"
    let lock = try FolderLock(folder, .alreadyWorking("task work"))
    defer { withExtendedLifetime(lock) {} }
    let shelf = try AnswerShelf(folder, limit: TaskPieces.largest + 64)
    let answering = ProgramAnswering(program, shelf, seconds: runTime) {
      console.trouble(Self.schema, $0)
    }
    let provider = Provider(
      key: key, client: link.market, catalogue: Catalogue([]),
      tasks: TaskService(
        PricePolicy(cost: Rate(asked), offerMargin: 0), answering, runTime: runTime),
      mostOpen: orders)
    let account = key.address.checksummed
    console.event(
      Self.schema,
      [
        "event": "ready", "price": .unsigned(asked.units), "account": .string(account),
      ]
    ) { paint in
      "answering at \(Dollars.text(asked)) an order as \(paint(.handle, account)); ctrl-c stops it"
    }
    let earnings = EarnedRuns(key.address, PanelCheck.name, link, kept: shelf.runs)
    try await Clockwork(link: link, reactor: provider).run(
      .endless(console),
      stop: {
        console.note("stopping: what was promised is finished; ctrl-c again leaves")
        await provider.stop()
      },
      refused: { console.trouble(Self.schema, $0.message) },
      isOver: { news in
        for run in await earnings.new(in: news) {
          await answering.close(run.id)
          console.event(Self.schema, run.event) { run.line($0) }
        }
        return await provider.isDone
      })
    let sum = await earnings.sum
    let end: JSONValue = [
      "event": "stopped", "account": .string(account), "earned": .unsigned(sum.units),
    ]
    console.event(Self.schema, end) { _ in "stopped: \(Dollars.text(sum)) earned, nothing is owed" }
  }
}

/// A shell command that answers each batch once, its answers kept before anything is sealed.
actor ProgramAnswering: TaskAnswering {
  private let command: String
  private let shelf: AnswerShelf
  private let seconds: UInt64
  private let warn: @Sendable (String) -> Void
  private var asking: Set<RunID> = []
  private var asked: [RunID: Int] = [:]

  /// How often a program that fails is asked for one batch.
  private static let tries = 3

  init(
    _ command: String, _ shelf: AnswerShelf, seconds: UInt64,
    warn: @escaping @Sendable (String) -> Void
  ) {
    (self.command, self.shelf, self.seconds, self.warn) = (command, shelf, seconds, warn)
  }

  func answers(to batch: TaskBatch) async -> [[UInt8]]? {
    if let kept = shelf.answer(of: batch.run),
      let read = try? CBOR.decode(TaskPieces.self, from: kept)
    {
      return read.pieces.map(\.body)
    }
    guard asked[batch.run, default: 0] < Self.tries, !asking.contains(batch.run) else {
      return nil
    }
    asking.insert(batch.run)
    Task { await self.ask(batch) }
    return nil
  }

  /// The run is settled: nothing of it is asked for any more.
  func close(_ run: RunID) {
    asked[run] = nil
    shelf.forget(run)
  }

  private func ask(_ batch: TaskBatch) async {
    asked[batch.run, default: 0] += 1
    defer { asking.remove(batch.run) }
    do {
      let text = try await ShellRun(
        command: command, input: Self.input(batch), seconds: seconds
      ).output()
      var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init)
      if lines.last?.isEmpty == true { lines.removeLast() }
      guard lines.count == batch.items.count else {
        throw Failure(
          .refused, code: "badProgram",
          "it wrote \(lines.count) lines for \(batch.items.count) items")
      }
      let answer = CBOR.encode(TaskPieces(lines))
      guard answer.count <= TaskPieces.largest, shelf.keep(answer, of: batch.run) else {
        return warn("the answers to \(batch.run.short) are too long, or the disk keeps none")
      }
    } catch {
      warn("the program did not answer \(batch.run.short): \(Failure(error).message)")
    }
  }

  /// What an item says is data on a pipe, never a word of a command.
  private static func input(_ batch: TaskBatch) -> [UInt8] {
    let head: JSONValue = [
      "question": .string(batch.spec.question), "criteria": .string(batch.spec.criteria),
    ]
    let lines = batch.items.enumerated().map { place, item -> String in
      let line: JSONValue = [
        "item": .integer(Int64(place + 1)), "text": .string(String(decoding: item, as: UTF8.self)),
      ]
      return line.text
    }
    return Array(([head.text] + lines).map { $0 + "\n" }.joined().utf8)
  }
}
