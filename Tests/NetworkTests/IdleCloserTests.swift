// When a connection on which nothing moves is closed: not while a payment waits for its answer.

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import NetworkRoom

@Suite struct IdleCloserTests {
  private let idle = IdleStateHandler.IdleStateEvent.all

  private func channel() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(handler: IdleCloser())
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private func ask(_ channel: EmbeddedChannel, whole: Bool = true) throws {
    let head = HTTPRequest(method: .post, scheme: nil, authority: "x", path: "/")
    try channel.writeInbound(HTTPRequestPart.head(head))
    if whole { try channel.writeInbound(HTTPRequestPart.end(nil)) }
  }

  private func answer(_ channel: EmbeddedChannel) throws {
    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
  }

  private func passTime(_ channel: EmbeddedChannel) {
    channel.pipeline.fireUserInboundEventTriggered(idle)
    channel.embeddedEventLoop.run()
  }

  @Test func whoeverWaitsForAnAnswerIsNotIdle() throws {
    let channel = try channel()
    try ask(channel)
    for _ in 0..<100 { passTime(channel) }
    #expect(channel.isActive)
    // A second request on it, sent before the first is answered, waits as well.
    try ask(channel)
    try answer(channel)
    passTime(channel)
    #expect(channel.isActive)
    try answer(channel)
    passTime(channel)
    #expect(!channel.isActive)
  }

  @Test func halfARequestWaitsForNothing() throws {
    let channel = try channel()
    try ask(channel, whole: false)
    passTime(channel)
    #expect(!channel.isActive)
  }

  @Test func whoTakesNothingDoesNotWait() throws {
    let channel = try channel()
    try ask(channel)
    channel.isWritable = false
    passTime(channel)
    #expect(!channel.isActive)
  }

  @Test func whoAsksNothingIsIdle() throws {
    let channel = try channel()
    passTime(channel)
    #expect(!channel.isActive)
  }
}
