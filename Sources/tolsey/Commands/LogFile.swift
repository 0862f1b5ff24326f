// The blocks of a node's folder, read as what the chain replays.

import Chain
import Kernel
import Market
import Primitives
import Store

/// The log of a folder, opened as its node would open it.
struct LogFile {
  private static let page = 64
  let log: SQLiteLog

  init(folder: String, genesis: Genesis) throws {
    let place = ["/store", ""].map { folder + $0 }
      .first { LocalFile.exists($0 + "/ledger.sqlite") }
    guard let place else {
      throw Failure(
        .usage, code: "notAFolderOfANode", "\(folder) has no log",
        hint: "name the folder that was given to 'tolsey up --data'")
    }
    do { log = try SQLiteLog(folder: place, network: genesis.network) } catch {
      throw Failure(error)
    }
  }

  func blockCount() throws -> UInt64 {
    do { return try log.head()?.height ?? 0 } catch { throw Failure(error) }
  }

  /// Hands over every block after the founding, in order.
  func forEach(_ body: (StoredBlock) throws -> Void) throws {
    var next: UInt64 = 1
    while true {
      let blocks: [StoredBlock]
      do { blocks = try log.blocks(from: next, limit: LogFile.page).value } catch {
        try forEachReadable(from: next, body)
        throw Failure(error)
      }
      guard let last = blocks.last else { return }
      for block in blocks { try body(block) }
      next = last.head.height + 1
    }
  }
}

extension LogFile {
  /// Goes on block by block up to the one that cannot be read, so that it can be named.
  private func forEachReadable(
    from start: UInt64, _ body: (StoredBlock) throws -> Void
  ) throws {
    var height = start
    while true {
      let block: StoredBlock?
      do { block = try log.block(at: height).value } catch {
        throw Failure(
          .unverified, code: error.code, "block \(height) cannot be read: \(error.message)",
          hint: error.hint, data: ["height": .unsigned(height), "code": .string(error.code)])
      }
      guard let block else { return }
      try body(block)
      height += 1
    }
  }
}

extension Block {
  /// The block as it was before the store took it apart.
  init(_ stored: StoredBlock) throws(Refusal) {
    self.init()
    header = try CBOR.decode(Header.self, from: stored.head.header)
    signature = stored.head.signature
    for item in stored.messages {
      body.append(try CBOR.decode(SignedMessage.self, from: item.bytes))
    }
    for bytes in stored.outcomes {
      results.outcomes.append(try CBOR.decode(MessageOutcome.self, from: bytes))
    }
    for item in stored.receipts {
      results.settled.append(try CBOR.decode(SettledRun.self, from: item.bytes))
    }
    for item in stored.events {
      results.events.append(try CBOR.decode(Event.self, from: item.bytes))
    }
  }
}

/// What replaying a whole log gave.
struct Replay {
  /// The first block that does not follow from those before it.
  struct Broken: Error {
    var height: UInt64
    var refusal: Refusal

    var failure: Failure {
      let data: JSONValue = [
        "height": .unsigned(height), "code": .string(refusal.code),
        "differs": refusal.numbers.first.map { .string($0.name) } ?? .null,
      ]
      let root = refusal.numbers.first?.name ?? ""
      let message =
        refusal.code == "rootDiffers"
        ? "block \(height) does not verify: its \(root) is not what its messages make"
        : "block \(height) does not verify: \(RefusalWords(refusal).message)"
      return Failure(
        .unverified, code: refusal.code, message,
        hint: "the log was changed, or its node does not keep the rules; do not trust it",
        data: data)
    }
  }

  private(set) var height: UInt64 = 0
  private(set) var blocks: UInt64 = 0
  private(set) var messages: UInt64 = 0
  private(set) var settled: UInt64 = 0
  private(set) var stateRoot: Bytes32
  private(set) var tip: Bytes32

  init(_ genesis: Genesis, _ log: LogFile, each: () -> Void) throws {
    var state = try State(genesis)
    stateRoot = state.stateRoot
    tip = state.tip
    try log.forEach { stored in
      let block: Block
      do throws(Refusal) {
        block = try Block(stored)
        _ = try state.replay(block)
      } catch { throw Broken(height: stored.head.height, refusal: error) }
      blocks += 1
      messages += UInt64(block.body.count)
      settled += UInt64(block.results.settled.count)
      each()
    }
    height = state.height
    stateRoot = state.stateRoot
    tip = state.tip
  }
}

extension Failure {
  /// What the store says, with its own code and hint.
  init(_ error: StoreError) {
    let status: ExitStatus =
      switch error {
      case .corrupt, .badHeader, .notAStore, .otherNetwork: .unverified
      default: error.isTemporary ? .tryAgain : .refused
      }
    self.init(status, code: error.code, error.message, hint: error.hint)
  }
}
