// A clock for houses whose actors owe something within seconds: nobody is late because a machine is
// busy.

import Chain
import Kernel
import Market
import NetworkRoom
import Primitives
import Synchronization

@testable import Node

/// From the network's beginning a twentieth of real time, which a test sets forward.
final class PatientClock: NodeClock {
  private let begun = WallClock().now.milliseconds
  private let ahead = Mutex<UInt64>(TestNode.start.milliseconds)

  var now: Time {
    Time((WallClock().now.milliseconds - begun) / 20 + ahead.withLock { $0 })
  }

  func leap(seconds: UInt64) { ahead.withLock { $0 += seconds * 1_000 } }
}

/// Sets a clock forward where nothing is left to wait for but time.
struct Hands {
  let node: Node
  let client: NodeClient
  let clock: PatientClock
  /// So long no block was made: whoever is missing is away, and the market's deadlines end it.
  private static let stillness = Duration.seconds(120)

  /// Turns them until the body is over.
  func turning<T>(_ body: () async throws -> T) async throws -> T {
    let task = Task { try await turn() }
    defer { task.cancel() }
    return try await body()
  }

  /// Until it is cancelled. What it met where nothing moved stands in the log.
  private func turn() async throws {
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
