// Blocks and states of the chain, as the log takes them in and gives them back.

public import Chain
public import Kernel
import Market
import Primitives

extension CommittedBlock {
  /// What a block leaves behind.
  public init(_ block: Block, changes: [RowChange]) {
    self.init(
      height: block.height, id: block.id, header: block.header.encoded,
      signature: block.signature,
      messages: block.body.map {
        LogItem(ids: $0.names, name: $0.kind?.name ?? "", bytes: $0.encoded)
      },
      outcomes: block.results.outcomes.map(\.encoded),
      receipts: block.results.settled.map {
        LogItem(ids: [$0.run.digest, $0.lease.digest, $0.order], bytes: $0.encoded)
      },
      events: block.results.events.map { LogItem($0) },
      rows: changes.map { LoggedRow($0) })
  }
}

extension SignedMessage {
  /// Its own id, then the hash of the transaction by which it came, if it came by one.
  fileprivate var names: [Bytes32] {
    let hash = transactionHash
    return hash == id ? [id] : [id, hash]
  }
}

extension LogItem {
  /// An event under the ids by which it is asked for: subject, order, lease, accounts, objects.
  ///
  /// The bids that events about an order or its lease list are not among them: seven bids would be
  /// entered again at every station, and a bid belongs to one order, under which all of it is
  /// found. Where an offer was taken there is no order, and the lease is found by the offer.
  init(_ event: Event) {
    let listsBids =
      event.order != .zero && (event.subject == event.order || event.subject == event.lease)
    var ids: [Bytes32] = []
    ids.reserveCapacity(3 + event.parties.count + (listsBids ? 0 : event.objects.count))
    ids.append(event.subject)
    ids.append(event.order)
    ids.append(event.lease)
    for party in event.parties { ids.append(party.padded) }
    if !listsBids { ids += event.objects }
    self.init(ids: ids, name: event.name, bytes: event.encoded)
  }
}

extension StoredBlock {
  /// The block that was stored, bit for bit; bytes that are none are damage.
  public func decoded() throws(StoreError) -> Block {
    do throws(Refusal) {
      var block = Block()
      block.header = try CBOR.decode(Header.self, from: head.header)
      block.signature = head.signature
      for item in messages {
        block.body.append(try CBOR.decode(SignedMessage.self, from: item.bytes))
      }
      for bytes in outcomes {
        block.results.outcomes.append(try CBOR.decode(MessageOutcome.self, from: bytes))
      }
      for item in receipts {
        block.results.settled.append(try CBOR.decode(SettledRun.self, from: item.bytes))
      }
      for item in events {
        block.results.events.append(try CBOR.decode(Event.self, from: item.bytes))
      }
      return block
    } catch {
      throw .corrupt(detail: "block \(head.height) does not decode: \(error.code)")
    }
  }
}

extension SQLiteLog {
  /// Makes a block of the chain durable together with the rows that it changed.
  public func append(_ block: Block, changes: [RowChange]) throws(StoreError) {
    try append(CommittedBlock(block, changes: changes))
  }

  /// The state after the last block, once its root is found to be the header's. Before the
  /// first block it is the genesis's own, whose rows are written so that readers see them.
  public func restore(_ genesis: Genesis) throws -> State {
    guard genesis.network == network else {
      throw StoreError.otherNetwork(found: network, wanted: genesis.network)
    }
    guard try head() != nil else {
      try found(State.foundingRows(of: genesis).map { LoggedRow($0) })
      return try State(genesis)
    }
    var loader = try StateLoader(genesis)
    let head = try loadState { table, key, row throws(Refusal) in
      try loader.load(table: table, key: key, row: row)
    }
    guard let head else { throw StoreError.corrupt(detail: "the last block is gone") }
    do throws(Refusal) {
      return try loader.finish(at: try CBOR.decode(Header.self, from: head.header))
    } catch { throw StoreError(error, at: head.height) }
  }
}

extension StoreError {
  /// Why the rows of the last block make no state.
  init(_ refusal: Refusal, at height: UInt64) {
    if refusal.code == "otherForm", let table = refusal.numbers.first?.name {
      self = .otherForm(table: table)
    } else {
      self = .corrupt(detail: "the state of block \(height): \(refusal.code)")
    }
  }
}

extension LoggedRow {
  init(_ change: RowChange) {
    self.init(table: change.table, key: change.key, row: change.row)
  }
}
