// `tolsey labels order`: a dataset labelled by strangers, from a file of items to labels, a card
// and receipts; stopped or killed, the same command goes on.

import Agents
import ArgumentParser
import Chain
import Labels
import NetworkRoom
import Primitives

struct LabelsOrder: ConsoleCommand {
  static let usage =
    "tolsey labels order <file> --choices <names> --price <price> --budget <budget> [<options>]"
  static let configuration = CommandConfiguration(
    commandName: "order", abstract: "Have items labelled by strangers, and get a dataset.",
    usage: usage,
    discussion: """
      The file is CSV with a heading (id, and text or data as base64), JSON Lines with the same \
      names, or a folder with a file for each item; items are text, PNG or JPEG. They are dealt \
      into batches with gold among them, each batch is answered blindly by several labellers under \
      the check judged, and what is unsure after a round is asked again of others, of those with a \
      better record where --tiers says so. It ends when every label is sure, all was asked, or the \
      budget pays for nothing more. The budget is the most that all of it may cost; what answers \
      are not worth burns. The folder of the job then holds dataset.csv, dataset.jsonl, a page to \
      look at (dataset.html), card.json and a receipt for each batch. Stopped by ctrl-c it orders \
      nothing more and finishes what has begun. However it ended, the same command goes on: each \
      step is on the disk before it counts, and orders that stand are found on the ledger again.
      """)
  static let schema = "labels.order/1"

  @Argument(help: "CSV, JSON Lines, or a folder of files; left away, the job goes on.")
  var file: String?
  @Option(help: "What can be chosen, with commas between: cat,dog.") var choices: String?
  @Option(help: "What is asked of each item.") var question = "Which of these is it?"
  @Option(help: "Items whose label you know, with a column 'label'; see 'labels gold'.")
  var gold: String?
  @OptionGroup var plan: LabelPlanOptions
  @OptionGroup var times: LabelTimesOptions
  @OptionGroup var job: LabelJobOptions
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let job = try open()
    let key = try key.open().key
    let link = try await node.connect(console)
    let ordering = try await LabelsOrdering(job, self.job.folder, key, link, times.times, console)
    let done = try await ordering.run()
    let files = try LabelJobFolder(self.job.folder).write(done.job)
    let view = LabelsOrderView(done, files, self.job.folder)
    try console.verdict(Self.schema, view.data, failing: view.failure) { view.text($0) }
  }

  /// The job of the folder, or a new one; nothing is made before all that was said is understood.
  private func open() throws -> LabelJobFile {
    let folder = job.folder
    do {
      guard let definition = try definition() else { return try LabelJobFile(folder) }
      guard LabelJobFile.exists(at: folder) else {
        return try LabelJobFile.make(definition, at: folder)
      }
      let found = try LabelJobFile(folder)
      var same = definition
      same.secret = found.job.definition.secret
      guard same == found.job.definition else { throw LabelTrouble.exists() }
      return found
    } catch let trouble as LabelTrouble {
      throw Failure(trouble, in: folder)
    }
  }

  private func definition() throws -> LabelDefinition? {
    guard let file else {
      guard choices == nil, gold == nil, plan.isUnsaid else {
        throw Failure.missing("file", usage: Self.usage)
      }
      return nil
    }
    guard let choices else { throw Failure.missing("choices", usage: Self.usage) }
    let question = try LabelFiles.question(question, choices)
    let items = try LabelFiles.items(file).items
    let plan = try plan.plan(Self.usage)
    let known = try gold.map { path in
      let entries = try LabelFiles.items(path)
      do throws(LabelTrouble) { return try entries.gold(question) } catch {
        throw Failure(error, in: path)
      }
    }
    let secret = try KeysFolder.fresh().secret
    do throws(LabelTrouble) {
      return try LabelDefinition(
        question, items: items, gold: known ?? [], plan: plan, secret: secret)
    } catch {
      throw Failure(error, in: error.code == "badPlan" ? nil : file)
    }
  }
}

/// How the budget is spent.
struct LabelPlanOptions: ParsableArguments {
  @Option(help: "The most that one labeller's answer to one item may cost, in dollars.")
  var price: String?
  @Option(help: "The most that the whole job may cost, in dollars.") var budget: String?
  @Option(help: "Labellers of a batch in each round, 3 to 7; else 3.") var answers: UInt64?
  @Option(help: "Items of a batch, gold among them; else 64.") var batch: UInt64?
  @Option(help: "The share of gold in a batch, such as 0.1, where there is gold; else 0.1.")
  var goldShare: String?
  @Option(help: "How sure a label has to be for nobody else to be asked; else 0.98.")
  var sure: String?
  @Option(
    help: """
      The record that labellers need, round by round: least dollars of good work, with commas \
      between; else 0,0.
      """)
  var tiers: String?
  @Option(help: "Batches that one group of labellers is given; else 16.")
  var batchesPerOrder: UInt64?

  var isUnsaid: Bool {
    price == nil && budget == nil && answers == nil && batch == nil && goldShare == nil
      && sure == nil && tiers == nil && batchesPerOrder == nil
  }

  func plan(_ usage: String) throws -> LabelPlan {
    guard let price else { throw Failure.missing("price", usage: usage) }
    guard let budget else { throw Failure.missing("budget", usage: usage) }
    var plan = LabelPlan()
    plan.price = try Dollars.required(price)
    plan.budget = try Dollars.required(budget)
    plan.seats = answers ?? plan.seats
    plan.batch = batch ?? plan.batch
    plan.batchesPerOrder = batchesPerOrder ?? plan.batchesPerOrder
    plan.goldPpm = try goldShare.map { try Self.ppm("gold-share", $0) } ?? plan.goldPpm
    plan.surePpm = try sure.map { try Self.ppm("sure", $0) } ?? plan.surePpm
    if let tiers {
      plan.tiers = try tiers.split(separator: ",", omittingEmptySubsequences: false).map {
        try Dollars.required(String($0)).units
      }
    }
    do throws(LabelTrouble) { try plan.check() } catch { throw Failure(error, in: nil) }
    return plan
  }

  /// A share such as 0.98. Dollars have as many decimals as parts per million.
  private static func ppm(_ name: String, _ text: String) throws -> UInt64 {
    guard !text.hasPrefix("$"), let share = Dollars.parse(text)?.units, share <= million else {
      throw Failure(
        .usage, code: "badShare", "--\(name) is a share from 0 to 1, with at most six decimals",
        hint: "such as --\(name) 0.9")
    }
    return share
  }
}

/// How long the steps of an order take.
struct LabelTimesOptions: ParsableArguments {
  @Option(help: "Seconds that labellers have for a batch.") var runTime: UInt64 = 3_600
  @Option(help: "Seconds for which bids are taken.") var bidWindow: UInt64 = 30
  @Option(help: "Seconds for which bids are opened.") var revealWindow: UInt64 = 30
  @Option(help: "Seconds that you have to open your gold; it is opened by itself.")
  var goldWindow: UInt64 = 3_600

  func validate() throws {
    guard (10...86_400).contains(bidWindow), (10...86_400).contains(revealWindow) else {
      throw ValidationError("bids are taken, and opened, for 10 to 86400 seconds")
    }
    guard (60...604_800).contains(goldWindow) else {
      throw ValidationError("gold is awaited for 60 to 604800 seconds")
    }
  }

  var times: LabelTimes {
    var times = LabelTimes()
    (times.run, times.bids) = (runTime, bidWindow)
    (times.reveals, times.gold) = (revealWindow, goldWindow)
    return times
  }
}

/// Where a job lies.
struct LabelJobOptions: ParsableArguments {
  @Option(name: .customLong("job"), help: "The folder of the job.", completion: .directory)
  var folder = "labels-job"
}
