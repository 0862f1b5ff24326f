// A disk that runs full: nobody is answered for what is not durable, and nothing is half there.

import Chain
import Kernel
import NetworkRoom
import Primitives
import Synchronization
import Testing

@testable import Node

@Suite struct DiskTests {
  let alice = TestNode.alice
  let bob = TestNode.bob

  @Test func aFullDiskRefusesAndLosesNothing() async throws {
    let test = try TestNode()
    var configuration = test.configuration()
    configuration.store.pageLimit = 24
    let node = try await Node.start(configuration)
    let client = NodeClient(patient: node.address)
    var done: [Settlement] = []
    var refused: Problem?
    while refused == nil, done.count < 500 {
      let next = test.transfer(1, from: alice, to: bob.address, sequence: UInt64(done.count))
      do { done.append(try await client.submit(next, patience: .zero)) } catch {
        refused = error.problem
      }
    }
    #expect(refused?.code == "storeFull" && refused?.status == 503)
    let lost = test.transfer(1, from: alice, to: bob.address, sequence: UInt64(done.count))
    // It is the same for whoever comes next, and for readers the block does not exist.
    let other = test.transfer(1, from: bob, to: alice.address, sequence: 0)
    await #expect {
      try await client.submit(other, patience: .zero)
    } throws: { ($0 as? ClientError)?.code == "storeFull" }
    #expect(try await client.outcome(of: lost.id) == nil)
    #expect(try await client.status().height == done.last?.height)
    // What a block holds is still answered for.
    let first = test.transfer(1, from: alice, to: bob.address, sequence: 0)
    #expect(try await client.submit(first, patience: .zero) == done.first)
    await node.stop()
    try await test.run { _, client async throws in
      let balance = try await client.account(bob.address).balance
      #expect(balance.units == 100_000_000 + UInt64(done.count))
      #expect(try await client.submit(lost).outcome.isDone)
    }
  }

  @Test func aNodeThatCannotWriteSaysThatItIsIll() async throws {
    let test = try TestNode()
    let clock = HandClock()
    var configuration = test.configuration(.clock(clock))
    configuration.store.pageLimit = 24
    let node = try await Node.start(configuration)
    let client = NodeClient(patient: node.address)
    #expect(try await client.get("/health")["ok"]?.bool == true)
    var sequence: UInt64 = 0
    while sequence < 500 {
      let next = test.transfer(1, from: alice, to: bob.address, sequence: sequence)
      do {
        _ = try await client.submit(next, patience: .zero)
      } catch {
        if error.code == "storeFull" { break }
        continue  // A starved machine's silence is no full disk; sent again, it happens once.
      }
      sequence += 1
      clock.move(by: 1)
    }
    // As long as it may be a hiccup it is none.
    clock.move(by: Producer.patience)
    #expect(try await client.get("/health")["ok"]?.bool == true)
    clock.move(by: 1)
    await #expect {
      try await client.get("/health")
    } throws: {
      let problem = ($0 as? ClientError)?.problem
      return problem?.code == "stalled" && problem?.status == 503
    }
    client.close()
    await node.stop()
    try await test.run { _, client async throws in
      #expect(try await client.get("/health")["ok"]?.bool == true)
    }
  }
}

/// A clock that stands still until somebody moves it.
private final class HandClock: NodeClock {
  private let time = Mutex(TestNode.start.milliseconds)

  var now: Time { Time(time.withLock { $0 }) }

  func move(by milliseconds: UInt64) { time.withLock { $0 += milliseconds } }
}
