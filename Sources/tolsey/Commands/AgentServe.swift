// `tolsey agent serve`: a base URL for OpenAI's clients that pays, and its owner's pages.

import Agents
import ArgumentParser
import Kernel
import NetworkRoom
import Node
import Primitives

struct AgentServe: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve a base URL that pays what the agent's policy allows.",
    discussion: """
      Point an unchanged client of OpenAI at the URL that is printed. What sellers ask for, by \
      x402, is decided about by the agent's policy and paid out of its pocket, which the agent's \
      session fills under the ledger's cap. The first payment to a seller and large ones wait: the \
      owner answers at the second URL that is printed, or with 'tolsey agent approve'. Every \
      program of this machine can use the base URL. Sellers are those that --seller names; without \
      it the node itself, where it sells text as that of 'tolsey up' does, and those that its \
      discovery lists, at public addresses only. They are asked over http.
      """)
  static let schema = "agent.serve/1"

  @Argument(help: "The agent; else the only one.") var name: String?
  @Option(
    help: "The base URL of a seller, as http://host:4070/v1, or one of its resources.")
  var seller: [String] = []
  @Flag(help: "Ask those that the node's discovery lists, too.") var discover = false
  @Option(help: "The address to listen at.") var host = "127.0.0.1"
  @Option(help: "The port; 0 takes any free one.") var port = 4072
  @Flag(help: "Let programs of other machines spend, too: needed for a --host that they reach.")
  var anybody = false
  @Option(
    help: "Another name by which clients know this door; other names than its own are refused.")
  var knownAs: [String] = []
  @Flag(
    inversion: .prefixedNo,
    help: "Whether sellers that take vouchers get one deposit and a voucher an answer.")
  var channels = true
  @OptionGroup var node: NodeOptions
  @OptionGroup var logging: LogOptions
  @OptionGroup var global: GlobalOptions

  func run(on console: Console) async throws {
    guard anybody || Server.isLoopback(host) else {
      throw Failure(
        .usage, code: "notLoopback", "programs of other machines reach \(host) and would spend",
        hint: "leave --host away, or say --anybody if that is what you want")
    }
    let agent = try AgentFolder.named(name)
    _ = try agent.asking { wallet throws(WalletFault) in try wallet.policy() }
    let link = try await node.connect(console)
    let pocket = try await AgentPocket(agent, link)
    let secret = try KeysFolder.fresh().secret
    var options = AgentDoorOptions(name: agent.name, sellers: try sellers(link), secret: secret)
    options.names = [host] + knownAs
    options.usesChannels = channels
    if discover || seller.isEmpty { options.discovery = discovery(link, pocket.chainID) }
    let clock: @Sendable () -> Time = { WallClock().now }
    let teller = try agent.asking { wallet throws(WalletFault) in
      try Teller(wallet, pocket, clock: clock)
    }
    let stops = StopSignals.stream()
    let server: Server
    do {
      server = try await Server.start(
        teller, options, clock: clock, host: host, port: port, log: logging.logger(console))
    } catch let error as ServerError {
      throw Failure(.unreachable, code: error.code, error.message, hint: error.hint)
    }
    let url = "\(server.address)/v1"
    let owner = "\(server.address)\(options.ownerPath)"
    let data: JSONValue = [
      "event": "ready", "url": .string(url), "name": .string(agent.name),
      "account": .string(agent.account.checksummed),
      "pocket": .string(pocket.address.checksummed), "owner": .string(owner),
    ]
    console.event(Self.schema, data) { paint in
      "\(paint(.handle, url)) pays for \(agent.name), within its policy; ctrl-c stops it\n"
        + "its owner answers at \(paint(.handle, owner))"
    }
    console.note("that address is shown once; whoever has it answers for you")
    let keeper = ChannelKeeper(teller)
    let keeping = Task { await keeper.run() }
    for await _ in stops { break }
    await server.stop()
    keeping.cancel()
    await keeping.value
    let left = await keeper.close()
    guard left > .zero else { return }
    console.note(
      "\(Dollars.text(left)) lie in channels and come back when their delays are over; "
        + "'tolsey agent stop \(agent.name)' takes what is there then")
  }

  private func sellers(_ link: NodeLink) throws -> [Seller] {
    // The node is the owner's choice, wherever it lies.
    if seller.isEmpty, let own = Seller("\(link.client.node)/v1", isNamed: true) { return [own] }
    return try seller.map { text in
      guard let seller = Seller(text, isNamed: true) else {
        throw Failure(
          .usage, code: "badSeller", "\(text.harmless) is no URL of a seller",
          hint: text.hasPrefix("https://")
            ? "there is no TLS here; let a proxy of yours have it, and name its http URL"
            : "a seller is named like http://127.0.0.1:4070/v1")
      }
      return seller
    }
  }

  /// What was paid through the node's facilitator: what anybody let himself be found by.
  private func discovery(
    _ link: NodeLink, _ chainID: UInt64
  ) -> @Sendable () async -> [ListedSeller] {
    {
      let path =
        "/x402/discovery/resources?scheme=exact&network=eip155%3A\(chainID)&limit=100"
      let found = try? await link.client.get(path)
      return (found?["items"]?.array ?? []).compactMap { ListedSeller($0) }
    }
  }
}
