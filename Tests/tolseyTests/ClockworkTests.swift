// A program that stands by while its node goes away and comes back: nothing is lost, or said twice.

import Agents
import Chain
import Foundation
import Kernel
import Logging
import NetworkRoom
import Node
import Primitives
import Synchronization
import Testing

@testable import tolsey

/// A node that is stopped and started again under the same address.
private actor MovingNode {
  static let sum = Amount(1_000_000)
  static let alice = PrivateKey(seed: Array("alice".utf8))
  static let bob = PrivateKey(seed: Array("bob".utf8))

  private let folder: String
  private let genesis: Genesis
  private var node: Node?
  private var port = 0

  init() async throws {
    folder = NSTemporaryDirectory() + "tolsey-moving-" + UUID().uuidString
    var founding = Founding(time: WallClock().now)
    founding.seed = Array("moving".utf8)
    founding.links = 2_048
    founding.funds = [GenesisFund(Self.alice.address, Amount(100_000_000))]
    genesis = try NodeFolder.found(founding, at: folder).genesis
    try await start()
    port = node?.address.port ?? 0
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func start() async throws {
    guard node == nil else { return }
    var log = Logger(label: "test")
    log.logLevel = .critical
    var configuration = NodeConfiguration(folder: folder, log: log)
    configuration.port = port
    node = try await Node.start(configuration)
  }

  func stop() async {
    await node?.stop()
    node = nil
  }

  var address: NodeAddress { get throws { try #require(node?.address) } }

  var transfer: SignedMessage {
    let head = Head(from: Self.alice.address, sequence: 0, validUntil: .never)
    return SignedMessage.signing(
      .transfer(Transfer(head, to: Self.bob.address, Self.sum)), with: Self.alice,
      domain: genesis.domain)
  }
}

/// Says one thing once; before it is handed over, something happens to the node.
private actor Speaker: Reactor {
  nonisolated let address = MovingNode.alice.address
  private let message: SignedMessage
  private let meanwhile: @Sendable () async throws -> Void
  private(set) var reactions = 0
  private(set) var resumed = 0

  init(_ message: SignedMessage, meanwhile: @escaping @Sendable () async throws -> Void) {
    (self.message, self.meanwhile) = (message, meanwhile)
  }

  func resume(through height: UInt64) { resumed += 1 }
  func resync() {}

  func react(to news: BlockNews) async throws -> [SignedMessage] {
    reactions += 1
    guard reactions == 1 else { return [] }
    try await meanwhile()
    return [message]
  }
}

@Suite("A program whose node is away", .serialized)
struct ClockworkTests {
  /// How often it was waited for, and what was said of that.
  private final class Log: Sendable {
    private let said = Mutex<(pauses: Int, warnings: [String])>((0, []))
    var pauses: Int { said.withLock { $0.pauses } }
    var warnings: [String] { said.withLock { $0.warnings } }
    func pause() { said.withLock { $0.pauses += 1 } }
    func warn(_ text: String) { said.withLock { $0.warnings.append(text) } }
  }

  private func play(
    _ node: MovingNode, tries: Int? = nil, resumes: Bool = true,
    meanwhile: @escaping @Sendable (NodeClient, SignedMessage) async throws -> Void,
    pause: @escaping @Sendable () async throws -> Bool
  ) async throws -> (log: Log, speaker: Speaker, refused: [Failure], client: NodeClient) {
    let client = NodeClient(try await node.address, timeout: .seconds(600))
    let message = await node.transfer
    let speaker = Speaker(message) { try await meanwhile(client, message) }
    let log = Log()
    var patience = Patience(warn: { log.warn($0) }, tries: tries)
    patience.pause = {
      log.pause()
      return (try? await pause()) ?? false
    }
    let refused = Mutex<[Failure]>([])
    let clockwork = Clockwork(
      link: NodeLink(client: client), reactor: speaker, resumes: resumes,
      silence: .milliseconds(100))
    try await clockwork.run(
      patience, stop: {}, refused: { failure in refused.withLock { $0.append(failure) } },
      isOver: { _ in await speaker.reactions > 1 })
    return (log, speaker, refused.withLock { $0 }, client)
  }

  @Test(
    "what it had signed when the node went is taken when it comes back", arguments: [true, false])
  func goesBeforeIt(_ resumes: Bool) async throws {
    let node = try await MovingNode()
    let ended = try await play(
      node, resumes: resumes, meanwhile: { _, _ in await node.stop() },
      pause: {
        try await node.start()
        return true
      })
    #expect(ended.log.pauses == 1 && ended.log.warnings.count == 1 && ended.refused.isEmpty)
    // From its first block on it misses none, whether or not it had read what was before.
    #expect(await ended.speaker.resumed == (resumes ? 2 : 1))
    let balance = try await ended.client.account(MovingNode.bob.address).balance
    #expect(balance == MovingNode.sum)
    ended.client.close()
    await node.stop()
  }

  @Test("what the node had taken, and had no time to say so, is not said twice")
  func goesAfterIt() async throws {
    let node = try await MovingNode()
    let ended = try await play(
      node,
      meanwhile: { client, message in
        _ = try await client.submit(message)
        await node.stop()
      },
      pause: {
        try await node.start()
        return true
      })
    #expect(ended.log.pauses == 1 && ended.refused.isEmpty)
    let balance = try await ended.client.account(MovingNode.bob.address).balance
    #expect(balance == MovingNode.sum)
    ended.client.close()
    await node.stop()
  }

  @Test("a buyer gives up after so many tries, and whoever is stopped at once")
  func givesUp() async throws {
    let node = try await MovingNode()
    do {
      _ = try await play(
        node, tries: 3, meanwhile: { _, _ in await node.stop() }, pause: { true })
      Issue.record("it went on without a node")
    } catch let failure as Failure { #expect(failure.status == .unreachable) }
    // Nobody may be there to ask whoever was told to stop a second time.
    #expect(ClockworkRest().limit(of: Patience(warn: { _ in })) == nil)
    let stopping = ClockworkRest()
    stopping.isStopping = true
    #expect(stopping.limit(of: Patience(warn: { _ in })) == Patience.whenStopping)
    #expect(stopping.limit(of: Patience(warn: { _ in }, tries: 3)) == 3)
    try await node.start()
    await #expect(throws: CancellationError.self) {
      _ = try await play(node, meanwhile: { _, _ in await node.stop() }, pause: { false })
    }
  }
}
