// A copy of a network's whole history, made from afar: every block is replayed before it is kept.

import Chain
import Kernel
import Market
public import NetworkRoom
public import Primitives
import Store

/// What a mirror holds: the genesis and the log, and neither keys nor blobs.
public struct NodeMirror: Hashable, Sendable {
  public var network: Bytes32
  public var height: UInt64
  public var tip: Bytes32
  public var messages: UInt64

  /// A block that does not follow from those before it.
  public struct Broken: Error, Sendable {
    public var height: UInt64
    public var refusal: Refusal
  }

  /// Fetches every block up to the node's last one into the folder `target`, which must be free.
  ///
  /// Nothing is believed but the genesis, whose hash names the network: signatures, messages and
  /// every root are worked out here. `each` is called after each block.
  public static func make(
    of client: NodeClient, at target: String, each: (_ height: UInt64, _ of: UInt64) -> Void
  ) async throws -> NodeMirror {
    let genesis = try await client.genesis()
    let last = try await client.status().height
    let draft = try Staging(target)
    do {
      try Staging.write(
        Array(genesis.file.utf8), to: draft.path + "/" + NodeFolder.genesisFile)
      let mirror = try await fill(draft.path, from: client, genesis, through: last, each)
      try draft.take()
      return mirror
    } catch {
      draft.drop()
      throw error
    }
  }

  private static func fill(
    _ folder: String, from client: NodeClient, _ genesis: Genesis, through last: UInt64,
    _ each: (UInt64, UInt64) -> Void
  ) async throws -> NodeMirror {
    let log: SQLiteLog
    do throws(StoreError) {
      log = try SQLiteLog(folder: folder + "/store", network: genesis.network)
    } catch { throw BackupError.store(error) }
    var state = try log.restore(genesis)
    var mirror = NodeMirror(network: genesis.network, height: 0, tip: state.tip, messages: 0)
    var height: UInt64 = 1
    while height <= last {
      let block = try await fetch(height, from: client)
      let changes: [RowChange]
      do throws(Refusal) { changes = try state.replay(block) } catch {
        throw Broken(height: height, refusal: error)
      }
      do throws(StoreError) { try log.append(block, changes: changes) } catch {
        throw BackupError.store(error)
      }
      mirror.height = height
      mirror.tip = state.tip
      mirror.messages += UInt64(block.body.count)
      each(height, last)
      height += 1
    }
    do throws(StoreError) { try log.close() } catch { throw BackupError.store(error) }
    return mirror
  }

  /// A block as the API has it, put together again. What is missing makes it another block.
  private static func fetch(_ height: UInt64, from client: NodeClient) async throws -> Block {
    let json = try await client.get("/api/blocks/\(height)")
    guard let found = json["block"], let header = found["header"],
      let signature = found["signature"]?.string.flatMap(Hex.decode)
    else { throw ClientError.garbled("block \(height) has no header") }
    var block = Block()
    block.header = try Header(json: header)
    block.signature = signature
    for entry in found["messages"]?.array ?? [] {
      guard let id = entry["id"]?.string.flatMap(Bytes32.init(hex:)),
        let outcome = entry["outcome"]
      else { throw ClientError.garbled("a message of block \(height) cannot be read") }
      block.body.append(try await client.signed(id))
      block.results.outcomes.append(try self.outcome(outcome, of: id))
    }
    for run in found["settled"]?.array ?? [] {
      block.results.settled.append(try SettledRun(json: run))
    }
    for event in found["events"]?.array ?? [] {
      block.results.events.append(try Event(json: event))
    }
    return block
  }

  private static func outcome(_ json: JSONValue, of id: Bytes32) throws -> MessageOutcome {
    guard let code = json["code"]?.string, let toll = json["toll"]?.uint64 else {
      throw ClientError.garbled("the outcome of \(id) cannot be read")
    }
    var outcome = MessageOutcome()
    outcome.id = id
    outcome.code = code
    outcome.toll = Amount(toll)
    for number in json["numbers"]?.array ?? [] { outcome.numbers.append(try Number(json: number)) }
    return outcome
  }
}
