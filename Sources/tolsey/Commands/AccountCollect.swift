// `tolsey account collect`: the operator takes tolls out of the network's till.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives

struct AccountCollect: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Take tolls out of the till, as the network's operator.",
    discussion: """
      Tolls of all messages lie in a till that only the operator opens. What was slashed or burned \
      lies in the treasury, which nobody does.
      """)
  static let schema = "account.collect/1"

  @Option(help: "Where it goes: an address, or one of your keys.") var to: String
  @Option(help: "How much, in dollars: 2.50.") var amount: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let amount = try Dollars.required(amount)
    let to = try KeyOptions.address(to)
    let (_, key) = try key.open()
    let wallet = Wallet(try await node.connect(console), key)
    let settlement = try await wallet.send { .collectTolls(CollectTolls($0, to: to, amount)) }
    console.result(Self.schema, Wallet.data(settlement)) { paint in
      "\(Dollars.text(amount)) of tolls went to \(paint(.handle, to.checksummed)) "
        + "in block \(settlement.height)"
    }
  }
}
