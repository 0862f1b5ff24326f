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
      let waiting = try? agent.wallet.log().pending.first(where: { $0.number == line }),
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
    commandName: "revoke", abstract: "End an agent's session on the ledger.")
  static let schema = "agent.revoke/1"

  @Argument(help: "The agent.") var name: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let agent = try AgentFolder.open(name)
    let link = try await node.connect(console)
    let settlement = try await agent.revoke(link)
    console.result(Self.schema, Wallet.data(settlement)) { _ in
      "the session of \(name) ended in block \(settlement.height)"
    }
    try await agent.leaveChannels(link, console)
  }
}

struct AgentStop: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop an agent at once and for good: the kill switch.",
    discussion: """
      Its wallet denies everything from now on, and its session is revoked. If no node answers, \
      the first still holds, and the command ends with 69: run it again.
      """)
  static let schema = "agent.stop/1"

  @Argument(help: "The agent.") var name: String
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    let agent = try AgentFolder.open(name)
    // A log that somebody tampered with denies everything as it is.
    var note: Failure?
    do {
      try agent.asking { wallet throws(WalletFault) in
        if try wallet.tally().isStopped { return }
        _ = try wallet.note(.stopped, "owner", now: WallClock().now)
      }
    } catch let failure as Failure { note = failure }
    let link = try await node.connect(console)
    var height: UInt64?
    if try await agent.standing(link) != nil { height = try await agent.revoke(link).height }
    try await agent.leaveChannels(link, console)
    try await agent.emptyPocket(link)
    if let note { throw note }
    let data: JSONValue = [
      "name": .string(name), "height": height.map { .unsigned($0) } ?? .null,
    ]
    console.result(Self.schema, data) { _ in
      height.map { "\(name) is stopped; its session ended in block \($0)" }
        ?? "\(name) is stopped; it has no session on the ledger"
    }
  }
}
