// The log of an agent as text: one line an entry, each with its hash, and a mark of the last one.

import Glibc
public import Primitives

/// Reads and checks lines; the files are `AgentWallet`'s.
public enum WalletLog {
  /// A line: the hash and the entry as JSON.
  public static func line(_ entry: WalletEntry) -> String { "\(entry.hash) \(entry.json.text)\n" }

  /// The mark beside the log: how many lines there are, and the hash of the last.
  public static func mark(_ tally: WalletTally) -> String { "\(tally.count) \(tally.hash)\n" }

  /// Reads a log and holds it to its mark. The line that was being written when the machine went
  /// down may stand after the mark, or in part; no other difference is taken.
  public static func read(_ text: String, mark: String) throws(WalletFault) -> [WalletEntry] {
    var entries: [WalletEntry] = []
    var previous = Bytes32.zero
    let marked = try Mark(mark)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let number = UInt64(entries.count)
      guard let entry = entry(line), entry.hash.description == line.prefix(66) else {
        throw .tampered(line: number + 1)
      }
      guard entry.number == number, entry.previous == previous,
        entry.time >= entries.last?.time ?? .zero
      else { throw .tampered(line: number + 1) }
      previous = entry.hash
      entries.append(entry)
      if number + 1 == marked.count, previous != marked.hash { throw .tampered(line: number + 1) }
    }
    guard UInt64(entries.count) >= marked.count else {
      throw .truncated(lines: UInt64(entries.count), marked: marked.count)
    }
    guard UInt64(entries.count) <= marked.count + 1 else {
      throw .tampered(line: marked.count + 2)
    }
    return entries
  }

  private static func entry(_ line: Substring) -> WalletEntry? {
    let parts = line.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let json = try? JSONValue(parsing: String(parts[1])) else { return nil }
    return try? WalletEntry(json: json)
  }

  private struct Mark {
    var count: UInt64 = 0
    var hash = Bytes32.zero

    init(_ text: String) throws(WalletFault) {
      if text.isEmpty { return }
      let words = text.split { $0 == " " || $0 == "\n" }
      guard words.count == 2, let count = UInt64(words[0]),
        let hash = Bytes32(hex: String(words[1]))
      else { throw .tampered(line: 0) }
      self.count = count
      self.hash = hash
    }
  }
}

/// Why an agent's folder cannot be used. Nothing is paid then.
public enum WalletFault: Error, Hashable, Sendable {
  /// A line that does not follow from the one before it; 0 is the mark.
  case tampered(line: UInt64)
  /// Lines at the end are missing.
  case truncated(lines: UInt64, marked: UInt64)
  case policy(Refusal)
  case file(path: String, errno: Int32)
  /// There is no such line, or it does not wait.
  case notWaiting(UInt64)
  /// A line of the payments' journal that does not follow from the one before it.
  case journal(line: UInt64)
  /// A step that does not follow from what a journal says by now. Nothing of it was written.
  case stale
  /// Another program serves the agent.
  case inUse

  public var code: String {
    switch self {
    case .tampered: "logTampered"
    case .truncated: "logTruncated"
    case .policy: "badPolicy"
    case .file(_, ENOSPC), .file(_, EDQUOT): "diskFull"
    case .file: "fileError"
    case .notWaiting: "notWaiting"
    case .journal: "journalTampered"
    case .stale: "journalStale"
    case .inUse: "agentServed"
    }
  }

  /// Whether there may be room, and all may be well, soon.
  public var isDiskFull: Bool { code == "diskFull" }
}
