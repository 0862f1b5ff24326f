// A node under limits of its operator's: who asks too much is told to wait.

import NetworkRoom
import Node
import Primitives
import Testing

@Suite struct RateTests {
  /// Statuses of so many requests, one after the other.
  private func statuses(
    _ count: Int, of path: (Int) -> Address, _ limits: RequestLimits
  ) async throws -> [Int] {
    let test = try TestNode()
    var configuration = test.configuration()
    configuration.limits = limits
    let node = try await Node.start(configuration)
    let client = NodeClient(node.address)
    var seen: [Int] = []
    for index in 0..<count {
      do {
        _ = try await client.account(path(index))
        seen.append(200)
      } catch { seen.append((error as ClientError).problem?.status ?? 0) }
    }
    client.close()
    await node.stop()
    return seen
  }

  @Test func whoAsksTooMuchIsToldToWait() async throws {
    var limits = RequestLimits.standard
    limits.requests = .init(perSecond: 1, atOnce: 3)
    limits.limitsLocal = true
    let seen = try await statuses(8, of: { _ in TestNode.alice.address }, limits)
    #expect(seen.first == 200)
    #expect(seen.contains(429))
  }

  @Test func thisMachineGoesFreeUntilALimitIsNamed() async throws {
    var limits = RequestLimits.standard
    limits.requests = .init(perSecond: 1, atOnce: 3)
    let seen = try await statuses(8, of: { _ in TestNode.alice.address }, limits)
    #expect(seen == [Int](repeating: 200, count: 8))
  }
}
