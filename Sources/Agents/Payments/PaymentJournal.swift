// The journal of an agent's payments: lines that are only added, each on the disk before it counts.

import Glibc
import Primitives

/// One process at a time holds it. A line is its hash and the payment in its new state; the hash
/// covers the line before.
///
/// A journal that lost its end can make an agent pay a second time for one request, and never more
/// than its caps: what is charged stands in the log, which has a mark.
public final class PaymentJournal {
  public private(set) var book = PaymentBook()
  private let path: String
  private let disk: WalletDisk
  private var file: Handle
  /// Bytes of whole lines.
  private var size = 0
  private var lines = 0
  /// Lines after which it is written anew, where most of them are over.
  private var limit = PaymentJournal.mostLines
  /// Nobody knows under which name the file will be found: nothing is paid until it is opened anew.
  private var isLost = false

  static let mostLines = 4_096

  public convenience init(_ wallet: AgentWallet) throws(WalletFault) {
    try self.init(wallet.folder + "/payments.journal", wallet.disk)
  }

  init(_ path: String, _ disk: WalletDisk) throws(WalletFault) {
    self.path = path
    self.disk = disk
    file = try Handle(path)
    // One that was written anew meanwhile is another file under the same name.
    guard file.isNamed(path) else { throw .inUse }
    try replay(try disk.read(file.number, path))
    if size == 0 { try disk.syncFolder(of: path) }
    if lines > limit { try condense() }
  }

  /// A file that is locked as long as somebody holds this.
  private final class Handle {
    let number: Int32

    init(_ path: String) throws(WalletFault) {
      number = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard number >= 0 else { throw .file(path: path, errno: errno) }
      guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
        if errno == EWOULDBLOCK { throw .inUse }
        throw .file(path: path, errno: errno)
      }
    }

    deinit { if number >= 0 { close(number) } }

    func isNamed(_ path: String) -> Bool {
      var (named, held) = (stat(), stat())
      return lstat(path, &named) == 0 && fstat(number, &held) == 0
        && named.st_ino == held.st_ino && named.st_dev == held.st_dev
    }
  }

  /// A last line without an end was being written when the program ended: nobody acted on it.
  private func replay(_ bytes: [UInt8]) throws(WalletFault) {
    let whole = bytes.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    let text = String(decoding: bytes[..<whole], as: UTF8.self)
    for words in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      lines += 1
      let parts = words.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let json = try? JSONValue(parsing: String(parts[1])),
        let line = try? PaymentLine(json: json), line.hash.description == parts[0],
        book.take(line)
      else { throw .journal(line: UInt64(lines)) }
    }
    size = whole
  }

  /// Brings payments into new states: all of them are on the disk when this returns, or none
  /// counts. A change that may not follow is a fault of this program.
  public func put(_ payments: AgentPayment...) throws(WalletFault) {
    guard !isLost else { throw .file(path: path, errno: ESTALE) }
    let added = book.lines(payments)
    var after = book
    for line in added {
      let follows = after.take(line)
      precondition(follows, "a payment cannot become \(line.payment.state) now")
    }
    let text = added.map(PaymentJournal.text).joined()
    // What a write before left behind its lines is written over.
    try disk.append(text, to: file.number, path, after: size)
    book = after
    size += text.utf8.count
    lines += added.count
    // What is written stands, whatever becomes of this.
    if lines > limit { try? condense() }
  }

  /// Makes sure that nothing stands behind the last line that counts: a write that failed may have
  /// left more.
  public func mend() throws(WalletFault) { try disk.cut(path, to: size) }

  static func text(_ line: PaymentLine) -> String { "\(line.hash) \(line.json.text)\n" }

  /// Writes a file of what still matters, whose first line follows the last one of this file.
  private func condense() throws(WalletFault) {
    limit = 2 * lines
    let kept = book.lines(book.kept, isKept: true)
    guard !kept.isEmpty, kept.count < lines / 4 else { return }
    let draft = path + ".part"
    unlink(draft)
    let anew = try Handle(draft)
    let text = kept.map(PaymentJournal.text).joined()
    do throws(WalletFault) {
      try disk.write(text, into: anew.number, draft)
      try disk.rename(draft, to: path)
    } catch {
      isLost = !file.isNamed(path)
      if isLost { throw error }
      unlink(draft)
      return
    }
    file = anew
    book = PaymentBook()
    for line in kept {
      let follows = book.take(line)
      precondition(follows, "what is kept follows from nothing")
    }
    (size, lines) = (text.utf8.count, kept.count)
    limit = PaymentJournal.mostLines
  }
}
