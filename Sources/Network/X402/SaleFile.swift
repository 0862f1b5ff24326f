// What payments were spent on, in a file: a seller that starts again sells none of them twice.

import Glibc
public import Primitives
import Synchronization

/// A line for every payment that was about to be settled, on the disk before it is.
///
/// A seller that was killed reads them back: such a payment may be settled already, so it is not
/// verified again, and it buys what it was first shown for and nothing else.
public final class SaleFile: Sendable {
  public struct Sale: Hashable, Sendable {
    public var payment: Bytes32
    public var request: Bytes32
    /// Seconds: the end of the payment.
    public var until: UInt64
  }

  public enum Problem: Error, Hashable {
    /// Another program sells with this file.
    case inUse
    case unreadable(line: Int)
    case failed(Int32)
  }

  /// Those of the file that the ledger may still remember.
  public let found: [Sale]
  private let handle: Mutex<Int32>

  private static let head = "tolsey sales 1"
  /// The ledger remembers a nonce so long after its end.
  static let horizon: UInt64 = 86_400

  /// - Parameter now: seconds since 1970; what is older than a day is left out.
  public convenience init(_ path: String, now: UInt64) throws {
    try self.init(path, now: now) { _ in }
  }

  /// - Parameter after: is told each step of writing the file anew.
  init(_ path: String, now: UInt64, after: (WholeFile.Step) throws -> Void) throws {
    var file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Problem.failed(errno) }
    do {
      guard flock(file, LOCK_EX | LOCK_NB) == 0, WholeFile.leads(path, to: file) else {
        throw Problem.inUse
      }
      let sales = try SaleFile.read(try SaleFile.bytes(of: file))
      found = sales.filter { $0.until >= now || now - $0.until <= SaleFile.horizon }
      var bytes = Array((SaleFile.head + "\n").utf8)
      for sale in found { bytes += SaleFile.line(sale) }
      // A line that is lost is a payment that would be verified again: the old file stays until
      // the new one is whole.
      if found.count != sales.count || sales.isEmpty {
        let anew = try WholeFile.replace(path, by: bytes, after: after)
        close(file)
        file = anew
      } else {
        guard ftruncate(file, off_t(bytes.count)) == 0, lseek(file, 0, SEEK_END) >= 0 else {
          throw Problem.failed(errno)
        }
      }
    } catch {
      close(file)
      switch error {
      case WholeFile.Problem.inUse: throw Problem.inUse
      case WholeFile.Problem.failed(let code): throw Problem.failed(code)
      default: throw error
      }
    }
    handle = Mutex(file)
  }

  deinit { _ = close(handle.withLock { $0 }) }

  /// Returns once the line is on the disk.
  func note(payment: Bytes32, request: Bytes32, until: UInt64) throws {
    let line = SaleFile.line(Sale(payment: payment, request: request, until: until))
    try handle.withLock { file in
      let end = lseek(file, 0, SEEK_END)
      do { try SaleFile.write(line, to: file) } catch {
        // Half a line would spoil the next one, and with it the whole file.
        if end >= 0, ftruncate(file, end) == 0 { lseek(file, end, SEEK_SET) }
        throw error
      }
    }
  }

  private static func line(_ sale: Sale) -> [UInt8] {
    Array("\(sale.payment) \(sale.request) \(sale.until)\n".utf8)
  }

  private static func write(_ bytes: [UInt8], to file: Int32) throws {
    try WholeFile.write(bytes, to: file)
    guard fdatasync(file) == 0 else { throw Problem.failed(errno) }
  }

  private static func bytes(of file: Int32) throws -> [UInt8] {
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = part.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw Problem.failed(errno) }
      if count == 0 { return all }
      all += part[..<count]
    }
  }

  /// A last line without an end was being written when the program ended, before its settlement.
  private static func read(_ bytes: [UInt8]) throws -> [Sale] {
    let whole = bytes.lastIndex(of: 0x0a).map { bytes[..<$0] } ?? []
    let lines = String(decoding: whole, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    if whole.isEmpty { return [] }
    guard lines[0] == head else { throw Problem.unreadable(line: 1) }
    return try lines.dropFirst().enumerated().map { index, line in
      let parts = line.split(separator: " ").map(String.init)
      guard parts.count == 3, let payment = Bytes32(hex: parts[0]),
        let request = Bytes32(hex: parts[1]), let until = UInt64(parts[2])
      else { throw Problem.unreadable(line: index + 2) }
      return Sale(payment: payment, request: request, until: until)
    }
  }
}
