// A node as a program sees it: typed calls over the HTTP API.

public import Chain
public import Kernel
import NIOHTTP1
public import Primitives
import Synchronization

/// Talks to one node. It keeps connections open and nothing else, so one is enough for a program.
public final class NodeClient: Sendable {
  public let node: NodeAddress
  let pool: HTTPPool
  /// How long an answer may take; a message waits for its block within it.
  let timeout: Duration
  private let known = Mutex<Genesis?>(nil)

  public init(_ node: NodeAddress, timeout: Duration = .seconds(30)) {
    self.node = node
    self.timeout = timeout
    pool = HTTPPool(node)
  }

  /// Closes idle connections; calls under way end with theirs.
  public func close() { pool.close() }

  /// The genesis of the node's network, read once. Its hash is the network's id.
  public func genesis() async throws(ClientError) -> Genesis {
    if let genesis = known.withLock({ $0 }) { return genesis }
    let json = try await get("/api/genesis")
    let genesis = try decoding { () throws(Refusal) in
      let genesis = try Genesis(json: json)
      try genesis.check()
      return genesis
    }
    known.withLock { $0 = genesis }
    return genesis
  }
}

// MARK: - Calls

extension NodeClient {
  /// Any JSON of the API. `atLeast` waits until the node has reached that height.
  public func get(
    _ path: String, atLeast height: UInt64? = nil
  ) async throws(ClientError) -> JSONValue {
    var path = path
    if let height { path += (path.contains("?") ? "&" : "?") + "at-least=\(height)" }
    return try json(try await send(HTTPCall(.GET, path)))
  }

  func send(_ call: HTTPCall) async throws(ClientError) -> HTTPReply {
    let reply = try await pool.send(call, timeout: timeout)
    guard (200..<300).contains(reply.status) else { throw NodeClient.refused(reply) }
    return reply
  }

  static func refused(_ reply: HTTPReply) -> ClientError {
    if let json = try? JSONValue(parsing: reply.body), let problem = Problem(json: json) {
      return .refused(problem)
    }
    return .garbled("status \(reply.status) without a problem")
  }

  func json(_ reply: HTTPReply) throws(ClientError) -> JSONValue {
    try decoding { () throws(Refusal) in
      try JSONValue(parsing: reply.body, limit: 80 << 20)
    }
  }

  /// What cannot be read was not sent by a node.
  func decoding<T>(_ body: () throws(Refusal) -> T) throws(ClientError) -> T {
    do throws(Refusal) { return try body() } catch {
      throw .garbled("its answer cannot be read: \(error.code)")
    }
  }

  func field<T>(_ value: T?, _ name: String) throws(ClientError) -> T {
    guard let value else { throw .garbled("its answer has no \(name)") }
    return value
  }

  func row<Row: Fielded>(
    _ type: Row.Type, _ json: JSONValue?
  ) throws(ClientError) -> Row? {
    guard let json else { return nil }
    return try decoding { () throws(Refusal) in try Row(json: json) }
  }
}
