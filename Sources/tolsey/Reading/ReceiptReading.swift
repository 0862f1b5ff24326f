// `tolsey receipt list` and `show`: receipts that an account has part in, and one as it stands.

import ArgumentParser
import Chain
import Market
import NetworkRoom
import Primitives

struct ReceiptList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the receipts that an account has part in.",
    discussion: "As buyer or as provider. 'tolsey run receipt' fetches one.")
  static let schema = "receipt.list/1"

  @Option(
    help: "An address, or one of your keys; the only one if you have one.", completion: .keys)
  var account: String?
  @Option(help: "At most so many, the newest.") var limit = 50
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (1...500).contains(limit) else { throw ValidationError("a page has 1 to 500 entries") }
  }

  func run(on console: Console) async throws {
    let address = try KeyOptions.address(account)
    let link = try await node.connect(console)
    let runs = try await SettledRuns.of(address, link)
    let lines = runs.suffix(limit).map { placed -> JSONValue in
      .object(
        (RunLineText.json(placed).members ?? []) + [
          .init(name: "part", value: placed.run.buyer == address ? "buyer" : "provider"),
          .init(name: "time", value: .unsigned(placed.time.milliseconds)),
        ])
    }
    let data: JSONValue = [
      "account": .string(address.checksummed), "receipts": .array(lines),
      "total": .unsigned(UInt64(runs.count)),
    ]
    console.result(Self.schema, data) { paint in
      var table = TextTable(
        .left("receipt"), .left("settled"), .left("part"), .left("outcome"), .right("price"))
      for line in lines {
        table.add(
          .init(ShortID.text(line["run"]), .handle),
          .init(UTC.text(Time(line["time"]?.uint64 ?? 0))), .init(line["part"]?.string ?? ""),
          .init(line["outcome"]?.string ?? ""),
          .init(Dollars.text(Amount(line["price"]?.uint64 ?? 0))))
      }
      return table.text(paint, empty: "no run of it is settled")
    }
    if runs.count > limit { console.note("these are the newest \(limit) of \(runs.count)") }
  }
}

struct ReceiptShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a receipt: a file, or a run's from a node.",
    discussion: """
      It is checked here all the same, whoever gave it, and says so. 'tolsey verify' says besides \
      whether you know who signed it, and exits for scripts.
      """)
  static let schema = "receipt.show/1"

  @Argument(
    help: "A file, or a run: its id, or the start of it.",
    completion: .file(extensions: ["receipt"]))
  var receipt: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let bytes: [UInt8]
    if receipt.contains("/") || receipt.hasSuffix(".receipt") || LocalFile.exists(receipt) {
      bytes = try LocalFile.read(receipt, limit: Receipt.sizeLimit)
    } else {
      let link = try await node.connect(console)
      let id = RunID(try link.digest(in: await link.get("/api/runs/", id: receipt)))
      bytes = try await link.ask { client throws(ClientError) in try await client.receipt(of: id) }
    }
    let verified: VerifiedReceipt
    do throws(Refusal) { verified = try ReceiptVerifier.verify(bytes) } catch {
      throw ReceiptFailure.failure(error, receipt)
    }
    let known = try KnownOperators.read().networks
    let view = ReceiptView(verified, isKnown: verified.isKnown(known))
    console.result(Self.schema, view.data) { view.text($0) }
  }
}
