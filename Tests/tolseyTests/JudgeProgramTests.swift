// A program that scores for a judge: what it is told, what it may answer, and what it never sees.

import Foundation
import Market
import Primitives
import Tasks
import Testing

@testable import Workers
@testable import tolsey

@Suite struct JudgeProgramTests {
  private static func docket(
    _ items: [[UInt8]], _ said: [[[UInt8]]], question: String = "Say it in English."
  ) throws -> PanelDocket {
    var lease = Lease()
    lease.spec =
      TasksSpec(question: question, criteria: "Style.", items: UInt64(said[0].count)).encoded
    lease.check = CheckTerms(
      PanelCheck.name,
      [
        Number("seats", 2), Number("judges", 3), Number("share", 200_000), Number("rule", 2),
        Number("par", 600_000), Number("gold", 1), Number("topic", 0),
      ])
    lease.units = 1
    return try #require(
      PanelDocket(
        RunKey(LeaseID(SHA256.hash([1])), 0), lease, items: items, said: said,
        parts: said.map { $0.map { $0.isEmpty ? .zero : SHA256.hash($0) } }, input: .zero,
        until: Time(1), for: Address(), network: .zero))
  }

  private static let hostile = Array("$(touch pwned); `id` \"]}\n{\"x\":1}".utf8)

  private static func usual() throws -> PanelDocket {
    try docket(
      [Array("Haus".utf8), [0xff, 0x00]],
      [[Array("house".utf8), []], [hostile, [0xff]]])
  }

  @Test func aDocumentHasAllThatWasSaidAndNotWhoSaidIt() throws {
    let json = JudgeProgram.input(try Self.usual())
    #expect(try JSONValue(parsing: Array(json.text.utf8)) == json)
    #expect(!json.text.contains("\n"))
    #expect(json["question"]?.string == "Say it in English." && json["rule"]?.string == "clipped")
    #expect(json["gold"]?.uint64 == 1 && json["parPpm"]?.uint64 == 600_000)
    #expect(json["items"]?[0]?["text"]?.string == "Haus")
    #expect(json["items"]?[1]?["data"]?.string == "/wA=")
    let pieces = try #require(json["pieces"]?.array)
    // An empty piece has no point, and is not shown.
    #expect(pieces.count == 3)
    #expect(pieces[0]["seat"]?.uint64 == 1 && pieces[1]["seat"]?.uint64 == 2)
    #expect(pieces[1]["text"]?.string == String(decoding: Self.hostile, as: UTF8.self))
    #expect(pieces[2]["data"]?.string == "/w==" && pieces[2]["item"]?.uint64 == 2)
    #expect(Set(pieces[0].members?.map(\.name) ?? []) == ["seat", "item", "text"])
  }

  @Test func aSheetHasAPointForEachPieceAndNoneElsewhere() throws {
    let docket = try Self.usual()
    #expect(try docket.sheet(of: [9, 1, 10]) == [9, 0, 1, 10])
    for points: [UInt64] in [[], [9, 1], [9, 1, 10, 1], [0, 1, 10], [9, 1, 11], [9, 1, .max]] {
      #expect(throws: ScoringTrouble.self, "\(points)") { try docket.sheet(of: points) }
    }
  }

  /// A node that shows other answers than lie open on the ledger is not believed.
  @Test func answersThatDoNotHashToTheLedgersAreNoDocket() throws {
    var lease = Lease()
    lease.spec = TasksSpec(question: "?", items: 1).encoded
    let key = RunKey(LeaseID(SHA256.hash([1])), 0)
    for said: [[[UInt8]]] in [[[[1]]], [[]], []] {
      #expect(
        PanelDocket(
          key, lease, items: [], said: said, parts: [[SHA256.hash([2])]], input: .zero,
          until: Time(1), for: Address(), network: .zero) == nil)
    }
  }

  @Test(arguments: [
    "", "9", "\"9\"", "{\"points\":[9]}", "[9", "[9.5]", "[\"9\"]", "[-1]", "[null]", "[[9]]",
    "9,1,10", "[9] [1]", "[9]\u{0}",
  ])
  func whatIsNoArrayOfWholeNumbersIsNone(text: String) {
    #expect(throws: ScoringTrouble.self) { try JudgeProgram.points(in: Array(text.utf8)) }
  }

  @Test func anArrayIsReadWithBlanksAroundIt() throws {
    #expect(try JudgeProgram.points(in: Array(" [9, 1,10]\n".utf8)) == [9, 1, 10])
    #expect(try JudgeProgram.points(in: Array("[]".utf8)) == [])
  }

  private func code(_ command: String, seconds: UInt64 = 600) async throws -> ScoringTrouble.Code? {
    let docket = try Self.usual()
    do throws(ScoringTrouble) {
      let scoring = ProgramScoring(command: command, seconds: seconds)
      _ = try docket.sheet(of: try await scoring.points(for: docket))
      return nil
    } catch { return error.code }
  }

  @Test func whatAProgramDoesWrongHasAName() async throws {
    #expect(try await code("cat > /dev/null; echo '[9,1,10]'") == nil)
    #expect(try await code("echo '[9,1,10]'") == nil)
    #expect(try await code("echo '[9,1,10]'; exit 3") == .scoreFailed)
    #expect(try await code("sleep 3600", seconds: 1) == .scoreFailed)
    #expect(try await code("head -c 3000000 /dev/zero") == .scoreFailed)
    #expect(try await code("no-such-program") == .scoreFailed)
    #expect(try await code("true") == .badScores)
    #expect(try await code("cat") == .badScores)
    #expect(try await code("echo '[9,1]'") == .badScores)
    #expect(try await code("echo '[9,1,0]'") == .badScores)
  }

  /// What strangers wrote stays on the pipe: nothing of it is a word of the command.
  @Test func noStrangerNamesACommand() async throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    #expect(try await code("cd '\(folder)' && cat > document; echo '[9,1,10]'") == nil)
    #expect(try LocalFile.names(in: folder) == ["document"])
    let told = try JSONValue(parsing: try LocalFile.read(folder + "/document", limit: 10_000))
    #expect(told == JudgeProgram.input(try Self.usual()))
  }

  @Test func noVariableOfOursReachesAProgram() async throws {
    setenv("TOLSEY_TEST_SECRET", "1", 1)
    defer { unsetenv("TOLSEY_TEST_SECRET") }
    let run = ShellRun(command: "env", input: [], seconds: 600)
    let names = String(decoding: try await run.output(), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: "=")[0] }
    #expect(names.contains("PATH"))
    #expect(!names.contains { $0.hasPrefix("TOLSEY_") })
  }

  @Test func oneProcessAtATimeJudgesByAKey() throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    let busy = Failure(.tryAgain, code: "alreadyServing", "busy")
    var first: FolderLock? = try FolderLock(folder + "/judge", busy)
    #expect(throws: busy) { _ = try FolderLock(folder + "/judge", busy) }
    #expect(first != nil)
    first = nil
    _ = try FolderLock(folder + "/judge", busy)
  }
}
