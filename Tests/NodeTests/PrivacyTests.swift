// A secret in input and output, looked for in every byte that a node keeps or hands out.

import Agents
import Chain
import Foundation
import Inference
import Kernel
import Logging
import Market
import NIOHTTP1
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom
@testable import Node

/// Collects what a node writes to its log.
final class LogLines: LogHandler {
  let lines: Mutex<[String]>
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  init() { lines = Mutex([]) }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
  }
}

@Suite struct PrivacyTests {
  let buyer = TestNode.alice
  let provider = TestNode.bob
  let eve = TestNode.eve
  static let inputText = "the patient in bed four has it too, PLANTED-INPUT"
  static let outputText = "discharge on tuesday, PLANTED-OUTPUT"
  let inputKey = SHA256.hash(Array("key of the input".utf8))
  let outputKey = SHA256.hash(Array("key of the output".utf8))

  private var now: Time { WallClock().now }

  /// Every form in which a secret might stand somewhere.
  private func traces() -> [(name: String, bytes: [UInt8])] {
    var found: [(String, [UInt8])] = []
    let plain = [Self.inputText, Self.outputText, "PLANTED"].map { Array($0.utf8) }
    for secret in plain + [inputKey.bytes, outputKey.bytes, buyer.secret.bytes] {
      let hex = Hex.encode(secret).dropFirst(2)
      found.append(("bytes", secret))
      found.append(("hex", Array(hex.utf8)))
      found.append(("capitals", Array(hex.uppercased().utf8)))
      found.append(("base64", Array(Data(secret).base64EncodedString().utf8.dropLast(4))))
    }
    return found
  }

  private func expectNone(in bytes: [UInt8], _ place: String) {
    for trace in traces() where bytes.firstRange(of: trace.bytes) != nil {
      Issue.record("\(place) holds a secret as \(trace.name)")
    }
  }

  private func send(
    _ message: Message, by key: PrivateKey, _ test: TestNode, _ client: NodeClient
  ) async throws -> Bytes32 {
    let sent = try await client.submit(
      SignedMessage.signing(message, with: key, domain: test.domain))
    #expect(sent.outcome.code == "")
    return sent.id
  }

  private func head(_ key: PrivateKey, _ sequence: UInt64) -> Head {
    Head(from: key.address, sequence: sequence, validUntil: .never)
  }

  /// The whole road, with keys published and sealed; nobody is named as reader of anything.
  private func walk(
    _ test: TestNode, _ client: NodeClient
  ) async throws -> (run: RunKey, input: Content, output: Content) {
    let market = NodeMarket(client)
    let network = test.network.genesis.network
    for key in [buyer, provider] {
      var box = Outbox(key, test.network.genesis, next: [:])
      var notice = KeyNotice()
      let time = try await client.status().time
      let news = BlockNews(height: 1, time: time, now: time, events: [])
      let message = try await notice.due(of: key, market, &box, news)
      let outcome = try await client.submit(try #require(message)).outcome
      #expect(outcome.code == "")
      #expect(try await notice.due(of: key, market, &box, news) == nil && notice.isPublished)
    }
    var offer = PostOffer()
    offer.head = head(provider, 1)
    offer.work = "inference"
    offer.spec = InferenceSpec(model: SHA256.hash([1])).encoded
    offer.check = CheckTerms("open")
    offer.rate = Rate(Amount(1_000_000))
    offer.capacity = 1
    let id = OfferID(try await send(.postOffer(offer), by: provider, test, client))
    var take = TakeOffer()
    take.head = head(buyer, 1)
    take.offer = id
    take.input = try await market.shelve(
      try ContentChunks(input: Array(Self.inputText.utf8), key: inputKey), readers: [],
      owner: buyer, at: now)
    take.key = try await market.wrap(
      inputKey, to: provider.address, by: buyer, network: network)
    let taken = try await send(.takeOffer(take), by: buyer, test, client)
    let run = RunKey(LeaseID.of(take: taken), 0)
    // The seat gets the bytes because the ledger names it, and the key because it is sealed to it.
    let key = try #require(take.key.contentKey(of: take.input, for: provider, network: network))
    let opened = await market.open(take.input, as: .input, key: key, reader: provider, at: now)
    #expect(opened == .opened(Array(Self.inputText.utf8)))
    var evidence = SubmitEvidence()
    evidence.head = head(provider, 2)
    evidence.run = run
    let salt = ContentSalt(contentKey: key)
    let output = try await market.shelve(
      try ContentChunks(output: Array(Self.outputText.utf8), salt: salt, key: outputKey),
      readers: [], owner: provider, at: now)
    evidence.evidence = Evidence(output: output, units: 1)
    evidence.key = try await market.wrap(
      outputKey, to: buyer.address, by: provider, network: network)
    let early = await market.open(output, as: .output, key: outputKey, reader: buyer, at: now)
    #expect(early != .opened(Array(Self.outputText.utf8)))
    _ = try await send(.submitEvidence(evidence), by: provider, test, client)
    // The provider named no reader: the buyer gets the output because the ledger names it.
    let got = await market.open(output, as: .output, key: outputKey, reader: buyer, at: now)
    #expect(got == .opened(Array(Self.outputText.utf8)))
    var accept = AcceptRun()
    accept.head = head(buyer, 2)
    accept.run = run
    _ = try await send(.acceptRun(accept), by: buyer, test, client)
    return (run, take.input, output)
  }

  @Test func aPlantedSecretStandsNowhere() async throws {
    let test = try TestNode()
    let log = LogLines()
    var configuration = test.configuration()
    configuration.log = Logger(label: "privacy") { _ in log }
    configuration.log.logLevel = .trace
    let node = try await Node.start(configuration)
    let client = NodeClient(node.address)
    let (run, input, output) = try await walk(test, client)
    try await readEverything(client, run)
    try await strangersGetNothing(client, test, [input.blob, output.blob])
    let receipt = try await client.receipt(of: run.id)
    expectNone(in: receipt, "the receipt")
    client.close()
    await node.stop()
    for line in log.lines.withLock({ $0 }) { expectNone(in: Array(line.utf8), "a log line") }
    var files = 0
    let folder = URL(fileURLWithPath: test.folder)
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = all?.nextObject() as? URL {
      guard let bytes = try? Data(contentsOf: file) else { continue }
      files += 1
      expectNone(in: [UInt8](bytes), file.lastPathComponent)
    }
    // Both blobs, both databases, the genesis and the keys were looked at.
    #expect(files >= 6)
  }

  /// Every page that a reader can ask for about what happened.
  private func readEverything(_ client: NodeClient, _ run: RunKey) async throws {
    let height = try await client.status().height
    var paths = ["/api", "/api/status", "/api/events?after=0&wait=0", "/api/orders", "/api/offers"]
    for index in 1...height { paths.append("/api/blocks/\(index)") }
    for block in try await blocks(client, height) {
      for id in block["messages"]?.array ?? [] {
        guard let name = id.string ?? id["id"]?.string else { continue }
        paths.append("/api/messages/\(name)")
      }
    }
    for key in [buyer, provider] { paths.append("/api/accounts/\(key.address)") }
    paths += ["/api/runs/\(run.id)", "/api/leases/\(run.lease)"]
    var answered = 0
    for path in paths where !path.contains("events") {
      let reply = try await client.pool.send(HTTPCall(.GET, path), timeout: NodeClient.patience)
      if reply.status == 200 { answered += 1 }
      expectNone(in: reply.body, path)
    }
    #expect(answered >= Int(height) + 8)
    for index in 1...height {
      let news = try await NodeMarket(client).block(index)
      for event in news?.events ?? [] { expectNone(in: CBOR.encode(event), "an event") }
    }
  }

  private func blocks(_ client: NodeClient, _ height: UInt64) async throws -> [JSONValue] {
    var found: [JSONValue] = []
    for index in 1...height {
      if let block = try await client.get("/api/blocks/\(index)")["block"] { found.append(block) }
    }
    return found
  }

  private func strangersGetNothing(
    _ client: NodeClient, _ test: TestNode, _ roots: [Bytes32]
  ) async throws {
    for root in roots {
      for stranger in [eve, test.network.operatorKey] {
        await #expect {
          _ = try await client.blob(root, by: stranger, at: now)
        } throws: { ($0 as? ClientError)?.code == "blobForbidden" }
      }
      let reply = try await client.pool.send(
        HTTPCall(.GET, "/api/blobs/\(root)"), timeout: NodeClient.patience)
      #expect(reply.status == 401)
      expectNone(in: reply.body, "an unsigned answer")
    }
  }
}
