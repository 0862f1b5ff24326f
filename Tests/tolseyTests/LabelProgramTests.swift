// A program that labels: what it is told, and what it may answer.

import Chain
import Foundation
import Labels
import Market
import Primitives
import Synchronization
import Testing
import Workers

@testable import tolsey

@Suite struct LabelProgramTests {
  private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]

  private func task(_ bodies: [[UInt8]]) -> LabelTask {
    LabelTask(
      run: RunID(SHA256.hash([1])),
      spec: LabelsSpec(
        question: "cat\n\"or\" dog?", choices: ["cat", "dog"], items: UInt64(bodies.count)),
      items: bodies.map { body in
        LabelItem(
          name: "1", media: body.first == 0x89 ? "image/png" : "text/plain", body: body)
      }, until: Time(1))
  }

  private func code(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch { return Failure(error).code }
  }

  @Test func aLineForEachItemWhateverItSays() throws {
    let hostile = "$(rm -rf /); `id`\n{\"item\":9}"
    let text = LabelProgram.input(task([Array(hostile.utf8), Self.png]))
    let lines = text.split(separator: 0x0a).map { Array($0) }
    #expect(lines.count == 3)
    let head = try JSONValue(parsing: lines[0])
    #expect(head["question"]?.string == "cat\n\"or\" dog?")
    #expect(head["choices"]?.array?.count == 2)
    let first = try JSONValue(parsing: lines[1])
    #expect(first["item"]?.int64 == 1 && first["text"]?.string == hostile)
    let second = try JSONValue(parsing: lines[2])
    #expect(second["data"]?.string == "iVBORw0KGgoB" && second["media"]?.string == "image/png")
  }

  @Test func answersAreNamesOfChoicesALineEach() throws {
    let spec = task([[0x61], [0x62], [0x63]]).spec
    let good = try LabelProgram.answers(in: Array("cat\n\ndog\r\n".utf8), to: spec)
    #expect(good == [1, 0, 2])
    for text in ["cat\ndog\n", "cat\ncow\ndog\n", "cat\ndog\ncat\ndog\n", "", "Cat\n\n\n"] {
      #expect(
        code { _ = try LabelProgram.answers(in: Array(text.utf8), to: spec) } == "badProgram",
        "\(text)")
    }
  }

  private func run(
    _ command: String, _ input: [UInt8] = [], seconds: UInt64 = 600
  ) async throws -> [UInt8] {
    try await ShellRun(command: command, input: input, seconds: seconds).output()
  }

  @Test func aProgramRunsToItsEnd() async throws {
    let input = Array(repeating: UInt8(ascii: "x"), count: 300_000)
    #expect(try await run("wc -c | tr -d ' '", input) == Array("300000\n".utf8))
    #expect(try await run("cat", input) == input)
    // It may end without reading, fail, be killed, write without end, or leave somebody behind.
    #expect(try await run("echo cat", input) == Array("cat\n".utf8))
    for command in ["exit 3", "kill -9 $$", "head -c 3000000 /dev/zero", "nosuchprogram"] {
      await #expect(throws: Failure.self, "\(command)") { _ = try await run(command, input) }
    }
    await #expect(throws: Failure.self) { _ = try await run("sleep 3600; echo cat", seconds: 1) }
    await #expect(throws: Failure.self) { _ = try await run("sleep 3600 & echo cat", seconds: 1) }
  }

  /// What was sealed is opened after a crash: the shelf has it before anybody is told.
  @Test func whatWasAnsweredOnceIsAnsweredTheSame() async throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    let shelf = try AnswerShelf(folder + "/shelf")
    let task = task(Array(repeating: [0x61], count: 3))
    let command = "head -c 4 /dev/urandom > /dev/null; printf 'cat\\ndog\\n\\n'"
    let worker = ProgramLabelling(command, shelf, warn: { _ in })
    while await worker.answers(to: task) == nil { await Task.yield() }
    #expect(shelf.answer(of: task.run) == [1, 2, 0])
    // Another process, with a program that says something else by now.
    let later = ProgramLabelling("printf 'dog\\ndog\\ndog\\n'", shelf, warn: { _ in })
    #expect(await later.answers(to: task) == [1, 2, 0])
  }

  @Test func aProgramThatFailsIsAskedThreeTimes() async throws {
    let folder = try ScratchFolder.make()
    defer { ScratchFolder.remove(folder) }
    let warnings = Mutex(0)
    let worker = ProgramLabelling(
      "echo x >> \(folder)/asked; exit 1", try AnswerShelf(folder + "/shelf"),
      warn: { _ in warnings.withLock { $0 += 1 } })
    let task = task([[0x61]])
    while warnings.withLock({ $0 }) < 3 {
      #expect(await worker.answers(to: task) == nil)
      await Task.yield()
    }
    for _ in 0..<8 { #expect(await worker.answers(to: task) == nil) }
    let asked = try LocalFile.read(folder + "/asked", limit: 100)
    #expect(asked.count == 6)
  }
}

/// A folder that is gone after the test.
enum ScratchFolder {
  static func make() throws -> String {
    let path = NSTemporaryDirectory() + "tolsey-label-program-" + UUID().uuidString
    try LocalFile.makeFolder(path)
    return path
  }

  static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }
}
