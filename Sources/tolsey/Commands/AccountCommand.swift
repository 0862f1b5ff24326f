// `tolsey account`: money on a node's ledger.

import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Primitives

struct AccountCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account", abstract: "Accounts and their money.",
    subcommands: [
      ListCommand<AccountNoun>.self, AccountShow.self, AccountStatusCommand.self,
      AccountFund.self, AccountSend.self, AccountCollect.self, AccountDeclare.self,
    ])
}

struct AccountShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an account's balance and record.")
  static let schema = "account.show/1"

  @Argument(help: "An address, or one of your keys; the only one if you have one.")
  var account: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let address = try KeyOptions.address(account)
    let link = try await node.connect(console)
    let json = try await link.get("/api/accounts/\(address)")
    console.result(Self.schema, json) { paint in
      var fields = TextFields()
      fields.add("address", .init(address.checksummed, .handle))
      let isOpen = json["open"]?.bool ?? false
      fields.add("state", isOpen ? .init("open", .good) : .init("not open yet", .caution))
      fields.add("balance", .init(Dollars.text(Amount(json["balance"]?.uint64 ?? 0))))
      for member in json["record"]?.members ?? [] {
        fields.add(member.name, .init(member.value.text))
      }
      fields.add("as of block", .init("\(json["height"]?.uint64 ?? 0)"))
      return fields.text(paint)
    }
  }
}

struct AccountFund: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "fund", abstract: "Ask a test node's faucet for money.")
  static let schema = "account.fund/1"

  @Argument(help: "An address, or one of your keys; the only one if you have one.")
  var account: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let address = try KeyOptions.address(account)
    let link = try await node.connect(console)
    let poured = try await link.ask { client throws(ClientError) in
      try await client.pour(to: address)
    }
    let now = try await link.ask { client throws(ClientError) in
      try await client.account(address, atLeast: poured.height)
    }
    let data: JSONValue = [
      "address": .string(address.checksummed), "balance": .unsigned(now.balance.units),
      "height": .unsigned(poured.height),
    ]
    console.result(Self.schema, data) { paint in
      "\(paint(.handle, address.checksummed)) has \(Dollars.text(now.balance))"
    }
  }
}

struct AccountSend: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send money to an account.",
    discussion: "An account that is not open yet is opened at your cost.")
  static let schema = "account.send/1"

  @Option(help: "An address, or one of your keys.") var to: String
  @Option(help: "How much, in dollars: 2.50.") var amount: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let amount = try Dollars.required(amount)
    let to = try KeyOptions.address(to)
    let (_, key) = try key.open()
    let wallet = Wallet(try await node.connect(console), key)
    let settlement = try await wallet.send { .transfer(Transfer($0, to: to, amount)) }
    console.result(Self.schema, Wallet.data(settlement)) { paint in
      "sent \(Dollars.text(amount)) to \(paint(.handle, to.checksummed)) "
        + "in block \(settlement.height), toll \(Dollars.text(settlement.outcome.toll))"
    }
  }
}

extension Dollars {
  /// An amount that somebody typed, or a usage error.
  static func required(_ text: String) throws -> Amount {
    guard let amount = parse(text) else {
      throw Failure(
        .usage, code: "badAmount", "\(text) is no amount in dollars",
        hint: "write it like 2.50, with at most six decimals")
    }
    return amount
  }
}
