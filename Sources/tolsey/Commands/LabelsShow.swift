// `tolsey labels show`: how far a job is, why an answer was accepted or not, and what was earned.

import Agents
import ArgumentParser
import Chain
import Labels
import Market
import NetworkRoom
import Primitives

struct LabelsShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a job, a judged run with its reasons, or earnings.",
    discussion: """
      Without a run it shows the job of the folder, least agreed items first, whether or not \
      'labels order' is at work on it. A run is named by its id, the start of it, or a receipt \
      file, and shows each seat: what it was paid, why, and what its answers tell; the answers are \
      judged here anew. With --account it lists what an account earned by labelling.
      """)
  static let schema = "labels.show/1"

  @Argument(
    help: "A run: its id, the start of it, or a receipt file; or a job's folder.",
    completion: .file(extensions: ["receipt"]))
  var run: String?
  @OptionGroup var job: LabelJobOptions
  @Option(help: "An address, or one of your keys: what it earned.", completion: .keys)
  var account: String?
  @Option(help: "At most so many items or runs.") var limit = 20
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard run == nil || account == nil else {
      throw ValidationError("name a run or an account, not both")
    }
    guard (1...100_000).contains(limit) else {
      throw ValidationError("a page has 1 to 100000 entries")
    }
  }

  func run(on console: Console) async throws {
    // Whoever names the folder of a job means the job.
    if let run, !LocalFile.exists("\(run)/definition") {
      let view = try JudgedRunView(try await receipt(run, console))
      return try console.verdict(Self.schema, view.data, failing: nil) { view.text($0) }
    }
    if let account {
      let address = try KeyOptions.address(account)
      let view = try await EarningsView(address, limit, try await node.connect(console))
      return try console.verdict(Self.schema, view.data, failing: nil) { view.text($0) }
    }
    let found: LabelJob
    let folder = run ?? job.folder
    do throws(LabelTrouble) { found = try LabelJobFile.job(at: folder) } catch {
      throw Failure(error, in: folder)
    }
    let view = LabelJobView(found, folder, limit)
    try console.verdict(Self.schema, view.data, failing: nil) { view.text($0) }
  }

  /// The receipt, which is verified before anything of it is believed.
  private func receipt(_ name: String, _ console: Console) async throws -> VerifiedReceipt {
    // A word that can be no run's id, and a folder without a job in it, are not sent to a node.
    let isFile = name.contains("/") || name.hasSuffix(".receipt") || LocalFile.exists(name)
    let isFolder = LocalFile.exists("\(name)/.")
    if isFolder || !isFile && !LabelsShow.isRun(name) {
      throw LabelsShow.nothingOf(name, isFolder: isFolder)
    }
    let bytes: [UInt8]
    if isFile {
      bytes = try LocalFile.read(name, limit: Receipt.sizeLimit)
    } else {
      let link = try await node.connect(console)
      let id = RunID(try link.digest(in: await link.get("/api/runs/", id: name)))
      bytes = try await link.ask { client throws(ClientError) in try await client.receipt(of: id) }
    }
    do throws(Refusal) { return try ReceiptVerifier.verify(bytes) } catch {
      throw ReceiptFailure.failure(error, name)
    }
  }
  /// Whether a word may be a run's id or begin one: `run_…`, or hex.
  static func isRun(_ word: String) -> Bool {
    if word.hasPrefix("run_") || word.hasPrefix("0x") { return true }
    return word.utf8.count == 64 && word.allSatisfy(\.isHexDigit)
  }

  private static func nothingOf(_ word: String, isFolder: Bool) -> Failure {
    Failure(
      .usage, code: "noJobOrRun",
      isFolder ? "\(word): the folder holds no labelling job" : "\(word) is no job, run or receipt",
      hint: "name the folder of 'labels order', a .receipt file, or a run by its id or the first "
        + "letters of it, run_…; 'tolsey run list' lists the runs of an order, 'tolsey order list' "
        + "the orders")
  }
}
