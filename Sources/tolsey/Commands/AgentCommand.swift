// `tolsey agent`: wallets for programs that spend within what their owner said.

import Agents
import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Node
import Primitives

struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Give a program a budget that it cannot exceed.",
    subcommands: [
      AgentCreate.self, AgentShow.self, AgentFund.self, AgentPolicy.self, AgentPay.self,
      AgentApprove.self, AgentDeny.self, AgentRevoke.self, AgentLog.self, AgentStop.self,
      AgentServe.self,
    ])
}

/// `1.00/day`: an amount and what it is for.
struct BudgetOption {
  let amount: Amount
  /// Seconds.
  let period: UInt64

  init(_ text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let periods: [Substring: UInt64] = ["hour": 3_600, "day": 86_400, "week": 7 * 86_400]
    guard parts.count == 2, let period = periods[parts[1]],
      let amount = Dollars.parse(String(parts[0])), amount > .zero
    else {
      throw Failure(
        .usage, code: "badBudget", "\(text) is no budget",
        hint: "write it like 1.00/day; hour, day and week are known")
    }
    self.amount = amount
    self.period = period
  }
}

struct AgentCreate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make an agent with a budget.",
    discussion: """
      The agent gets an account of its own, into which your key pays, and a session key that the \
      ledger holds to the budget: whoever steals the agent's folder can spend no more than is left \
      of it. With --no-transfers it can only buy on the market of this node, and not serve. Who \
      has no key yet gets one at a test node, with test money.
      """)
  static let schema = "agent.create/1"

  @Argument(help: "What to call it.") var name = AgentFolder.usual
  @Option(help: "What it may spend: 1.00/day, 0.10/hour, 5/week.") var budget: String
  @Option(help: "The most that it may ever spend, in dollars; else 30 times the budget.")
  var total: String?
  @Option(help: "What is paid in now, in dollars; else the budget and what it costs to begin.")
  var fund: String?
  @Option(help: "Days until the session ends.") var days: UInt64 = 30
  @Flag(
    inversion: .prefixedNo,
    help: "Whether it may send money, to whom its policy and its owner let it.")
  var transfers = true
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let budget = try BudgetOption(budget)
    let total =
      try total.map(Dollars.required) ?? (try budget.amount.multiplied(by: 30))
    guard (1...366).contains(days) else {
      throw Failure(.usage, code: "badDays", "a session ends within 366 days", hint: "say fewer")
    }
    let (owner, link) = try await key.open(orBeginAt: node, console)
    let origin = try link.origin
    let terms = try await link.ask { client throws(ClientError) in try await client.terms() }
    let money =
      try fund.map(Dollars.required)
      ?? (try budget.amount.adding(Amount(terms.tollAccount)).adding(Amount(terms.tollAccount)))
    try await Purse.require(money, of: owner.address, link)
    let (agent, purse) = try AgentFolder.make(name)
    _ = try await Wallet(link, owner).send {
      .transfer(Transfer($0, to: agent.account, money))
    }
    var limits = SessionLimits()
    limits.expires = try await link.now().time.after(seconds: days * 86_400)
    limits.total = total
    limits.perPeriod = budget.amount
    limits.period = budget.period
    limits.kinds = MessageKind.forSessions.filter { transfers || $0 != .transfer }
      .map { UInt64($0.rawValue) }.sorted()
    try await agent.open(limits, with: purse, link)
    // Opened once, so that it is not the budget that bears the toll for it.
    if transfers { try await agent.openPocket(with: purse, link) }
    // A longer budget may be spent in one day; the ledger holds the period.
    let perDay = budget.period < 86_400 ? try budget.amount.multiplied(by: 24) : budget.amount
    var policy = Policy(perDay: perDay, node: origin)
    policy.perHour = budget.amount
    policy.perPayment = budget.amount
    policy.askAbove = Amount(budget.amount.units / 2)
    try agent.asking { wallet throws(WalletFault) in
      try wallet.set(policy, now: WallClock().now)
    }
    let data: JSONValue = [
      "name": .string(name), "account": .string(agent.account.checksummed),
      "session": .string(agent.session.address.checksummed), "folder": .string(agent.path),
      "total": .unsigned(total.units), "perPeriod": .unsigned(budget.amount.units),
      "period": .unsigned(budget.period),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("agent", .init(name, .strong))
      fields.add("account", .init(agent.account.checksummed, .handle))
      fields.add("session", .init(agent.session.address.checksummed, .handle))
      fields.add("budget", .init("\(self.budget), \(Dollars.text(total)) in all"))
      fields.add("folder", .init(agent.path))
      return fields.text(paint)
    }
    console.note("it buys with 'tolsey buy --agent \(name)', and stops with 'tolsey agent stop'")
  }
}

struct AgentFund: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "fund", abstract: "Pay into an agent's account.",
    discussion: "More money is no more budget: what it may spend the session says.")
  static let schema = "agent.fund/1"

  @Argument(help: "The agent.") var name: String
  @Argument(help: "How much, in dollars: 2.50.") var amount: String
  @OptionGroup var key: KeyOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let amount = try Dollars.required(amount)
    let agent = try AgentFolder.open(name)
    let (_, key) = try key.open()
    let link = try await node.connect(console)
    let settlement = try await Wallet(link, key).send {
      .transfer(Transfer($0, to: agent.account, amount))
    }
    console.result(Self.schema, Wallet.data(settlement)) { _ in
      "paid \(Dollars.text(amount)) into the account of \(name)"
    }
  }
}

struct AgentPay: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "pay", abstract: "Pay somebody, as the agent and within its policy.",
    discussion: "Who asked for the money is part of the payment: a payee belongs to its origins.")
  static let schema = "agent.pay/1"

  @Argument(help: "The agent.") var name: String
  @Option(help: "The payee's address.") var to: String
  @Option(help: "How much, in dollars: 0.05.") var amount: String
  @Option(help: "The URL that asked for it.") var origin: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let amount = try Dollars.required(amount)
    guard let to = Address(hex: to) else {
      throw Failure(
        .usage, code: "badAddress", "\(self.to) is no address",
        hint: "an address is 0x and 40 hex digits; a name is never one")
    }
    guard let origin = Agents.Origin(origin) else {
      throw Failure(
        .usage, code: "badOrigin", "\(self.origin) is no URL with an origin",
        hint: "write it like https://api.example.com")
    }
    let agent = try AgentFolder.open(name)
    let link = try await node.connect(console)
    await agent.goOnEnding(link)
    let number = try agent.allow(
      .pay(to, amount, origin: origin), balance: try await agent.balance(link), console)
    let settlement = try await agent.send(link) { .transfer(Transfer($0, to: to, amount)) }
    try agent.asking { wallet throws(WalletFault) in
      _ = try wallet.note(
        .sent, "done", about: number, object: settlement.id, now: WallClock().now)
    }
    console.result(Self.schema, Wallet.data(settlement)) { paint in
      "\(name) paid \(Dollars.text(amount)) to \(paint(.handle, to.checksummed)) "
        + "in block \(settlement.height)"
    }
  }
}
