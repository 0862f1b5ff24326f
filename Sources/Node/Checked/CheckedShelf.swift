// What was bought for answers that were not charged yet, or whose readers ask again.

import Foundation
import Glibc
import NetworkRoom
import Primitives

/// An answer that has passed its check, on the disk before it is charged: the same sale, begun
/// again after a crash, buys nothing a second time.
struct CheckedAnswer: Hashable {
  var pieces: [String]
  var spoken: Spoken

  var json: JSONValue {
    [
      "format": 1, "pieces": .array(pieces.map { .string($0) }),
      "promptTokens": .unsigned(UInt64(clamping: spoken.promptTokens)),
      "completionTokens": .unsigned(UInt64(clamping: spoken.completionTokens)),
      "stopped": .bool(spoken.stopped), "check": .string(spoken.passed?.name ?? ""),
      "runs": .array((spoken.passed?.runs ?? []).map { .string($0) }),
      "cost": .unsigned(spoken.passed?.cost.units ?? 0),
    ]
  }

  init(pieces: [String], spoken: Spoken) { (self.pieces, self.spoken) = (pieces, spoken) }

  /// Nil for what is no such answer.
  init?(_ json: JSONValue) {
    guard json["format"]?.uint64 == 1, let pieces = json["pieces"]?.array,
      let prompt = json["promptTokens"]?.uint64, let said = json["completionTokens"]?.uint64,
      let stopped = json["stopped"]?.bool, let check = json["check"]?.string,
      let runs = json["runs"]?.array, let cost = json["cost"]?.uint64
    else { return nil }
    self.pieces = pieces.compactMap(\.string)
    spoken = Spoken(
      promptTokens: Int(clamping: prompt), completionTokens: Int(clamping: said),
      stopped: stopped,
      passed: PassedCheck(check, runs: runs.compactMap(\.string), cost: Amount(cost)))
  }
}

/// A folder with one file an answer.
public struct CheckedShelf: Sendable {
  private let folder: String
  /// Older ones give way.
  private let most: Int

  public init(_ folder: String, most: Int = 4_096) throws(NodeError) {
    self.folder = folder
    self.most = max(1, most)
    try NodeFolder.makeFolder(folder)
  }

  func find(_ name: Bytes32) -> CheckedAnswer? {
    guard let bytes = FileManager.default.contents(atPath: path(name)) else { return nil }
    return (try? JSONValue(parsing: Array(bytes))).flatMap { CheckedAnswer($0) }
  }

  func put(_ answer: CheckedAnswer, as name: Bytes32) throws(NodeError) {
    try NodeFolder.write(answer.json.bytes, to: path(name))
    tidy()
  }

  /// A quarter at once, so that the next answers need not look again.
  private func tidy() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard names.count > most else { return }
    let aged = names.sorted().map { name -> (path: String, second: Int) in
      var facts = stat()
      let path = folder + "/" + name
      return (path, lstat(path, &facts) == 0 ? facts.st_mtim.tv_sec : 0)
    }
    let oldest = aged.sorted { ($0.second, $0.path) < ($1.second, $1.path) }
    for old in oldest.prefix(names.count - most + most / 4) { unlink(old.path) }
  }

  private func path(_ name: Bytes32) -> String { "\(folder)/\(Hex.digits(name.bytes)).json" }
}
