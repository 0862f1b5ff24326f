// Keeps connections to one node open, and hands each call one of them.

import NIOCore
import NIOHTTP1
import Synchronization

/// Idle connections to a node. A call takes one or opens one, and gives it back after its reply.
final class HTTPPool: Sendable {
  /// Idle connections that are kept.
  static let kept = 16

  let node: NodeAddress
  let connectTimeout: Duration
  private let idle = Mutex<[HTTPConnection]>([])

  init(_ node: NodeAddress, connectTimeout: Duration = .seconds(5)) {
    self.node = node
    self.connectTimeout = connectTimeout
  }

  deinit {
    for connection in idle.withLock({ $0 }) { connection.channel.close(promise: nil) }
  }

  func close() {
    let all = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    for connection in all { connection.channel.close(promise: nil) }
  }

  func send(_ call: HTTPCall, timeout: Duration) async throws(ClientError) -> HTTPReply {
    while let connection = idle.withLock({ $0.popLast() }) {
      guard connection.channel.isActive else { continue }
      do {
        return try await send(call, over: connection, timeout: timeout)
      } catch let error as ConnectionLost where !error.hasBegun && call.isRepeatable {
        // The node closed the idle connection just now; a new one tells more.
        break
      } catch { throw HTTPPool.typed(error) }
    }
    let connection = try await open()
    do {
      return try await send(call, over: connection, timeout: timeout)
    } catch { throw HTTPPool.typed(error) }
  }

  private func open() async throws(ClientError) -> HTTPConnection {
    do {
      return try await HTTPConnection.open(node, timeout: connectTimeout)
    } catch { throw .unreachable("nothing answers at \(node)") }
  }

  private func send(
    _ call: HTTPCall, over connection: HTTPConnection, timeout: Duration
  ) async throws -> HTTPReply {
    let reply = try await connection.send(call, to: node, timeout: timeout)
    if reply.headers["Connection"].contains(where: { $0.lowercased() == "close" }) {
      connection.channel.close(promise: nil)
    } else {
      let isKept = idle.withLock { idle in
        guard idle.count < HTTPPool.kept else { return false }
        idle.append(connection)
        return true
      }
      if !isKept { connection.channel.close(promise: nil) }
    }
    return reply
  }

  private static func typed(_ error: any Error) -> ClientError {
    switch error {
    case let error as ClientError: error
    case is ConnectionLost: .unreachable("the connection ended before the answer")
    default: .unreachable("the connection failed")
    }
  }
}
