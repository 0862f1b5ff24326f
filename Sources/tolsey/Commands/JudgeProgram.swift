// The program that scores in a judge's place: what it is told, what it may answer, what is kept.

import Agents
import Foundation
import Glibc
import Market
import Primitives
import Tasks
import Workers

/// The program's side of a panel: one JSON document in, one array of points out.
enum JudgeProgram {
  /// What is on the table. What strangers wrote is data on a pipe, never a word of a command; who
  /// wrote it is not said.
  static func input(_ docket: PanelDocket) -> JSONValue {
    func number(_ name: String) -> UInt64 {
      docket.check.numbers.first { $0.name == name }?.value ?? 0
    }
    let isClipped = number("rule") == UInt64(PanelRule.clipped.rawValue)
    return [
      "run": .string("\(docket.run)"), "question": .string(docket.spec.question),
      "criteria": .string(docket.spec.criteria), "topic": .string(docket.spec.topic),
      "scale": .array([.unsigned(1), .unsigned(10)]),
      "rule": .string(isClipped ? "clipped" : "median"), "parPpm": .unsigned(number("par")),
      "gold": .unsigned(number("gold")),
      "items": .array(
        docket.items.enumerated().map { place, body in
          .object([.init(name: "item", value: .unsigned(UInt64(place + 1))), content(body)])
        }),
      "pieces": .array(
        docket.pieces.map { piece in
          .object([
            .init(name: "seat", value: .unsigned(UInt64(piece.seat))),
            .init(name: "item", value: .unsigned(UInt64(piece.item))), content(piece.body),
          ])
        }),
    ]
  }

  private static func content(_ body: [UInt8]) -> JSONValue.Member {
    if let text = String(validating: body, as: UTF8.self) {
      return .init(name: "text", value: .string(text))
    }
    return .init(name: "data", value: .string(Data(body).base64EncodedString()))
  }

  /// The points in what it wrote: an array of whole numbers, and nothing else.
  static func points(in text: [UInt8]) throws(ScoringTrouble) -> [UInt64] {
    guard let json = try? JSONValue(parsing: text), let list = json.array else {
      throw ScoringTrouble(.badScores, "it wrote no JSON array of scores")
    }
    var points: [UInt64] = []
    for (place, entry) in list.enumerated() {
      guard let point = entry.uint64 else {
        throw ScoringTrouble(.badScores, "score \(place + 1) is no whole number")
      }
      points.append(point)
    }
    return points
  }
}

/// A shell command that scores.
struct ProgramScoring: Scoring {
  let command: String
  let seconds: UInt64

  func points(for docket: PanelDocket) async throws(ScoringTrouble) -> [UInt64] {
    let input = Array((JudgeProgram.input(docket).text + "\n").utf8)
    let written: [UInt8]
    do {
      written = try await ShellRun(command: command, input: input, seconds: seconds).output()
    } catch { throw ScoringTrouble(.scoreFailed, Failure(error).message) }
    return try JudgeProgram.points(in: written)
  }
}

extension AnswerShelf: SheetShelf {
  func kept(_ run: RunID) -> [UInt8]? { answer(of: run) }

  var mark: [UInt8]? {
    get { try? LocalFile.read(folder + "/mark", limit: 1_024) }
    nonmutating set {
      guard let newValue else { return }
      try? LocalFile.write(newValue, to: folder + "/mark", mode: 0o600)
    }
  }
}

/// A folder that one process at a time works in. The lock ends with the process, however it ends.
final class FolderLock: Sendable {
  private let file: Int32

  /// Fails where another process works there.
  init(_ folder: String, _ failure: @autoclosure () -> Failure) throws {
    try LocalFile.makeFolder(folder, mode: 0o700)
    let path = folder + "/lock"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Failure.file(path, "opened", errno) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw failure()
    }
  }

  deinit { close(file) }
}
