// What a connection may do to the server: how many there are of one address, and how long idle.

import NIOCore

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

/// Closes a connection on which nothing moved for a while.
final class IdleCloser: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}
