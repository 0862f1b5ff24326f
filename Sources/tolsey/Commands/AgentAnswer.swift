// What an owner says to an agent: approve, deny, another policy, revoke, stop.

import Agents
import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Node
import Primitives

struct AgentApprove: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Let a payment that waits go on.",
    discussion: """
      The same payment is then allowed once, within an hour; its caps stay. Where a node can be \
      reached it rehearses the payment first, and what would leave the agent's account is shown.
      """)
  static let schema = "agent.approve/1"

  @Argument(help: "The agent.") var name: String
  @Argument(help: "The line of its log that waits.") var line: UInt64
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    await AgentAnswer.rehearse(name, line, node, console)
    try AgentAnswer.give(true, name, line, Self.schema, console)
  }
}

struct AgentDeny: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "deny", abstract: "Turn a payment that waits away.")
  static let schema = "agent.deny/1"

  @Argument(help: "The agent.") var name: String
  @Argument(help: "The line of its log that waits.") var line: UInt64
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws {
    try AgentAnswer.give(false, name, line, Self.schema, console)
  }
}

enum AgentAnswer {
  /// Says what a yes lets happen, as far as a node tells.
  static func rehearse(
    _ name: String, _ line: UInt64, _ node: NodeOptions, _ console: Console
  ) async {
    guard let agent = try? AgentFolder.open(name),
      let log = try? agent.wallet.log(),
      let waiting = log.first(where: { $0.number == line && $0.kind == .asked }),
      waiting.intent.kind == .pay, let link = try? await node.connect(console),
      let seen = try? await agent.rehearse(
        link, { .transfer(Transfer($0, to: waiting.intent.payee, waiting.intent.amount)) })
    else { return }
    for line in seen.words(leaving: agent.account) { console.note(line) }
  }

  static func give(
    _ isYes: Bool, _ name: String, _ line: UInt64, _ schema: String, _ console: Console
  ) throws {
    let agent = try AgentFolder.open(name)
    // An agent's own process could say yes for its owner, where it could read the owner's key.
    _ = try agent.purseKey()
    let entry = try agent.asking { wallet throws(WalletFault) in
      try wallet.answer(line, isYes: isYes, now: WallClock().now)
    }
    console.result(schema, ["line": .unsigned(line), "entry": entry.json]) { _ in
      AgentLog.words(entry)
    }
  }
}

struct AgentPolicy: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Show an agent's policy, or put another in force.",
    discussion: """
      A policy is JSON in which every field stands and no other: one with an unknown key is \
      refused. Amounts are millionths of a dollar. What it does not allow is denied.
      """)
  static let schema = "agent.policy/1"

  @Argument(help: "The agent.") var name: String
  @Argument(help: "A file with the new policy.", completion: .file()) var file: String?
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws {
    let agent = try AgentFolder.open(name)
    if let file {
      let bytes = try LocalFile.read(file, limit: 1 << 20)
      let policy = try LocalFile.naming(file) { () throws(Refusal) in try Policy(file: bytes) }
      _ = try agent.purseKey()
      try agent.asking { wallet throws(WalletFault) in
        try wallet.set(policy, now: WallClock().now)
      }
    }
    let policy = try agent.asking { wallet throws(WalletFault) in try wallet.policy() }
    console.result(Self.schema, policy.json) { _ in policy.json.prettyText }
  }
}

struct AgentRevoke: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End an agent's session on the ledger, and the agent with it.",
    discussion: """
      The same as 'tolsey agent stop', which also goes on where there is no session any more.
      """)
  static let schema = "agent.revoke/1"

  @Argument(help: "The agent.") var name: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let end = try await AgentFolder.open(name).end("revoked", node, console)
    guard let settlement = end.settlement else {
      throw Failure(
        .refused, code: "noSession", "\(name) has no session on the ledger any more",
        hint: "what it has comes home all the same; see 'tolsey agent show \(name)'")
    }
    console.result(Self.schema, Wallet.data(settlement)) { _ in
      "the session of \(name) ended in block \(settlement.height)"
    }
  }
}

struct AgentStop: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop an agent at once and for good: the kill switch.",
    discussion: """
      From the line in its log on that says so nothing is signed, whichever process has the agent; \
      its session ends on the ledger; and what lies in channels and in its pocket comes home. If \
      no node answers, the first still holds, and the command ends with 69: run it again. Whatever \
      it died in, the next 'agent stop', 'serve', 'pay' or 'buy' goes on there.
      """)
  static let schema = "agent.stop/1"

  @Argument(help: "The agent.") var name: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let end = try await AgentFolder.open(name).end("owner", node, console)
    let height = end.settlement?.height
    let data: JSONValue = [
      "name": .string(name), "height": height.map { .unsigned($0) } ?? .null,
    ]
    console.result(Self.schema, data) { _ in
      height.map { "\(name) is stopped; its session ended in block \($0)" }
        ?? "\(name) is stopped; it has no session on the ledger"
    }
  }
}
