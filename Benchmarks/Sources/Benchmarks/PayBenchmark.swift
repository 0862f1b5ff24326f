// Text by vouchers beside the same route unpaid, and x402's own server beside ours.

import Chain
import Foundation
import Kernel
import Logging
import NetworkRoom
import Payments
import Primitives
import Synchronization

struct PayBenchmark {
  let root: String
  let python: String
  var asked = 20_000
  /// Channels that are open at once when all of them are claimed.
  var open = 100_000
  /// Clients, each with a connection and a channel of its own.
  static let clients = 32
  static let price: UInt64 = 100
  /// Requests to the peer; it answers some hundred a second.
  static let peerAsked = 640

  func run(_ report: Report) throws {
    report.section(
      "Pay (\(asked) completions of nothing, \(Self.clients) connections; each paid one by a"
        + " voucher of \(Self.price) millionths, charged on the disk, with a signed receipt)")
    let folder = try ScratchFolder()
    let shop = PayShop()
    let vouchers = shop.requests(asked, clients: Self.clients)
    let free = try shop.start(nil)
    let plain = PayShop.unpaid
    let unpaid = try measure(free, asked) { _ in plain }
    try shop.stop(free)
    let paid = try sell(shop, vouchers, journal: folder.path + "/channels")
    let named = try sell(shop, vouchers, journal: folder.path + "/named", namesKey: true)
    report.add("unpaid", unpaid.rate, "/s")
    report.add(
      "paid", paid.rate, "/s", ratio: paid.rate / unpaid.rate, of: "the same route unpaid")
    report.add("of the unpaid rate", paid.rate / unpaid.rate * 100, "%", goal: .atLeast(30))
    report.add(
      "a second of processor time, client too", paid.perProcessorSecond, "paid requests",
      ratio: paid.perProcessorSecond / unpaid.perProcessorSecond, of: "those unpaid")
    report.add(
      "the same, receipts signed by an Ed25519 key", named.perProcessorSecond, "paid requests",
      ratio: named.perProcessorSecond / unpaid.perProcessorSecond, of: "those unpaid")
    report.add(
      "paid, receipts signed by an Ed25519 key", named.rate, "/s",
      ratio: named.rate / unpaid.rate, of: "the same route unpaid")
    for (whose, sold) in [("provider's", paid), ("Ed25519", named)] {
      report.add(
        "a second of the seller's alone, receipts by the \(whose) key", sold.perServerSecond,
        "paid requests", ratio: sold.perServerSecond / unpaid.perServerSecond, of: "those unpaid")
    }
    for share in [0.5, 0.99] {
      let name = "payment adds, percentile \(Int(share * 100))"
      report.add(name, paid.late(share) - unpaid.late(share), "ms")
    }
    try beside(report, shop, paid.rate)
    try claimAll(report)
    try ClaimsBenchmark(channels: open).run(report)
  }

  private func sell(
    _ shop: PayShop, _ vouchers: [String], journal: String, namesKey: Bool = false
  ) throws -> LoadClient.Result {
    let door = try shop.start(try shop.gate(journal: journal, namesKey: namesKey))
    let paid = try measure(door, asked, field: "tolsey-receipt: ") { vouchers[$0] }
    try shop.stop(door)
    return paid
  }

  private func measure(
    _ server: Server, _ count: Int, field: String? = nil,
    _ request: @escaping @Sendable (Int) -> String
  ) throws -> LoadClient.Result {
    var client = LoadClient(port: server.address.port)
    client.field = field
    client.connections = Self.clients
    return try client.send(count, request)
  }

  // MARK: - The peer

  /// The same vouchers, in the same order of each channel, at x402's own server.
  private func beside(_ report: Report, _ shop: PayShop, _ rate: Double) throws {
    let process = Process()
    let (told, port) = (Pipe(), 20_000 + Int(getpid()) % 20_000)
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      root + "/Benchmarks/peers/x402_peer.py", "\(port)", "\(PayShop.chainID)",
      "\(shop.key.secret)", "86400", "\(Self.price)",
    ]
    process.standardOutput = told
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    guard !told.fileHandleForReading.availableData.isEmpty else {
      return report.note("x402's server does not start with \(python): not compared")
    }
    let requests = shop.requests(Self.peerAsked, clients: Self.clients)
    var client = LoadClient(port: port)
    client.connections = Self.clients
    let peer = try client.send(Self.peerAsked) { requests[$0] }
    report.add("x402's FastAPI server, the same vouchers, no disk, no receipt", peer.rate, "/s")
    report.add("ours is faster", rate / peer.rate, "×", goal: .atLeast(20))
  }

  // MARK: - Many channels

  /// Every channel owes one call; all of them are claimed.
  private func claimAll(_ report: Report) throws {
    let shop = PayShop()
    let requests = shop.requests(open, clients: open)
    let (before, gate) = (Machine.residentMegabytes(), try shop.gate(journal: nil))
    let door = try shop.start(gate)
    _ = try measure(door, open) { requests[$0] }
    let held = (Machine.residentMegabytes() - before) * 1e6
    report.add("\(open) open channels, memory", held / Double(open), "B/channel")
    let watch = Stopwatch()
    try awaited { await gate.claimAll() }
    report.add("claimed, messages of 512, without the ledger's part", watch.seconds, "s")
    report.note("\(shop.node.claims.withLock { $0 }) messages")
    try shop.stop(door)
  }
}

/// A seller of nothing, its buyers, and a ledger in which every channel is full.
private struct PayShop {
  static let chainID: UInt64 = 7
  let key = PrivateKey(seed: Array("seller".utf8))
  /// One of many: each client's own, of the hundred thousand one for some.
  private static let buyers = (0..<64).map { PrivateKey(seed: Array("buyer \($0)".utf8)) }
  let node = FullChannels()

  private var escrow: EIP712.Domain { BatchEscrow.domain(chainId: UInt256(Self.chainID)) }

  static let body = #"{"model":"none","prompt":"x","max_tokens":4}"#
  static let head =
    "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    + "Content-Length: \(body.utf8.count)\r\n"
  static var unpaid: String { head + "\r\n" + body }

  func gate(journal: String?, namesKey: Bool = false) throws -> ChannelGate {
    let desk = ReceiptDesk(
      key: key, network: Bytes32(words: 1, 2, 3, 4), chainID: Self.chainID, namesKey: namesKey)
    var terms = ChannelTerms()
    // Nobody claims while it is measured.
    (terms.target, terms.most, terms.runs) = (Amount(.max), Amount(.max), 1 << 40)
    return ChannelGate(
      desk: desk, node: node, terms: terms, journal: try journal.map { try ChannelJournal($0) },
      now: { 1_800_000_000 })
  }

  func start(_ channels: ChannelGate?) throws -> Server {
    var price: SpeechPrice?
    if let channels {
      price = SpeechPrice(
        Amount(PayBenchmark.price), per: .call, payTo: key.address, chainID: Self.chainID,
        gate: PaymentGate(settler: NoSettler(), channels: channels))
      price?.atOnce = 4_096
    }
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    let (own, quiet) = (price, logger)
    return try awaited {
      try await Server.start(Nothing(), price: own, host: "127.0.0.1", port: 0, log: quiet)
    }
  }

  func stop(_ server: Server) throws {
    try awaited { await server.stop(grace: .seconds(1)) }
  }

  /// Requests with their vouchers. Request n is sent by client n mod `clients`, on its channel.
  func requests(_ count: Int, clients: Int) -> [String] {
    let made = Mutex([String](repeating: "", count: count))
    DispatchQueue.concurrentPerform(iterations: min(clients, 64)) { part in
      for client in stride(from: part, to: clients, by: min(clients, 64)) {
        let (channel, buyer) = (channel(UInt64(client)), buyer(UInt64(client)))
        for (turn, number) in stride(from: client, to: count, by: clients).enumerated() {
          let request = request(channel, buyer, sum: UInt64(turn + 1) * PayBenchmark.price)
          made.withLock { $0[number] = request }
        }
      }
    }
    return made.withLock { $0 }
  }

  private func channel(_ number: UInt64) -> ChannelConfig {
    var config = ChannelConfig()
    config.payer = buyer(number).address
    config.payerAuthorizer = config.payer
    config.receiver = key.address
    config.receiverAuthorizer = key.address
    config.token = DollarToken.address
    config.withdrawDelay = (try? UInt40(86_400)) ?? UInt40()
    config.salt = Bytes32(words: 0, 0, 0, number)
    return config
  }

  private func buyer(_ client: UInt64) -> PrivateKey {
    PayShop.buyers[Int(client) % PayShop.buyers.count]
  }

  private func request(_ config: ChannelConfig, _ buyer: PrivateKey, sum: UInt64) -> String {
    let id = config.id(escrow)
    let signature = buyer.sign(digest: Voucher(id, Amount(sum)).digest(domain: escrow))
    let accepted = """
      {"scheme":"batch-settlement","network":"eip155:\(Self.chainID)",\
      "asset":"\(DollarToken.address.checksummed)","amount":"\(PayBenchmark.price)",\
      "payTo":"\(key.address.checksummed)","maxTimeoutSeconds":300,"extra":{\
      "name":"\(DollarToken.name)","version":"\(DollarToken.version)",\
      "receiverAuthorizer":"\(key.address.checksummed)","withdrawDelay":86400,"minDeposit":"1000"}}
      """
    let payload = """
      {"type":"voucher","channelConfig":{"payer":"\(config.payer.checksummed)",\
      "payerAuthorizer":"\(config.payerAuthorizer.checksummed)",\
      "receiver":"\(config.receiver.checksummed)",\
      "receiverAuthorizer":"\(config.receiverAuthorizer.checksummed)",\
      "token":"\(config.token.checksummed)","withdrawDelay":86400,"salt":"\(config.salt)"},\
      "voucher":{"channelId":"\(id)","maxClaimableAmount":"\(sum)",\
      "signature":"\(Hex.encode(signature.bytes))"}}
      """
    let document = #"{"x402Version":2,"accepted":\#(accepted),"payload":\#(payload)}"#
    let header = Data(document.utf8).base64EncodedString()
    return Self.head + "PAYMENT-SIGNATURE: \(header)\r\n\r\n" + Self.body
  }
}

/// Says the same at once.
private struct Nothing: Speaker {
  let models = [SpokenModel(name: "none", created: 0, owner: "benchmark")]

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    try await emit("so it is")
    return Spoken(promptTokens: 1, completionTokens: 3, stopped: true)
  }
}

private struct NoSettler: PaymentSettler {
  func verify(_ request: FacilitatorRequest) async throws -> PaymentVerdict {
    PaymentVerdict(.failed, payer: nil)
  }

  func settle(_ request: FacilitatorRequest) async throws -> PaymentOutcome {
    PaymentOutcome(.failed, payer: nil, network: "")
  }

  func verify(body: JSONValue) async throws -> JSONValue { .null }

  func settle(body: JSONValue) async throws -> JSONValue? { nil }

  func sealed(_ transaction: Bytes32) async throws -> SealedMessage? { nil }
}

private final class FullChannels: ChannelNode {
  let claims = Mutex(0)

  func standings(of channels: [Bytes32]) async throws -> [ChannelStanding?] {
    channels.map { _ in ChannelStanding(balance: Amount(1 << 50), claimed: .zero) }
  }

  func deposit(
    _ payload: JSONValue, _ offer: PaymentRequirements
  ) async throws -> DepositAnswer { DepositAnswer(.failed) }

  func claim(_ claims: [VoucherClaim], root: Bytes32) async throws -> ChannelSending {
    self.claims.withLock { $0 += 1 }
    return .done(root)
  }

  func refund(
    _ channel: Bytes32, _ amount: Amount, nonce: UInt64
  ) async throws -> ChannelSending { .unknown }

  func bond(behind door: Address) async throws -> DoorBond? { nil }

  func open(_ opening: RunOpening) async throws -> ChannelSending { .unknown }

  func height() async throws -> UInt64 { 0 }

  func watch(
    after height: UInt64, _ seen: @escaping @Sendable (Bytes32) async -> Void
  ) async throws {}
}
