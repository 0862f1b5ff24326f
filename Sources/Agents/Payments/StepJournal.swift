// A journal of steps: lines that are only added, each on the disk before it counts.

import Glibc
public import Primitives

/// What the lines of a journal come to, as a pure value.
public protocol StepBook: Sendable {
  associatedtype Step: Sendable
  associatedtype Line: Fielded & Sendable

  init()
  /// The lines that would bring these steps about.
  func lines(_ steps: [Step], isKept: Bool) -> [Line]
  /// Takes a line that follows; one that does not changes nothing and says so.
  mutating func take(_ line: Line) -> Bool
  /// What the next file begins with.
  var kept: [Step] { get }
}

/// One process at a time holds it. A line is its hash and what it says; the hash covers the line
/// before.
public final class StepJournal<Book: StepBook> {
  public private(set) var book = Book()
  private let path: String
  private let disk: WalletDisk
  private var file: JournalFile
  /// Bytes of whole lines.
  private var size = 0
  private var lines = 0
  /// Lines after which it is written anew, where most of them are over.
  private var limit = StepJournal.mostLines
  /// Nobody knows under which name the file will be found: nothing is paid until it is opened anew.
  private var isLost = false

  static var mostLines: Int { 4_096 }

  public convenience init(_ wallet: AgentWallet, named name: String) throws(WalletFault) {
    try self.init(wallet.folder + "/" + name, wallet.disk)
  }

  init(_ path: String, _ disk: WalletDisk) throws(WalletFault) {
    self.path = path
    self.disk = disk
    file = try JournalFile(path)
    // One that was written anew meanwhile is another file under the same name.
    guard file.isNamed(path) else { throw .inUse }
    (book, size, lines) = try Self.replay(try disk.read(file.number, path))
    if size == 0 { try disk.syncFolder(of: path) }
    if lines > limit { try condense() }
  }

  /// What a journal says, whoever holds it: for who only looks.
  public static func look(
    _ wallet: AgentWallet, named name: String
  ) throws(WalletFault) -> Book {
    try replay(try wallet.disk.readIfThere(wallet.folder + "/" + name)).book
  }

  /// A last line without an end was being written when the program ended: nobody acted on it.
  private static func replay(
    _ bytes: [UInt8]
  ) throws(WalletFault) -> (book: Book, size: Int, lines: Int) {
    var (book, lines) = (Book(), 0)
    let whole = bytes.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
    let text = String(decoding: bytes[..<whole], as: UTF8.self)
    for words in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      lines += 1
      let parts = words.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let json = try? JSONValue(parsing: String(parts[1])),
        let line = try? Book.Line(json: json), hash(line).description == parts[0],
        book.take(line)
      else { throw .journal(line: UInt64(lines)) }
    }
    return (book, whole, lines)
  }

  /// Takes steps: all of them are on the disk when this returns, or none counts. A step that does
  /// not follow changes nothing: what it was made from is not what stands here by now.
  public func put(_ steps: Book.Step...) throws(WalletFault) {
    guard !isLost else { throw .file(path: path, errno: ESTALE) }
    let added = book.lines(steps, isKept: false)
    var after = book
    for line in added {
      guard after.take(line) else { throw .stale }
    }
    let text = added.map(Self.text).joined()
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

  private static func hash(_ line: Book.Line) -> Bytes32 { SHA256.hash(CBOR.encode(line)) }

  static func text(_ line: Book.Line) -> String { "\(hash(line)) \(line.json.text)\n" }

  /// Writes a file of what still matters, whose first line follows the last one of this file.
  private func condense() throws(WalletFault) {
    limit = 2 * lines
    let kept = book.lines(book.kept, isKept: true)
    guard !kept.isEmpty, kept.count < lines / 4 else { return }
    let draft = path + ".part"
    unlink(draft)
    let anew = try JournalFile(draft)
    let text = kept.map(Self.text).joined()
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
    book = Book()
    for line in kept {
      let follows = book.take(line)
      precondition(follows, "what is kept follows from nothing")
    }
    (size, lines) = (text.utf8.count, kept.count)
    limit = Self.mostLines
  }
}

/// A file that is locked as long as somebody holds this.
private final class JournalFile {
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
