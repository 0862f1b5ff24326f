// Stepped time: blocks close by the actors' word, and the same messages give the same blocks.

import Chain
import Kernel
import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct StepTests {
  private func run(_ order: [UInt64]) async throws -> [String] {
    let test = try TestNode()
    return try await test.run(.steps) { node, client async throws in
      let stepper = try #require(node.stepper)
      await stepper.register("alice")
      await stepper.register("bob")
      for lane in order {
        _ = try await client.post(
          test.transfer(
            lane, from: TestNode.alice, to: TestNode.bob.address, sequence: 0,
            lane: UInt8(lane)))
      }
      #expect(node.height == 0)
      async let first = stepper.done("alice")
      async let second = stepper.done("bob")
      #expect(await first == 1)
      #expect(await second == 1)
      let block = try await client.get("/api/blocks/1", atLeast: 1)["block"]
      let ids = (block?["messages"]?.array ?? []).compactMap { $0["id"]?.string }
      #expect(ids == ids.sorted() && ids.count == order.count)
      // Nobody sent anything and no deadline waits: the world is at rest.
      async let third = stepper.done("alice")
      async let fourth = stepper.done("bob")
      #expect(await third == nil)
      #expect(await fourth == nil)
      return ids + [block?["id"]?.string ?? ""]
    }
  }

  @Test func theOrderOfArrivalDoesNotMatter() async throws {
    #expect(try await run([1, 2, 3, 4]) == run([4, 2, 3, 1]))
  }

  @Test func anActorThatLeavesHoldsNobodyUp() async throws {
    let test = try TestNode()
    try await test.run(.steps) { node, client async throws in
      let stepper = try #require(node.stepper)
      await stepper.register("alice")
      await stepper.register("bob")
      _ = try await client.post(
        test.transfer(1, from: TestNode.alice, to: TestNode.bob.address, sequence: 0))
      async let done = stepper.done("alice")
      await stepper.leave("bob")
      #expect(await done == 1)
    }
  }
}
