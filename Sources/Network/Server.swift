// The HTTP server of a node: it binds a port, answers until it is told to stop, and drains.

import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Serves the API on one port.
public final class Server: Sendable {
  /// Where it listens, the port being the real one.
  public let address: NodeAddress
  private let group: ServiceGroup
  private let running: Task<Void, any Error>

  /// Connections that are idle, or whose reader takes nothing, end after this.
  static let idleLimit = TimeAmount.seconds(60)

  private init(address: NodeAddress, group: ServiceGroup, running: Task<Void, any Error>) {
    self.address = address
    self.group = group
    self.running = running
  }

  /// Binds and begins to answer; port 0 takes any free one.
  public static func start(
    _ services: NodeServices, host: String, port: Int, pages: (any Pages)? = nil, log: Logger
  ) async throws -> Server {
    let api = API(node: services, log: log)
    return try await start(
      Dispatcher(api: api, pages: pages), api.rates, host: host, port: port, log: log)
  }

  /// The same for OpenAI's clients: a server of its own, for whoever speaks. With a price every
  /// answer is paid by x402.
  public static func start(
    _ speaker: any Speaker, price: SpeechPrice? = nil, limits: RequestLimits = RequestLimits(),
    speech: SpeechLimits = SpeechLimits(), host: String, port: Int, log: Logger
  ) async throws -> Server {
    let rates = RateGuard(limits)
    let door = SpeechDoor(
      speaker: speaker, rates: rates, log: log, price: price, limits: speech)
    return try await start(door, rates, host: host, port: port, log: log)
  }

  /// The same for runs that are paid one by one.
  public static func start(
    _ seller: any RunSeller, till: RunTill, limits: RequestLimits = RequestLimits(),
    host: String, port: Int, log: Logger
  ) async throws -> Server {
    let rates = RateGuard(limits)
    let door = RunDoor(seller: seller, till: till, rates: rates, log: log)
    return try await start(door, rates, host: host, port: port, log: log)
  }

  static func start(
    _ responder: some HTTPResponder<APIContext>, _ rates: RateGuard, host: String, port: Int,
    log: Logger
  ) async throws -> Server {
    let bound = Bound()
    let connections = HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        ConnectionCount(rates), IdleStateHandler(allTimeout: idleLimit),
        IdleCloser(),
      ], idleTimeout: nil,
      // Fields of a request: one, all of them, how many.
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 128))
    let application = Application(
      responder: responder,
      server: HTTPServerBuilder {
        HeldConnections(base: HTTP1Channel(responder: $0, configuration: connections))
      },
      configuration: .init(address: .hostname(host, port: port), serverName: "tolsey"),
      onServerRunning: { bound.resolve(.success($0.localAddress?.port ?? port)) }, logger: log)
    let group = ServiceGroup(
      configuration: .init(services: [application], gracefulShutdownSignals: [], logger: log))
    let running = Task {
      do {
        try await group.run()
        bound.resolve(.failure(ServerError.stopped))
      } catch {
        bound.resolve(.failure(error))
        throw error
      }
    }
    do {
      let real = try await bound.value()
      return Server(
        address: NodeAddress(host: host, port: real), group: group, running: running)
    } catch { throw ServerError(error, host: host, port: port) }
  }

  /// Takes no more connections, finishes the requests under way, and returns. What still runs
  /// after the grace is cut off.
  public func stop(grace: Duration = .seconds(5)) async {
    await group.triggerGracefulShutdown()
    let guardian = Task {
      try await Task.sleep(for: grace)
      running.cancel()
    }
    _ = await running.result
    guardian.cancel()
  }
}

/// Why a server does not run.
public enum ServerError: Error, Hashable, Sendable {
  case portTaken(Int)
  /// Binding it is not allowed to this user.
  case notAllowed(Int)
  case badHost(String)
  case failed(String)
  case stopped

  init(_ error: any Error, host: String, port: Int) {
    switch error {
    case let error as ServerError: self = error
    case let error as IOError where error.errnoCode == EADDRINUSE: self = .portTaken(port)
    case let error as IOError where error.errnoCode == EACCES: self = .notAllowed(port)
    case let error as IOError where error.errnoCode == EADDRNOTAVAIL: self = .badHost(host)
    case is SocketAddressError: self = .badHost(host)
    default: self = .failed("\(error)")
    }
  }

  /// Stable and camel-cased.
  public var code: String {
    switch self {
    case .portTaken: "portTaken"
    case .notAllowed: "portNotAllowed"
    case .badHost: "badHost"
    case .failed, .stopped: "serverFailed"
    }
  }

  public var message: String {
    switch self {
    case .portTaken(let port): "port \(port) is taken"
    case .notAllowed(let port): "port \(port) may not be opened by this user"
    case .badHost(let host): "\(host) is no address of this machine"
    case .failed(let why): "the server failed: \(why)"
    case .stopped: "the server stopped"
    }
  }

  public var hint: String {
    switch self {
    case .portTaken: "stop who listens there, or choose another with --port"
    case .notAllowed: "choose a port above 1023 with --port"
    case .badHost: "choose another with --host"
    case .failed, .stopped: "look at the node's log"
    }
  }
}

/// The outcome of binding, awaited once and resolved at most once with effect.
private final class Bound: Sendable {
  private struct Inside {
    var result: Result<Int, any Error>?
    var waiter: CheckedContinuation<Int, any Error>?
  }

  private let inside = Mutex(Inside())

  func resolve(_ result: Result<Int, any Error>) {
    let waiter = inside.withLock { inside -> CheckedContinuation<Int, any Error>? in
      guard inside.result == nil else { return nil }
      inside.result = result
      defer { inside.waiter = nil }
      return inside.waiter
    }
    waiter?.resume(with: result)
  }

  func value() async throws -> Int {
    try await withCheckedThrowingContinuation { continuation in
      let known = inside.withLock { inside -> Result<Int, any Error>? in
        if inside.result == nil { inside.waiter = continuation }
        return inside.result
      }
      if let known { continuation.resume(with: known) }
    }
  }
}
