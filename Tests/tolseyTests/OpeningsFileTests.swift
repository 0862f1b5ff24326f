// The counter of hidden weights' openings: a file that is not set back, copied, or counted twice.

import Foundation
import Primitives
import Proofs
import Testing

@testable import tolsey

@Suite struct OpeningsFileTests {
  private func withCounter<T>(
    _ range: Range<UInt64>, _ body: (OpeningsFile) throws -> T
  ) throws -> T {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("openings-\(UUID().uuidString)").path
    defer { remove(path) }
    return try body(try OpeningsFile.make(path, root: .zero, OpeningRange(range)))
  }

  /// A counter, and its marks.
  private func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
    try? FileManager.default.removeItem(atPath: path + ".d")
  }

  /// Puts bytes into a file that stays the same one, as `cp` does.
  private func overlay(_ bytes: [UInt8], on path: String) throws {
    let file = try #require(FileHandle(forWritingAtPath: path))
    defer { try? file.close() }
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(bytes))
  }

  private func append(_ text: String, to counter: OpeningsFile) throws {
    let file = try #require(FileHandle(forWritingAtPath: counter.path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
  }

  /// The machine died while it wrote: half a line, an empty one, or what nobody knows.
  @Test func halfALineIsASpentIndex() throws {
    for text in ["s", "\nspen", "\nspend", "spend x\n", "\ngive\n", "\n?\n"] {
      try withCounter(0..<9) { counter throws in
        #expect(try counter.spend(of: .zero) == 0)
        try append(text, to: counter)
        #expect(try counter.spend(of: .zero) == 2, "\(text)")
      }
    }
    try withCounter(0..<9) { counter throws in
      try append("\ngive 10\n", to: counter)
      #expect(throws: Refusal.self) { try counter.spend(of: .zero) }
    }
  }

  @Test func aCopyIsNoCounter() throws {
    try withCounter(0..<9) { counter throws in
      #expect(try counter.spend(of: .zero) == 0)
      let copy = counter.path + ".copy"
      defer { try? FileManager.default.removeItem(atPath: copy) }
      try FileManager.default.copyItem(atPath: counter.path, toPath: copy)
      #expect(throws: Refusal("openingsMoved")) {
        try OpeningsFile(path: copy).spend(of: .zero)
      }
      // Put back over the other, as a backup would be.
      try LocalFile.write(try LocalFile.read(copy), to: counter.path)
      #expect(throws: Refusal("openingsMoved")) { try counter.spend(of: .zero) }
    }
  }

  /// The same file, so that its place tells nothing; its marks do.
  @Test func olderBytesAreRefused() throws {
    let changes: [(OpeningsFile) throws -> Void] = [
      { _ = try $0.spend(of: .zero) }, { _ = try $0.give(2) }, { try $0.shut() },
    ]
    for change in changes {
      try withCounter(0..<9) { counter throws in
        #expect(try counter.spend(of: .zero) == 0)
        let older = try LocalFile.read(counter.path)
        try change(counter)
        let newer = try LocalFile.read(counter.path)
        try overlay(older, on: counter.path)
        #expect(throws: Refusal("openingsMoved")) { try counter.spend(of: .zero) }
        #expect(throws: Refusal("openingsMoved")) { try counter.give(1) }
        #expect(throws: Refusal("openingsMoved")) { try counter.shut() }
        // Nothing was written, and what was put over it was all that was wrong.
        #expect(try LocalFile.read(counter.path) == older)
        try overlay(newer, on: counter.path)
        _ = try counter.state
      }
    }
  }

  @Test func marksAndCounterStayTogether() throws {
    try withCounter(0..<9) { counter throws in
      #expect(try counter.spend(of: .zero) == 0)
      // The machine died between a line and its mark.
      try append("\nspend\n", to: counter)
      #expect(try counter.spend(of: .zero) == 2)
      #expect(try counter.give(2) == OpeningRange(7..<9))
      #expect(try LocalFile.names(in: counter.marks) == ["0", "2", "7", "8"])
      for _ in 0..<2 { try counter.shut() }
      #expect(try counter.state.range.left == 0)
      // Nobody counts anew where one was.
      try FileManager.default.removeItem(atPath: counter.path)
      #expect(throws: Refusal("openingsMoved")) {
        try OpeningsFile.make(counter.path, root: .zero, OpeningRange(0..<9))
      }
    }
    try withCounter(0..<9) { counter throws in
      try FileManager.default.removeItem(atPath: counter.marks)
      #expect(throws: Refusal("openingsMoved")) { try counter.spend(of: .zero) }
    }
  }

  @Test func oneRootOnly() throws {
    try withCounter(3..<5) { counter throws in
      #expect(throws: Refusal("otherWeights")) {
        try counter.spend(of: SHA256.hash(Array("another root".utf8)))
      }
      #expect(try counter.spend(of: .zero) == 3)
      // No second counter is made over it.
      #expect(throws: Failure.self) {
        try OpeningsFile.make(counter.path, root: .zero, OpeningRange(0..<9))
      }
      #expect(try counter.spend(of: .zero) == 4)
      #expect(throws: Refusal("budgetSpent", ["budget": 5])) { try counter.spend(of: .zero) }
    }
    for text in ["", "openings 2\n", "openings 1\nroot 0\nrange 0 1\nplace a 1 2\n"] {
      #expect(OpeningsFile.state(text) == nil)
    }
    #expect(throws: Refusal("openingsUnreadable")) {
      try OpeningsFile(path: "/nowhere/openings-0").spend(of: .zero)
    }
  }

  /// Many at once: every index once.
  @Test func manyAtOnce() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("openings-\(UUID().uuidString)").path
    defer { remove(path) }
    let counter = try OpeningsFile.make(path, root: .zero, OpeningRange(0..<64))
    let all = try await withThrowingTaskGroup(of: [UInt64].self) { group in
      for _ in 0..<8 {
        group.addTask { try (0..<8).map { _ in try counter.spend(of: .zero) } }
      }
      var all: [UInt64] = []
      for try await own in group { all += own }
      return all
    }
    #expect(all.sorted() == Array(0..<64))
  }
}
