// Connections that nobody handles: a server that ends must not end the whole program.

import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import NetworkRoom

@Suite struct HeldConnectionsTests {
  private struct Nobody: Error {}

  /// As when a server has ended between accepting a connection and handing it on. Without
  /// `HeldConnections` this ends the process that runs the tests.
  @Test func aConnectionThatIsDroppedEndsQuietly() throws {
    let held = HeldConnections(base: HTTP1Channel { _, _, _ in throw Nobody() })
    let channel = EmbeddedChannel()
    _ = try held.setup(channel: channel, logger: Logger(label: "test")).wait()
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    #expect(channel.isActive)
    _ = try channel.finish(acceptAlreadyClosed: true)
    #expect(!channel.isActive)
  }
}
