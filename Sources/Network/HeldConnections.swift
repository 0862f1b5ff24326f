// HTTP/1 whose connections are held as long as their sockets live.

import HummingbirdCore
import Logging
import NIOCore

/// A connection that comes in while the server ends may find nobody to handle it. Its writer would
/// then go away unfinished, which NIO takes for a fault of the program and ends the process. So
/// whoever drops a connection here, it is there until its socket is closed.
struct HeldConnections: ServerChildChannel {
  let base: HTTP1Channel

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    base.setup(channel: channel, logger: logger).map { value in
      channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
      return value
    }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}
