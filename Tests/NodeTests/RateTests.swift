// A node under limits of its operator's: who asks too much is told to wait.

import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct RateTests {
  /// Statuses of so many requests, all at once.
  private func statuses(
    _ count: Int, of address: Address, _ limits: RequestLimits
  ) async throws -> [Int] {
    let test = try TestNode()
    var configuration = test.configuration()
    configuration.limits = limits
    let node = try await Node.start(configuration)
    let client = NodeClient(patient: node.address)
    let seen = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<count {
        group.addTask {
          do {
            _ = try await client.account(address)
            return 200
          } catch { return (error as? ClientError)?.problem?.status ?? 0 }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    client.close()
    await node.stop()
    return seen
  }

  @Test func whoAsksTooMuchIsToldToWait() async throws {
    var limits = RequestLimits.standard
    limits.requests = .init(perSecond: 1, atOnce: 3)
    limits.limitsLocal = true
    // One more each second: of so many some are too many, unless they take minutes.
    let seen = try await statuses(400, of: TestNode.alice.address, limits)
    #expect(seen.contains(200))
    #expect(seen.contains(429))
  }

  @Test func thisMachineGoesFreeUntilALimitIsNamed() async throws {
    var limits = RequestLimits.standard
    limits.requests = .init(perSecond: 1, atOnce: 3)
    let seen = try await statuses(20, of: TestNode.alice.address, limits)
    #expect(seen == [Int](repeating: 200, count: 20))
  }
}
