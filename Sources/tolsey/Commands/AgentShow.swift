// `tolsey agent show` and `log`: what an agent may do, did, and waits for.

import Agents
import ArgumentParser
import Chain
import Kernel
import NetworkRoom
import Node
import Primitives

struct AgentShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show an agent's budget, and what waits for you.")
  static let schema = "agent.show/1"

  @Argument(help: "The agent; without it, all of them.") var name: String?
  @OptionGroup var node: NodeOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    guard let name else { return try list(console) }
    let agent = try AgentFolder.open(name)
    let log = try agent.asking { wallet throws(WalletFault) in try wallet.log() }
    let link = try await node.connect(console)
    let session = try await agent.standing(link)
    let balance = try await agent.balance(link)
    let now = try await link.now().time
    let left = try session?.left(at: now)
    let pending = log.waiting(at: WallClock().now)
    let channels = try agent.asking { wallet throws(WalletFault) in
      try ChannelsJournal.look(wallet).map { ChannelView($0) }
    }
    let data: JSONValue = [
      "name": .string(name), "account": .string(agent.account.checksummed),
      "balance": .unsigned(balance.units), "session": session?.json ?? .null,
      "left": left.map { .unsigned($0.units) } ?? .null,
      "spentToday": .unsigned(log.spent(before: WallClock().now).units),
      "stopped": .bool(log.contains { $0.kind == .stopped }),
      "pending": .array(pending.map(\.json)),
      "channels": .array(channels.map(AgentShow.json)),
    ]
    console.result(Self.schema, data) { paint in
      var fields = TextFields()
      fields.add("agent", .init(name, .strong))
      fields.add("account", .init(agent.account.checksummed, .handle))
      fields.add("balance", .init(Dollars.text(balance)))
      if log.contains(where: { $0.kind == .stopped }) {
        let isClosed = log.contains { $0.kind == .closed }
        fields.add("state", .init(isClosed ? "stopped" : "stopped, and not all is back yet", .bad))
      } else if let session, let left {
        let isOver = session.limits.expires < now
        fields.add("state", isOver ? .init("session ended", .caution) : .init("may spend", .good))
        fields.add("left now", .init(Dollars.text(left)))
        fields.add(
          "spent", .init("\(Dollars.text(session.used)) of \(Dollars.text(session.limits.total))"))
      } else {
        fields.add("state", .init("no session on the ledger", .caution))
      }
      for channel in channels where channel.free > .zero {
        fields.add(
          "in a channel",
          .init(
            "\(Dollars.text(channel.free)) at \(channel.seller), which may take "
              + Dollars.text(channel.atRisk)))
      }
      for entry in pending {
        fields.add("waits", .init("\(entry.number): \(AgentLog.words(entry))", .caution))
      }
      return fields.text(paint)
    }
    if let first = pending.first {
      console.note("answer with 'tolsey agent approve \(name) \(first.number)' or 'deny'")
    }
  }

  /// As it was seen last by who serves the agent.
  private static func json(_ channel: ChannelView) -> JSONValue {
    [
      "id": .string("\(channel.id)"), "seller": .string(channel.seller),
      "payee": .string(channel.payee.checksummed), "free": .unsigned(channel.free.units),
      "atRisk": .unsigned(channel.atRisk.units), "owed": .unsigned(channel.owed),
      "leaving": .bool(channel.isLeaving), "broken": .bool(channel.isBroken),
    ]
  }

  private func list(_ console: Console) throws {
    let names = try LocalFile.names(in: try HomeFolder.folder("agents"))
    let agents = try names.map { try AgentFolder.open($0) }
    let data = agents.map { agent -> JSONValue in
      ["name": .string(agent.name), "account": .string(agent.account.checksummed)]
    }
    console.result(Self.schema, ["agents": .array(data)]) { paint in
      var table = TextTable(.left("agent"), .left("account"))
      for agent in agents {
        table.add(.init(agent.name), .init(agent.account.checksummed, .handle))
      }
      return table.text(paint, empty: "no agents yet; see 'tolsey agent create --help'")
    }
  }
}

struct AgentLog: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show what an agent decided, line by line.",
    discussion: """
      Each line has the hash of the one before, and a mark beside the log says how many there are: \
      a line that was changed or taken out is found, and nothing is paid until it was looked at.
      """)
  static let schema = "agent.log/1"

  @Argument(help: "The agent.") var name: String
  @Flag(help: "Only check it.") var verify = false
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) throws {
    let agent = try AgentFolder.open(name)
    let log = try agent.asking { wallet throws(WalletFault) in try wallet.log() }
    let data: JSONValue = [
      "lines": .unsigned(UInt64(log.count)), "hash": .string("\(log.last?.hash ?? .zero)"),
      "entries": .array(verify ? [] : log.map(\.json)),
    ]
    console.result(Self.schema, data) { paint in
      if verify { return "\(log.count) lines, each follows from the one before" }
      var table = TextTable(.right("line"), .left("time"), .left("what"))
      for entry in log {
        table.add(
          .init("\(entry.number)"), .init(UTC.text(entry.time)), .init(AgentLog.words(entry)))
      }
      return table.text(paint, empty: "nothing was decided yet")
    }
  }

  static func words(_ entry: WalletEntry) -> String {
    let intent = entry.intent
    let what =
      "\(intent.kind.name) \(Dollars.text(intent.amount))"
      + (intent.payee == Address() ? "" : " to \(intent.payee.checksummed)")
      + ", asked by \(intent.origin)"
    switch entry.kind {
    case .allowed, .asked, .denied: return "\(entry.kind.name) \(what) (\(entry.reason))"
    case .approved, .rejected: return "\(entry.kind.name) line \(entry.about): \(what)"
    case .sent: return "sent line \(entry.about): message \(entry.object)"
    case .takenBack: return "took back line \(entry.about), which nobody was shown"
    case .policy: return "policy \(entry.object)"
    case .stopped: return "stopped"
    case .revoked: return "ended the session on the ledger"
    case .closed: return "closed: nothing is left in channels or in the pocket"
    }
  }
}
