// Carries a labelling job through at a node, and says on the way how far it is.

import Agents
import Chain
import Labels
import Market
import NetworkRoom
import Primitives

/// One job at one node, with its progress said to a person.
struct LabelsOrdering {
  private let keeper: LabelKeeper
  private let buyer: LabelBuyer
  private let link: NodeLink
  private let console: Console

  init(
    _ file: sending LabelJobFile, _ folder: String, _ key: PrivateKey, _ link: NodeLink,
    _ times: LabelTimes, _ console: Console
  ) async throws {
    let genesis = try await link.ask { client throws(ClientError) in try await client.genesis() }
    let status = try await link.ask { client throws(ClientError) in try await client.status() }
    let claimed: LabelOwner
    do throws(LabelTrouble) {
      claimed = try file.claim(
        LabelOwner(network: genesis.network, account: key.address, since: status.height))
    } catch { throw Failure(error, in: folder) }
    let receipts = LabelJobFolder(folder)
    let keeper = LabelKeeper(file)
    buyer = LabelBuyer(
      key: key, client: link.market, keeper: keeper, times: times, since: claimed.since,
      keep: { runs in for run in runs { try receipts.keep(run) } })
    self.keeper = keeper
    self.link = link
    self.console = console
  }

  /// The job as it stands in the end, and why it did not come to its own.
  func run() async throws -> (job: LabelJob, halt: LabelHalt?, said: Failure?) {
    if await keeper.job.end == .silence {
      console.note("nobody answered in the last round; it is asked once more")
      try await keeper.take(LabelEvent(.again))
    }
    guard await keeper.job.end == nil else { return (await keeper.job, nil, nil) }
    let refusals = FirstFailure()
    let story = LabelsStory(await keeper.job)
    for line in await story.opening(await keeper.job) { console.note(line) }
    do {
      try await Clockwork(link: link, reactor: buyer, resumes: true).run(
        .ofBuyers(console),
        stop: {
          console.note("stopping: batches that have begun are finished; ctrl-c again leaves at")
          console.note("once, and the same command goes on")
          await buyer.stop()
        },
        refused: { refusals.note($0) },
        isOver: { _ in
          for line in await story.lines(await buyer.job) { console.note(line) }
          return await buyer.isDone
        })
    } catch let trouble as LabelTrouble {
      throw Failure(trouble, in: nil)
    }
    return (await keeper.job, await buyer.halt, refusals.failure)
  }
}

/// What a person who waits is told of a job.
private actor LabelsStory {
  private var rounds: Int
  private var settled: Int

  init(_ job: LabelJob) {
    rounds = job.rounds.count
    settled = job.outcomes.count
  }

  /// What is said before anything happens.
  func opening(_ job: LabelJob) -> [String] {
    guard let round = job.open else { return [] }
    return [
      "round \(round.number + 1) goes on, "
        + "\(Self.count(job.waiting, "batch", "batches")) still waited for"
    ]
  }

  func lines(_ job: LabelJob) -> [String] {
    var lines: [String] = []
    while rounds < job.rounds.count {
      let round = job.rounds[rounds]
      let most = round.orders.reduce(0) { $0 + $1.perBatch.units * UInt64($1.batches.count) }
      rounds += 1
      lines.append(
        "round \(rounds): \(Self.count(round.batches, "batch", "batches")) in "
          + "\(Self.count(round.orders.count, "order")), "
          + "at most \(Dollars.text(Amount(most)))")
    }
    if job.outcomes.count > settled {
      settled = job.outcomes.count
      lines.append(
        "\(Self.count(settled, "batch", "batches")) settled for \(Dollars.text(job.spent)), "
          + "\(job.waiting) waited for")
    }
    return lines
  }

  private static func count(_ count: Int, _ one: String, _ more: String? = nil) -> String {
    "\(count) \(count == 1 ? one : more ?? one + "s")"
  }
}

/// The files of a job beside its journal.
struct LabelJobFolder: Sendable {
  let path: String

  init(_ path: String) { self.path = path }

  func receipt(of run: Bytes32) -> String { "\(path)/receipts/\(RunID(run)).receipt" }

  /// Keeps the receipt of a batch, if the node has one.
  func keep(_ run: RunResult) throws {
    guard let bytes = run.receipt else { return }
    try LocalFile.makeFolder(path + "/receipts", mode: 0o700)
    try LocalFile.write(bytes, to: receipt(of: run.settled.run.digest), mode: 0o600)
  }

  /// Writes what the answers say so far, each file whole.
  func write(_ job: LabelJob) throws -> [(name: String, path: String)] {
    let dataset = LabelDataset(job)
    let files = [
      ("csv", "dataset.csv", dataset.csv), ("jsonl", "dataset.jsonl", dataset.jsonl),
      ("page", "dataset.html", LabelSheet.html(job)),
      ("card", "card.json", dataset.card.json.text + "\n"),
    ]
    return try files.map { name, file, text in
      try LocalFile.write(Array(text.utf8), to: "\(path)/\(file)", mode: 0o600)
      return (name, "\(path)/\(file)")
    }
  }
}

/// What came of a job, as its owner reads it.
struct LabelsOrderView {
  private let dataset: LabelDataset
  private let halt: LabelHalt?
  /// What the ledger said when it refused.
  private let said: Failure?
  private let files: [(name: String, path: String)]
  private let folder: String

  init(
    _ done: (job: LabelJob, halt: LabelHalt?, said: Failure?),
    _ files: [(name: String, path: String)], _ folder: String
  ) {
    dataset = LabelDataset(done.job)
    (halt, said) = (done.halt, done.said)
    self.files = files
    self.folder = folder
  }

  private var card: DatasetCard { dataset.card }

  var failure: Failure? {
    let goOn = "the same command goes on where it ended"
    switch halt {
    case .stopped?:
      return Failure(.interrupted, code: "stopped", "the job was stopped", hint: goOn)
    case .insufficient(let needed, let has)?:
      return Failure(
        .refused, code: "insufficient",
        "the next round would lock \(Dollars.text(needed)) and tolls, and the account has "
          + Dollars.text(has),
        hint: "fund the account, and the same command goes on")
    case .refused(let code)?:
      let words = said?.message ?? RefusalWords(Refusal(code)).message
      return Failure(
        .refused, code: code, "an order was refused: \(words)",
        hint: "\(said?.hint.map { $0 + "; " } ?? "")\(goOn)")
    case nil: break
    }
    guard card.end == .silence else { return nil }
    return Failure(
      .tryAgain, code: "nobodyAnswered", "nobody answered the last round",
      hint: "see that labellers are there and --price pays them; \(goOn)")
  }

  var data: JSONValue {
    [
      "job": .string(folder),
      "end": failure.map { .string($0.code) } ?? card.end.map { .string($0.rawValue) } ?? .null,
      "files": .object(files.map { .init(name: $0.name, value: .string($0.path)) }),
      "card": card.json,
    ]
  }

  func text(_ paint: Paint) -> String {
    var fields = TextFields()
    fields.add("job", .init(folder, .handle))
    fields.add("labels", .init("\(card.sure) of \(card.items) sure", .strong))
    if card.unanswered > 0 { fields.add("unanswered", .init("\(card.unanswered)", .caution)) }
    let rounds = card.rounds == 1 ? "1 round" : "\(card.rounds) rounds"
    fields.add("answers", .init("\(card.answers) in \(rounds)"))
    if card.goldAnswers > 0 {
      let share = Share.percent(UInt32(clamping: card.goldPpm))
      fields.add("gold", .init("\(share) of \(card.goldAnswers) answers right"))
    }
    fields.add(
      "cost", .init("\(Dollars.text(card.cost)) of at most \(Dollars.text(card.budget))"))
    if let end = card.end { fields.add("end", .init(end.words)) }
    for file in files { fields.add(file.name, .init(file.path, .handle)) }
    return fields.text(paint)
  }
}
