// What a client wrote down: which messages it sent, and which of them it was answered for.

import Chain
import Kernel
import NetworkRoom
import Primitives
import Synchronization

/// The journal of one client with many accounts; it outlives every node that it talks to.
final class KillJournal: Sendable {
  struct Entry: Sendable {
    var message: SignedMessage
    var answer: Settlement?
  }

  struct Book: Sendable {
    var entries: [Bytes32: Entry] = [:]
    /// In the order in which they were first sent.
    var order: [Bytes32] = []
    /// The next sequence of each account's lanes.
    var next: [Address: [UInt8: UInt64]] = [:]
    /// The message of a lane whose answer did not come.
    var pending: [Address: [UInt8: SignedMessage]] = [:]
    /// In how many lanes somebody sends.
    var senders = 0
    /// What the client saw that must not be.
    var faults: [String] = []
  }

  private let book = Mutex(Book())
  let keys: [PrivateKey]
  let domain: EIP712.Domain

  init(keys: [PrivateKey], domain: EIP712.Domain) {
    self.keys = keys
    self.domain = domain
  }

  func read<T: Sendable>(_ body: (Book) -> T) -> T { book.withLock { body($0) } }

  var senders: Int { read { $0.senders } }

  func sends(_ change: Int) { book.withLock { $0.senders += change } }

  func fault(_ text: String) { book.withLock { $0.faults.append(text) } }

  /// The message to send next in a lane: the one without an answer, else a new one.
  func next(of payer: Int, lane: UInt8) -> SignedMessage {
    book.withLock { book in
      let key = keys[payer]
      if let pending = book.pending[key.address]?[lane] { return pending }
      let sequence = book.next[key.address]?[lane] ?? 0
      // A different amount each time, so that a transfer done twice shows in the sums.
      let amount = Amount(1 + UInt64(book.order.count % 9_973))
      let payee = keys[(payer + 1 + book.order.count % (keys.count - 1)) % keys.count].address
      let head = Head(from: key.address, lane: lane, sequence: sequence, validUntil: .never)
      let message = SignedMessage.signing(
        .transfer(Transfer(head, to: payee, amount)), with: key, domain: domain)
      book.next[key.address, default: [:]][lane] = sequence + 1
      book.pending[key.address, default: [:]][lane] = message
      book.entries[message.id] = Entry(message: message)
      book.order.append(message.id)
      return message
    }
  }

  /// Writes down an answer; a second one must be the first again.
  func note(_ answer: Settlement) {
    book.withLock { book in
      guard let entry = book.entries[answer.id] else {
        return book.faults.append("an answer for \(answer.id), which was never sent")
      }
      if let first = entry.answer, first != answer {
        book.faults.append("\(answer.id) was \(first), then \(answer)")
      }
      if !answer.outcome.isDone {
        book.faults.append("\(answer.id) was refused: \(answer.outcome.code)")
      }
      book.entries[answer.id]?.answer = answer
      let head = entry.message.head
      if book.pending[head.from]?[head.lane]?.id == answer.id {
        book.pending[head.from]?[head.lane] = nil
      }
    }
  }

  var acknowledged: Int { read { $0.entries.values.count { $0.answer != nil } } }

  var greatestHeight: UInt64 { read { $0.entries.values.compactMap(\.answer?.height).max() ?? 0 } }

  /// What every account must have, if the answers are all that happened.
  func balances(from purse: Amount) -> [Address: Int64] {
    var sums: [Address: Int64] = [:]
    for key in keys { sums[key.address] = Int64(purse.units) }
    for entry in read({ Array($0.entries.values) }) {
      guard let answer = entry.answer, answer.outcome.isDone,
        case .transfer(let transfer) = entry.message.message
      else { continue }
      let amount = Int64(transfer.amount.units)
      sums[transfer.head.from, default: 0] -= amount + Int64(answer.outcome.toll.units)
      sums[transfer.to, default: 0] += amount
    }
    return sums
  }
}
