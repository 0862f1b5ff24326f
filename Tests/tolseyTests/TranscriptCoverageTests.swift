// Every command occurs in a transcript, once where it succeeds and once where it fails.

import ArgumentParser
import Foundation
import Testing

@testable import tolsey

@Suite struct TranscriptCoverageTests {
  /// What no transcript shows, and where it is held instead.
  static let exceptions: [String: String] = [
    "+ cheats": "it takes minutes; CheatsCommandTests runs it with few attempts",
    "+ lease close": "no moment between two runs is long enough; MarketTests/OfferRoadTests",
    "+ run accept": "'tolsey buy' accepts by itself at once; NodeTests/RoadTests sends it",
    "+ run reject": "'tolsey buy' accepts by itself at once; MarketTests/OfferRoadTests",
    "+ tournament reveal": "it waits for minutes; Tests/Docs types howto/run-a-tournament.md",
    "+ tournament truth": "it waits for minutes; Tests/Docs types howto/run-a-tournament.md",
    "+ voucher equivocation": "no seller of ours signs two things; PaymentsTests has one that does",
    "+ labels gold": "it waits for a person at a page; AgentsTests/LabelDoorTests is that person",
    "+ subnet collect": "an epoch lasts a minute at least; SubnetsTests/AssetLedgerTests collects",
    "+ order release": "nothing freezes but by a fault of ours; MarketTests/FrozenTests makes one",
  ]

  /// One command line of a transcript, and how it must end.
  struct Step {
    var line: String
    var expected: [Substring] = []

    /// A command in the middle of a pipe gives its error and not its exit code.
    var fails: Bool {
      expected.contains {
        $0.hasPrefix("exit ") || $0.hasPrefix("stderr: tolsey: error:")
          || $0.hasPrefix("tolsey: error")
      }
    }

    /// The commands that it types, in their order. A list of commands in quotes is one that a
    /// loop goes through.
    func commands(among known: Set<String>) -> [String] {
      let marks = line.contains("tolsey $line") ? ["tolsey ", "'", "\""] : ["tolsey "]
      var found: [(at: String.Index, command: String)] = []
      for mark in marks {
        for range in line.ranges(of: mark) {
          let words = line[range.upperBound...].prefix { $0.isLetter || $0 == " " }
            .split(separator: " ")
          let path = (1...3).reversed().lazy.map { words.prefix($0).joined(separator: " ") }
            .first { known.contains($0) }
          if let path { found.append((range.lowerBound, path)) }
        }
      }
      return found.sorted { $0.at < $1.at }.map(\.command)
    }
  }

  static func steps() throws -> [Step] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Transcripts")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    var steps: [Step] = []
    for name in names where name.hasSuffix(".txt") {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("$ ") {
          steps.append(Step(line: String(line.dropFirst(2))))
        } else if !steps.isEmpty {
          steps[steps.count - 1].expected.append(line)
        }
      }
    }
    return steps
  }

  /// The paths of all commands that do something: `order show`.
  static func paths(
    below type: any ParsableCommand.Type = Tolsey.self, _ path: [String] = []
  ) -> [String] {
    let configuration = type.configuration
    var children = configuration.subcommands
    for group in configuration.groupedSubcommands { children += group.subcommands }
    var found = type is any ConsoleCommand.Type ? [path.joined(separator: " ")] : []
    for child in children {
      found += paths(below: child, path + [child.configuration.commandName ?? ""])
    }
    return found
  }

  @Test func everyCommandIsSeenToSucceedAndToFail() throws {
    let known = Set(Self.paths())
    #expect(known.count > 120)
    var seen: Set<String> = []
    for step in try Self.steps() {
      let commands = step.commands(among: known)
      // Of several commands in one line the last is the one that fails.
      for command in commands.dropLast() { seen.insert("+ " + command) }
      if let last = commands.last { seen.insert((step.fails ? "- " : "+ ") + last) }
    }
    let wanted = Set(known.flatMap { ["+ " + $0, "- " + $0] })
    let missing = wanted.subtracting(seen)
    let excused = Set(Self.exceptions.keys)
    #expect(missing.subtracting(excused).sorted() == [], "write a transcript, or a reason")
    #expect(excused.subtracting(missing).sorted() == [], "what is shown needs no reason")
    #expect(Self.exceptions.values.allSatisfy { !$0.isEmpty })
  }

  @Test func aCommandIsFoundHoweverItIsTyped() {
    let known: Set = ["order", "order show", "model published list", "buy", "buy status"]
    let lines = [
      ("TOLSEY_NODE=$(cat url) tolsey order show $(cat order) | head -1", ["order show"]),
      ("tolsey buy --model x; tolsey buy status alice", ["buy", "buy status"]),
      (
        "while read line; do tolsey $line; done < 'model published list'",
        ["model published list"]
      ),
      ("echo order show", []),
    ]
    for (line, commands) in lines {
      #expect(Step(line: line).commands(among: known) == commands)
    }
    #expect(Step(line: "", expected: ["stderr: tolsey: error: no"]).fails)
    #expect(!Step(line: "", expected: ["stderr: tolsey: hint: no"]).fails)
  }
}
