// A node of a fresh network in a folder of its own, with people who have money.

import Chain
import Foundation
import Kernel
import Logging
import NetworkRoom
import Node
import Primitives

/// Founds, starts and stops nodes, and takes their folder away at the end.
final class TestNode: Sendable {
  static let alice = PrivateKey(seed: Array("alice".utf8))
  static let bob = PrivateKey(seed: Array("bob".utf8))
  static let eve = PrivateKey(seed: Array("eve".utf8))
  static let start = Time(1_800_000_000_000)

  let folder: String
  let network: NodeFolder

  init(terms: Terms = .standard, faucet: Amount = Amount(1_000_000_000)) throws {
    folder = NSTemporaryDirectory() + "tolsey-node-" + UUID().uuidString
    var founding = Founding(time: TestNode.start)
    founding.seed = Array("test".utf8)
    founding.terms = terms
    founding.faucet = faucet
    founding.links = 2048
    founding.funds = [
      GenesisFund(TestNode.alice.address, Amount(100_000_000)),
      GenesisFund(TestNode.bob.address, Amount(100_000_000)),
    ]
    network = try NodeFolder.found(founding, at: folder)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var domain: EIP712.Domain { network.genesis.domain }

  func configuration(_ pace: Pace = .clock(WallClock())) -> NodeConfiguration {
    var log = Logger(label: "test")
    log.logLevel = .critical
    var configuration = NodeConfiguration(folder: folder, log: log)
    configuration.port = 0
    configuration.pace = pace
    return configuration
  }

  /// Runs a node, gives it to the body, and stops it whatever happens.
  func run<T>(
    _ pace: Pace = .clock(WallClock()), faucet: FaucetLimits? = FaucetLimits(),
    _ body: (Node, NodeClient) async throws -> T
  ) async throws -> T {
    var configuration = configuration(pace)
    configuration.faucet = faucet
    let node = try await Node.start(configuration)
    let client = NodeClient(patient: node.address)
    do {
      let result = try await body(node, client)
      client.close()
      await node.stop()
      return result
    } catch {
      client.close()
      await node.stop()
      throw error
    }
  }

  func transfer(
    _ amount: UInt64, from key: PrivateKey, to address: Address, sequence: UInt64,
    lane: UInt8 = 0, validUntil: Time = .never
  ) -> SignedMessage {
    let head = Head(
      from: key.address, lane: lane, sequence: sequence, validUntil: validUntil)
    return SignedMessage.signing(
      .transfer(Transfer(head, to: address, Amount(amount))), with: key, domain: domain)
  }
}

extension NodeClient {
  /// So long a node of a test may take for an answer: it shares the machine with everybody else.
  static let patience = Duration.seconds(600)

  convenience init(patient node: NodeAddress) { self.init(node, timeout: NodeClient.patience) }
}

/// Waits until something is so, as long as anybody can hope; the test says then that it is not.
func until(_ isSo: () async throws -> Bool) async throws {
  let end = ContinuousClock.now + NodeClient.patience
  while try await !isSo(), ContinuousClock.now < end {
    try await Task.sleep(for: .milliseconds(20))
  }
}
