// A reply that does not end: read part by part, with the reader's own pace.

import NIOCore
import NIOHTTP1
import NIOPosix

/// Closes a connection on which nothing came for a while: a node that lives sends heartbeats.
private final class SilenceWatch: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}

enum HTTPStream {
  private typealias Stream = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  /// Sends a call and hands over the body as it comes, until it ends or `body` says false.
  ///
  /// - Returns: the reply with its body, when the status is not 200.
  static func read(
    _ call: HTTPCall, from node: NodeAddress, silence: Duration,
    _ body: (ByteBuffer) async throws -> Bool
  ) async throws -> HTTPReply? {
    let stream = try await open(node, silence: silence)
    return try await stream.executeThenClose { inbound, outbound in
      try await outbound.write(.head(call.head(for: node)))
      try await outbound.write(.end(nil))
      var failure: HTTPReply?
      for try await part in inbound {
        switch part {
        case .head(let head):
          if head.status != .ok {
            failure = HTTPReply(status: Int(head.status.code), headers: head.headers, body: [])
          }
        case .body(let bytes):
          if failure != nil {
            failure?.body.append(contentsOf: bytes.readableBytesView)
          } else if try await !body(bytes) {
            return nil
          }
        case .end:
          return failure
        }
      }
      return failure
    }
  }

  private static func open(_ node: NodeAddress, silence: Duration) async throws -> Stream {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(.seconds(5))
      .connect(host: node.host, port: node.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(IdleStateHandler(readTimeout: TimeAmount(silence)))
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(SilenceWatch())
          return try Stream(wrappingChannelSynchronously: channel)
        }
      }
  }
}
