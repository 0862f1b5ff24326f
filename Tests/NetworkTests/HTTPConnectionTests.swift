// A connection that ends: whoever waits on it hears so, and whoever comes too late as well.

import NIOCore
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct HTTPConnectionTests {
  /// A node may die between the connection and the call; without a word its caller would wait for
  /// as long as an answer may take.
  @Test func aCallOnAConnectionThatHasEndedFails() async throws {
    try await FakeNode().run { port async throws in
      let node = NodeAddress(host: "127.0.0.1", port: port)
      let connection = try await HTTPConnection.open(node, timeout: .seconds(600))
      try await connection.channel.close()
      await #expect(throws: ConnectionLost.self) {
        try await connection.send(HTTPCall(.GET, "/api"), to: node, timeout: .seconds(1))
      }
    }
  }
}
