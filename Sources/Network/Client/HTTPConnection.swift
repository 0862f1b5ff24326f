// One kept connection: a request at a time, its reply as one value.

import NIOCore
import NIOHTTP1
import NIOPosix

/// Collects the reply to the one request that is under way.
final class ReplyCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private var promise: EventLoopPromise<HTTPReply>?
  private var reply: HTTPReply?
  private var limit = 0
  /// Whether anything of the reply came: before that a dead connection may be replaced.
  private(set) var hasBegun = false

  func expect(_ promise: EventLoopPromise<HTTPReply>, limit: Int) {
    self.promise = promise
    self.limit = limit
    reply = nil
    hasBegun = false
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      // A hundred is only a promise of the answer.
      guard head.status.code >= 200 else { return }
      hasBegun = true
      reply = HTTPReply(status: Int(head.status.code), headers: head.headers, body: [])
    case .body(let part):
      guard var reply else { return }
      self.reply = nil
      guard reply.body.count + part.readableBytes <= limit else {
        fail(ClientError.garbled("its answer is longer than \(limit) bytes"))
        context.close(promise: nil)
        return
      }
      reply.body.append(contentsOf: part.readableBytesView)
      self.reply = reply
    case .end:
      guard let done = reply, let waiting = promise else { return }
      reply = nil
      promise = nil
      waiting.succeed(done)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(ConnectionLost(hasBegun: hasBegun))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is HTTPParserError {
      fail(ClientError.garbled("it does not speak HTTP"))
    } else {
      fail(ConnectionLost(hasBegun: hasBegun))
    }
    context.close(promise: nil)
  }

  func fail(_ error: any Error) {
    let waiting = promise
    promise = nil
    reply = nil
    waiting?.fail(error)
  }
}

/// The connection ended before its reply did.
struct ConnectionLost: Error {
  var hasBegun: Bool
}

/// A connection with its collector, which lives on the connection's event loop.
struct HTTPConnection: Sendable {
  let channel: any Channel
  private let collector: NIOLoopBound<ReplyCollector>

  static func open(_ node: NodeAddress, timeout: Duration) async throws -> HTTPConnection {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(TimeAmount(timeout))
      .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
      .connect(host: node.host, port: node.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          let collector = ReplyCollector()
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          try channel.pipeline.syncOperations.addHandler(collector)
          return HTTPConnection(
            channel: channel, collector: NIOLoopBound(collector, eventLoop: channel.eventLoop))
        }
      }
  }

  /// Sends a call and waits for the whole reply.
  func send(_ call: HTTPCall, to node: NodeAddress, timeout: Duration) async throws -> HTTPReply {
    let loop = channel.eventLoop
    let reply = loop.flatSubmit { () -> EventLoopFuture<HTTPReply> in
      // It has ended already, so that nobody will say so any more.
      guard channel.isActive else {
        return loop.makeFailedFuture(ConnectionLost(hasBegun: false))
      }
      let promise = loop.makePromise(of: HTTPReply.self)
      let collector = collector.value
      collector.expect(promise, limit: call.replyLimit)
      let timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
        collector.fail(ClientError.unreachable("no answer within \(timeout)"))
        channel.close(promise: nil)
      }
      channel.write(HTTPClientRequestPart.head(call.head(for: node)), promise: nil)
      if !call.body.isEmpty {
        let body = channel.allocator.buffer(bytes: call.body)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
      }
      channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
      promise.futureResult.assumeIsolated().whenComplete { _ in timer.cancel() }
      return promise.futureResult
    }
    return try await withTaskCancellationHandler {
      try await reply.get()
    } onCancel: {
      channel.close(promise: nil)
    }
  }
}
