// A test node's own text model, and six providers: an answer that three of them did again.

import Chain
import Foundation
import Kernel
import Market
import NetworkRoom
import Primitives
import Synchronization
import Testing

@testable import Node

/// A tenth of real time, which a test sets forward: nobody is late because a machine is busy.
private final class PatientClock: NodeClock {
  private let begun = WallClock().now.milliseconds
  private let ahead = Mutex<UInt64>(TestNode.start.milliseconds)

  var now: Time {
    Time((WallClock().now.milliseconds - begun) / 10 + ahead.withLock { $0 })
  }

  func leap(seconds: UInt64) { ahead.withLock { $0 += seconds * 1_000 } }
}

/// Sets a clock forward where nothing is left to wait for but time.
private struct Hands {
  let node: Node
  let client: NodeClient
  let clock: PatientClock
  /// So long no block was made: whoever is missing is away, and the market's deadlines end it.
  private static let stillness = Duration.seconds(30)

  /// Until it is cancelled. What it met where nothing moved stands in the log.
  func turn() async throws {
    var height: UInt64 = 0
    var since = ContinuousClock.now
    while !Task.isCancelled {
      try await Task.sleep(for: .milliseconds(50))
      guard let status = try? await client.status() else { continue }
      if status.height != height { (height, since) = (status.height, .now) }
      let isStill = ContinuousClock.now - since > Hands.stillness
      if isStill { await tell(height) }
      let waits = try? await waitsForTime()
      guard isStill || waits == true else { continue }
      clock.leap(seconds: 2)
      // It sleeps for as long as a deadline was away.
      node.producer.kick()
      since = .now
    }
  }

  /// Whether everybody has bid, or shown its bid.
  private func waitsForTime() async throws -> Bool {
    guard try await client.leases().items.isEmpty else { return false }
    var waiting = 0
    for id in try await client.orders().items.map({ OrderID($0.id) }) {
      guard let tender = try await client.order(id).tender else { continue }
      let bids = try await client.bids(of: id).map(\.bid)
      guard bids.count == HouseMarket.providers else { return false }
      switch tender.state {
      case .bidding: waiting += 1
      case .revealing where bids.allSatisfy(\.revealed): waiting += 1
      default: return false
      }
    }
    return waiting > 0
  }

  private func tell(_ height: UInt64) async {
    let orders = try? await client.orders().items.map(\.row)
    let leases = try? await client.leases().items.map(\.row)
    print("No block since \(height): orders \(orders ?? []), leases \(leases ?? [])")
  }
}

@Suite(.serialized) struct CheckedHouseTests {
  private func asked(_ prompt: String, most: Int) -> Utterance {
    var asked = Utterance()
    asked.model = HouseSpeaker.name
    asked.prompt = prompt
    asked.most = most
    asked.seed = 5
    asked.check = "replicated(3)"
    return asked
  }

  /// Two at once, by one account: neither is called over before it has begun.
  @Test func threeProvidersDoEveryTokenAgain() async throws {
    let test = try TestNode()
    let clock = PatientClock()
    let folder = NSTemporaryDirectory() + "tolsey-checked-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await test.run(.clock(clock)) { node, client in
      let house = TestHouse(accounts: [TestNode.alice], sells: true, clock: clock)
      try await house.open(node)
      let speaker = try await house.speaker(
        at: node, created: 7, in: folder, patience: .seconds(900))
      #expect(speaker.checks(of: HouseSpeaker.name).map(\.name) == ["replicated(3)"])
      let hands = Task { try await Hands(node: node, client: client, clock: clock).turn() }
      defer { hands.cancel() }
      async let first = speaker.speak(asked("The hacker", most: 1)) { _ in }
      async let second = speaker.speak(asked("A market", most: 2)) { _ in }
      let (one, other) = try await (first, second)
      let runs = (one.passed?.runs ?? []) + (other.passed?.runs ?? [])
      #expect(Set(runs).count == 3 && one.passed?.name == "replicated(3)")
      for run in runs {
        let text = try await client.get("/api/runs/\(run)")
        #expect(text["settled"] != nil, "\(run)")
      }
      await house.close()
    }
  }

  @Test func withoutAMarketNothingIsChecked() async throws {
    let test = try TestNode()
    try await test.run { node, _ in
      let house = TestHouse(accounts: [TestNode.alice], sells: false)
      let speaker = try await house.speaker(at: node, created: 7, in: "/nowhere")
      #expect(speaker.checks(of: HouseSpeaker.name).isEmpty)
    }
  }
}
