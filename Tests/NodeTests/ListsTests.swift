// The lists of a running node: as far as the ledger, after every kind of trouble with their file.

import Archive
import Chain
import Foundation
import Kernel
import NetworkRoom
import Primitives
import Testing

@testable import Node

@Suite struct ListsTests {
  let alice = TestNode.alice
  let bob = TestNode.bob

  /// Alice's line once the lists know the height.
  private func messages(_ node: Node, at height: UInt64) async throws -> UInt64? {
    #expect(await node.services.listed.wait(for: height, upTo: NodeClient.patience))
    let listings = try #require(node.services.listings)
    #expect(try listings.totals().height >= height)
    return try listings.party(alice.address).value?.messages
  }

  @Test func theyFollowEveryBlockAndResume() async throws {
    let test = try TestNode()
    for sequence in 0..<4 as Range<UInt64> {
      try await test.run { node, client async throws in
        let done = try await client.submit(
          test.transfer(1, from: alice, to: bob.address, sequence: sequence))
        #expect(try await messages(node, at: done.height) == sequence + 1)
      }
      // Taken away, spoilt and kept, between two lives of the node.
      let file = test.folder + "/store/listings.sqlite"
      switch sequence {
      case 0: try FileManager.default.removeItem(atPath: file)
      case 1: try Data(repeating: 65, count: 50_000).write(to: URL(filePath: file))
      default: break
      }
    }
  }

  @Test func theyFollowSteps() async throws {
    let test = try TestNode()
    try await test.run(.steps) { node, client async throws in
      let stepper = try #require(node.stepper)
      await stepper.register("alice")
      for sequence in 0..<3 as Range<UInt64> {
        try await client.post(test.transfer(1, from: alice, to: bob.address, sequence: sequence))
        let height = try #require(await stepper.done("alice"))
        #expect(try await messages(node, at: height) == sequence + 1)
      }
      await stepper.leave("alice")
    }
  }

  @Test func theirFullDiskStopsNothingElse() async throws {
    let test = try TestNode()
    var configuration = test.configuration()
    configuration.lists.pageLimit = 4
    let node = try await Node.start(configuration)
    let client = NodeClient(patient: node.address)
    for sequence in 0..<5 as Range<UInt64> {
      let message = test.transfer(1, from: alice, to: bob.address, sequence: sequence)
      #expect(try await client.submit(message).outcome.isDone)
    }
    #expect(node.services.listed.height == 0)
    #expect(node.services.gauges().listed == 0)
    let health = try await client.get("/health")
    #expect(health["ok"]?.bool == true && health["listed"]?.uint64 == 0)
    #expect(try #require(health["behind"]?.uint64) >= 5)
    #expect(node.height >= 5)
    client.close()
    await node.stop()
    try await test.run { node, _ async throws in
      #expect(try await messages(node, at: node.height) == 5)
      let health = try await NodeClient(patient: node.address).get("/health")
      #expect(health["listed"] != nil && health["behind"]?.uint64 == 0)
    }
  }
}
