// What one HTTP request to Ethereum's door may read and be answered, however many calls it holds.

import Primitives
import Synchronization

/// A list of a hundred calls is one request of a few kilobytes: without a sum over all of them, it
/// would make the node hold a hundred times what one call may give.
///
/// Once something went over, the calls that are left are refused and not tried.
final class RPCBudget: Sendable {
  struct Limits: Sendable {
    /// Bytes of blocks and rows that are read.
    var reads = 32 << 20
    /// Bytes of the body that goes back.
    var answers = 16 << 20
    /// Logs of all searches together.
    var logs = EthereumRPC.logLimit
  }

  /// What a row costs beside its bytes: finding it takes longer than reading it.
  static let rowCost = 1_024
  /// So many bytes read count as one more request of the client's.
  static let bytesOfRequest = 1 << 20

  private struct Spent {
    var reads = 0
    var answers = 0
    var logs = 0
    var isOver = false
  }

  private let limits: Limits
  private let spent = Mutex(Spent())

  init(_ limits: Limits = Limits()) { self.limits = limits }

  var isOver: Bool { spent.withLock { $0.isOver } }

  /// Counts what was read, and says for how many more requests it stands.
  func read(_ bytes: Int) throws(RPCError) -> Int {
    let before = try count(bytes, \.reads, limits.reads)
    return (before + bytes) / RPCBudget.bytesOfRequest - before / RPCBudget.bytesOfRequest
  }

  func log() throws(RPCError) { _ = try count(1, \.logs, limits.logs) }

  func answer(_ bytes: Int) throws(RPCError) { _ = try count(bytes, \.answers, limits.answers) }

  /// What was counted before.
  private func count(
    _ amount: Int, _ sum: WritableKeyPath<Spent, Int> & Sendable, _ limit: Int
  ) throws(RPCError) -> Int {
    let before = spent.withLock { spent -> Int? in
      let before = spent[keyPath: sum]
      guard !spent.isOver, amount <= limit - before else {
        spent.isOver = true
        return nil
      }
      spent[keyPath: sum] = before + amount
      return before
    }
    guard let before else { throw .overBudget }
    return before
  }
}

extension RPCError {
  static let overBudget = RPCError(
    .tooMuch,
    "query returned more than one HTTP request may take in results or bytes; send fewer calls "
      + "at once, or ask for fewer blocks")
}

extension EthereumRPC {
  /// Counts bytes that were read from the store against this request, and against the client.
  func charge(rows: Int = 1, bytes: Int) throws {
    let requests = try budget.read(rows * RPCBudget.rowCost + bytes)
    for _ in 0..<requests { try api.rates.request(of: peer) }
  }

  /// The bytes that answer one request, whatever it is.
  func answer(to request: JSONValue) async -> [UInt8] {
    let id = request["id"] ?? .null
    guard !budget.isOver else { return reply(id, error: .overBudget).bytes }
    let bytes = await reply(to: request).bytes
    do throws(RPCError) { try budget.answer(bytes.count) } catch {
      return reply(id, error: error).bytes
    }
    return bytes
  }
}
