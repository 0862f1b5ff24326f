// The pages and the feed of a node over a store that a benchmark filled, behind the real server.

import Archive
import Chain
import Dispatch
import Explorer
import Kernel
import LogStore
import Logging
import NetworkRoom
import Primitives
import Synchronization

/// A server on a free port of this machine. There is no state behind it, and no door.
struct SiteServer {
  let server: Server
  let gate: HeightGate

  init(_ log: SQLiteLog, _ lists: SQLiteListings, _ genesis: Genesis, now: Time) throws {
    let records = LogRecords(genesis: genesis) { () throws(StoreError) in log }
    let facts = NodeFacts(
      genesis: genesis, network: genesis.network, chainID: genesis.chainId,
      operatorAddress: genesis.operator, version: "benchmark", blobLimit: 1 << 20,
      messageLimit: 1 << 16, isStepped: false)
    let gate = HeightGate(height: try log.head()?.height ?? 0)
    var services = NodeServices(
      facts: facts, records: records, door: ShutDoor(), gate: gate,
      health: { NodeHealth(isStopping: false, waiting: 0, isGrowing: true) }, now: { now })
    services.listings = lists
    let pages = SitePages(
      explorer: Explorer(
        House(
          records: records, listings: lists, genesis: genesis, version: "benchmark", now: { now }))
    )
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    let (own, quiet) = (services, logger)
    self.gate = gate
    server = try awaited {
      try await Server.start(own, host: "127.0.0.1", port: 0, pages: pages, log: quiet)
    }
  }

  func stop() throws {
    let server = server
    gate.close()
    try awaited { await server.stop(grace: .seconds(1)) }
  }
}

/// The site, without the counter.
private struct SitePages: Pages {
  let explorer: Explorer

  func bodyLimit(of path: String) -> Int? { nil }

  func page(_ request: PageRequest) async -> Page? {
    let visit = Visit(
      method: request.method, path: request.path, query: request.query, body: request.body,
      contentType: request.contentType, origin: request.origin, host: request.host)
    guard let answer = await explorer.answer(visit) else { return nil }
    return Page(status: answer.status, headers: answer.headers, body: answer.body)
  }
}

private struct ShutDoor: MessageDoor {
  func deliver(_ message: SignedMessage, waits: Bool) async throws(Problem) -> Delivery { .waiting }
  func isWaiting(_ id: Bytes32) -> Bool { false }
  func rehearse(_ message: UnsignedMessage) async throws(Problem) -> Rehearsal { Rehearsal() }
}

/// Waits on this thread for what is done on others.
func awaited<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let result = Mutex<Result<Value, any Error>?>(nil)
  let done = DispatchSemaphore(value: 0)
  Task.detached {
    do {
      let value = try await body()
      result.withLock { $0 = .success(value) }
    } catch {
      result.withLock { $0 = .failure(error) }
    }
    done.signal()
  }
  done.wait()
  guard let found = result.withLock({ $0 }) else {
    throw BenchmarkFailure(description: "nothing came back")
  }
  return try found.get()
}
