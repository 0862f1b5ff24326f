// One request to a seller: its head first, its body as it comes, no redirect, nothing without end.

import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix

/// How much of a seller is taken.
public struct SellerLimits: Hashable, Sendable {
  /// Bytes of one answer.
  public var bytes = 16 << 20
  /// Bytes of a list of models, or of an error.
  public var shortBytes = 256 << 10
  /// A seller that says nothing for so long is silent.
  public var silence = Duration.seconds(300)
  /// An answer is over after this.
  public var whole = Duration.seconds(900)
  public var connecting = Duration.seconds(5)
  /// What is short and answered at once has so long in all.
  public var brief = Duration.seconds(5)
  /// An answer under way is waited for so long when an agent is stopped.
  public var leaving = Duration.seconds(10)

  public init() {}
}

/// A reply whose body is still on its way.
struct SellerReply: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: Pipe
  private let reading: Reading

  init(_ head: HTTPResponseHead, _ body: Pipe, _ reading: Task<Void, Never>) {
    status = Int(head.status.code)
    headers = head.headers
    self.body = body
    self.reading = Reading(reading)
  }

  /// Reads as long as somebody holds this: who takes a reply and forgets it, as a client that is
  /// gone before its answer begins, would leave one waiting for ever who reads for nobody.
  private final class Reading: Sendable {
    private let task: Task<Void, Never>

    init(_ task: Task<Void, Never>) { self.task = task }

    func cancel() { task.cancel() }

    deinit { task.cancel() }
  }

  /// The field, where it is there once.
  func field(_ name: String) -> String? {
    let all = headers[name]
    return all.count == 1 ? all[0] : nil
  }

  /// Reads no further: the connection ends.
  func drop() async {
    reading.cancel()
    await body.abandon()
  }

  /// The whole body, where it is short.
  func collect(_ limit: Int) async throws(SpeechProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      while let part = try await body.next() {
        bytes.append(contentsOf: part.readableBytesView)
        guard bytes.count <= limit else {
          await drop()
          throw SpeechProblem.sellerTooLong
        }
      }
    } catch let problem as SpeechProblem { throw problem } catch { throw .sellerSilent }
    return bytes
  }
}

/// Asks sellers.
struct SellerCall: Sendable {
  var limits = SellerLimits()
  var resolve = PublicAddress.system

  /// For what is short and answered at once, such as lists and receipts.
  var quick: SellerCall {
    var quick = self
    quick.limits.silence = min(limits.silence, limits.brief)
    quick.limits.whole = min(limits.whole, limits.brief)
    return quick
  }

  private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  /// Sends a request and returns when the head of its reply is there. A connection serves one
  /// request: what one seller left in it never meets another answer.
  func send(
    _ method: HTTPMethod, _ path: String, to seller: Seller, body: [UInt8] = [],
    fields: [(name: String, value: String)] = []
  ) async throws(SpeechProblem) -> SellerReply {
    let place = try await PublicAddress.of(seller, within: limits.connecting, resolve)
    var headers = HTTPHeaders([
      ("Host", seller.authority), ("User-Agent", "tolsey"), ("Connection", "close"),
    ])
    for field in fields { headers.add(name: field.name, value: field.value) }
    if method == .POST { headers.add(name: "Content-Length", value: String(body.count)) }
    let head = HTTPRequestHead(
      version: .http1_1, method: method, uri: seller.base + path, headers: headers)
    var parts = [HTTPClientRequestPart.head(head)]
    if !body.isEmpty { parts.append(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
    parts.append(.end(nil))
    let pipe = Pipe()
    let (heads, inlet) = AsyncThrowingStream<HTTPResponseHead, any Error>.makeStream()
    let (limits, request) = (limits, parts)
    let reading = Task {
      do {
        try await SellerCall.withDeadline(limits.whole) {
          let connection = try await SellerCall.open(place, limits)
          try await connection.executeThenClose { inbound, outbound in
            // Who has the whole body may answer and leave before the end of the request is
            // told: what it said is read whatever became of the rest.
            try? await outbound.write(contentsOf: request)
            try await SellerCall.read(inbound, inlet, pipe, limits.bytes)
          }
        }
        await pipe.finish(SpeechProblem.sellerSilent)
      } catch { await pipe.finish(error) }
      inlet.finish(throwing: SpeechProblem.sellerSilent)
    }
    do {
      for try await head in heads { return SellerReply(head, pipe, reading) }
    } catch {}
    reading.cancel()
    throw .sellerSilent
  }

  private static func read(
    _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>,
    _ inlet: AsyncThrowingStream<HTTPResponseHead, any Error>.Continuation, _ pipe: Pipe,
    _ limit: Int
  ) async throws {
    var count = 0
    for try await part in inbound {
      switch part {
      case .head(let head):
        if head.status.code >= 200 { inlet.yield(head) }
      case .body(let bytes):
        count += bytes.readableBytes
        guard count <= limit else { throw SpeechProblem.sellerTooLong }
        try await pipe.put(bytes)
      case .end:
        await pipe.finish()
        return
      }
    }
  }

  private static func open(
    _ place: SocketAddress, _ limits: SellerLimits
  ) async throws -> Connection {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(TimeAmount(limits.connecting))
      .connect(to: place) { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(IdleStateHandler(readTimeout: TimeAmount(limits.silence)))
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(SilentSeller())
          return try Connection(wrappingChannelSynchronously: channel)
        }
      }
  }

  private static func withDeadline(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw SpeechProblem.sellerSilent
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}

/// Closes a connection on which nothing came for a while.
private final class SilentSeller: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }
}

extension SpeechProblem {
  static let sellerSilent = SpeechProblem(
    502, "seller_unreachable", "the seller does not answer, or its answer broke off")
  static let sellerTooLong = SpeechProblem(
    502, "seller_too_long", "the seller's answer is longer than is taken here")
  static let privateSeller = SpeechProblem(
    403, "privateSeller", "that seller lies at a private address, and its owner did not name it")
}
