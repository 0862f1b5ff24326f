// An agent's folder: whose money it spends, its session key, its policy and its log.

import Agents
import Chain
import Glibc
import Kernel
import NetworkRoom
import Node
import Primitives

/// `$TOLSEY_HOME/agents/NAME`. It is all that an agent's process needs, and it holds no key of an
/// account: the key of the account lies in `$TOLSEY_HOME/purses`, with the owner.
struct AgentFolder {
  static let format: UInt64 = 1

  let name: String
  let path: String
  /// The account that pays.
  let account: Address
  let session: PrivateKey
  let wallet: AgentWallet

  init(name: String, path: String, account: Address, session: PrivateKey) {
    self.name = name
    self.path = path
    self.account = account
    self.session = session
    wallet = AgentWallet(folder: path)
  }

  static func path(_ name: String) throws -> String {
    try KeysFolder.check(name)
    return try HomeFolder.folder("agents") + "/" + name
  }

  static func purse(_ name: String) throws -> String {
    try HomeFolder.folder("purses") + "/" + name + KeysFolder.suffix
  }

  /// Makes a folder with fresh keys; an agent of that name must not be there.
  static func make(_ name: String) throws -> (agent: AgentFolder, purse: PrivateKey) {
    let path = try path(name)
    guard !LocalFile.exists(path) else {
      throw Failure(
        .refused, code: "agentExists", "there is an agent named \(name) already",
        hint: "choose another name, or see 'tolsey agent show \(name)'")
    }
    let purse = try KeysFolder.fresh()
    let session = try KeysFolder.fresh()
    try LocalFile.write(
      Array(KeyFile(purse).text.utf8), to: try AgentFolder.purse(name), mode: KeyFile.mode,
      replaces: false)
    try LocalFile.makeFolder(path, mode: 0o700)
    try LocalFile.write(
      Array(KeyFile(session).text.utf8), to: path + "/session.key", mode: KeyFile.mode)
    let facts: JSONValue = [
      "format": .unsigned(format), "account": .string(purse.address.checksummed),
    ]
    try LocalFile.write(
      Array((facts.prettyText + "\n").utf8), to: path + "/agent.json", mode: KeyFile.mode)
    return (
      AgentFolder(name: name, path: path, account: purse.address, session: session), purse
    )
  }

  static func open(_ name: String) throws -> AgentFolder {
    let path = try path(name)
    guard LocalFile.exists(path) else {
      throw Failure(
        .usage, code: "noSuchAgent", "you have no agent named \(name)",
        hint: "make one with 'tolsey agent create \(name) --budget 1.00/day'")
    }
    let facts = try LocalFile.json(path + "/agent.json")
    guard facts["format"]?.uint64 == format,
      let account = facts["account"]?.string.flatMap(Address.init(hex:))
    else {
      throw Failure(
        .refused, code: "badAgent", "\(path)/agent.json says no account",
        hint: "restore it from your backup")
    }
    let session = try KeyFile.open(path + "/session.key").key
    return AgentFolder(name: name, path: path, account: account, session: session)
  }

  /// The key of the account, which only its owner has.
  func purseKey() throws -> PrivateKey {
    let path = try AgentFolder.purse(name)
    guard LocalFile.exists(path) else {
      throw Failure(
        .denied, code: "notTheOwner", "the key of \(name)'s account is not on this machine",
        hint: "do it where the agent was made")
    }
    return try KeyFile.open(path).key
  }
}

extension Failure {
  /// An agent's folder that cannot be used.
  init(_ fault: WalletFault, of agent: AgentFolder) {
    switch fault {
    case .tampered(let line):
      self.init(
        .unverified, code: fault.code,
        line == 0
          ? "the mark of \(agent.name)'s log is no mark"
          : "line \(line) of \(agent.name)'s log is not what was written",
        hint: "stop the agent with 'tolsey agent stop \(agent.name)' and look who was there")
    case .truncated(let lines, let marked):
      self.init(
        .unverified, code: fault.code,
        "\(agent.name)'s log has \(lines) of \(marked) lines",
        hint: "stop the agent with 'tolsey agent stop \(agent.name)' and look who was there")
    case .policy(let refusal):
      let words = RefusalWords(refusal)
      self.init(
        .refused, code: fault.code, "the policy does not hold: \(words.message)",
        hint: "nothing is paid until it does; see 'tolsey agent policy \(agent.name)'")
    case .file(let path, let errno): self = Failure.file(path, "used", errno)
    case .journal(let line):
      self.init(
        .unverified, code: fault.code,
        "line \(line) of a journal of \(agent.name)'s payments is not what was written",
        hint: "stop the agent with 'tolsey agent stop \(agent.name)' and look who was there")
    case .stale:
      self.init(
        .tryAgain, code: fault.code, "a journal of \(agent.name) changed meanwhile",
        hint: "run it again")
    case .inUse:
      self.init(
        .tryAgain, code: fault.code, "another program serves \(agent.name)",
        hint: "point your client at its URL, or stop it")
    case .notWaiting(let number):
      self.init(
        .refused, code: fault.code, "line \(number) of \(agent.name)'s log does not wait",
        hint: "see 'tolsey agent show \(agent.name)'")
    }
  }
}

extension AgentFolder {
  /// One use of the wallet, whose fault becomes words and an exit code.
  func asking<T>(_ body: (AgentWallet) throws(WalletFault) -> T) throws -> T {
    do throws(WalletFault) { return try body(wallet) } catch { throw Failure(error, of: self) }
  }

  /// Decides about an intent, says what it would change, and stops here unless it is allowed.
  func allow(
    _ intent: Intent, balance: Amount, _ console: Console
  ) throws -> UInt64 {
    let now = WallClock().now
    let (decision, number) = try asking { wallet throws(WalletFault) in
      try wallet.decide(intent, now: now)
    }
    switch decision.kind {
    case .allowed:
      let after = Amount(balance.units - min(balance.units, intent.amount.units))
      console.note(
        "\(name) may \(intent.kind.name): \(decision.reason.text); at most "
          + "\(Dollars.text(intent.amount)), of \(Dollars.text(balance)) leaving "
          + "\(Dollars.text(after))")
      return number
    case .asked:
      throw Failure(
        .denied, code: decision.reason.rawValue,
        "\(name) waits for its owner: \(decision.reason.text)",
        hint: "tolsey agent approve \(name) \(number)")
    default:
      throw Failure(
        .denied, code: decision.reason.rawValue, "\(name) may not: \(decision.reason.text)",
        hint: "see 'tolsey agent show \(name)'")
    }
  }
}
