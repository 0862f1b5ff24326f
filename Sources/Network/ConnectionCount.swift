// What a connection may do to the server: how many there are of one address, and how long idle.

import NIOCore
import NIOHTTPTypes

/// Ends a connection beyond those that one address may hold.
final class ConnectionCount: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let rates: RateGuard
  private var counted: Peer?

  init(_ rates: RateGuard) { self.rates = rates }

  func channelActive(context: ChannelHandlerContext) {
    let peer = Peer(context.channel)
    guard rates.open(peer) else {
      context.close(promise: nil)
      return
    }
    counted = peer
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    if let counted { rates.close(counted) }
    counted = nil
    context.fireChannelInactive()
  }
}

/// Closes a connection on which nothing moved for a while. Who has sent all of a request waits for
/// its answer as long as that takes: it may be paid, and whoever is cut off asks for it again.
final class IdleCloser: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Requests that are whole and whose answers are not.
  private var unanswered = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .end = unwrapInboundIn(data) { unanswered += 1 }
    context.fireChannelRead(data)
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
    context.write(data, promise: promise)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is IdleStateHandler.IdleStateEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    // Who takes nothing of what was written does not wait for an answer.
    if unanswered > 0, context.channel.isWritable { return }
    context.close(promise: nil)
  }
}
