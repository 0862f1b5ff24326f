// The demo itself, small: over HTTP, with real digits, twice.

import Foundation
import Node
import Primitives
import Testing
import Workers

@Suite("The demo")
struct DemoScenarios {
  static func run(_ seed: UInt64, into folder: String) async throws -> DemoSummary {
    var configuration = DemoConfiguration()
    configuration.seed = seed
    configuration.open = 8
    configuration.replicated = 3
    configuration.disputable = 6
    configuration.proved = 3
    configuration.privately = 2
    configuration.receipts = folder
    return try await Demo(configuration).run()
  }

  static func files(in folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      files[name] = FileManager.default.contents(atPath: folder + "/" + name)
    }
    return files
  }

  @Test("one seed, one summary, the same receipts; and every dollar is somewhere")
  func twice() async throws {
    let base = NSTemporaryDirectory() + "demo-test-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: base) }
    let first = try await Self.run(5, into: base + "/a")
    let second = try await Self.run(5, into: base + "/b")
    #expect(first == second)
    let files = try Self.files(in: base + "/a")
    #expect(try Self.files(in: base + "/b") == files)
    #expect(UInt64(files.keys.count { $0.hasSuffix(".receipt") }) == first.receipts)
    let games = files.filter { $0.key.hasSuffix(".dispute") }
    #expect(games.count == first.disputes.count && games.count + Int(first.receipts) == files.count)
    for file in games.values {
      let finding = try DisputeReplay.judge(try DisputeRecord(bytes: Array(file)))
      #expect(first.disputes.contains { $0.finding == finding })
    }

    #expect(first.bought == 22)
    #expect(first.moneyIsWhole)
    #expect(first.moneyIn == Amount(100_000_000))
    #expect(
      first.checks.map(\.name)
        == ["open", "replicated", "disputable", "proved", "proved(private)"])
    for check in first.checks {
      let cheats = check.cheats
      #expect(cheats.tried == cheats.caught + cheats.unpaid + cheats.paid)
      #expect(check.paid <= check.limit)
    }
    #expect(first.checks[1].cheats.paid == 0)
    #expect(first.checks[0].cheats.caught == 0)
    #expect(first.cheats.count == 10)
    #expect(first.json["bought"]?.uint64 == 22)
    #expect(first.json["checks"]?["open"]?["bought"]?.uint64 == 8)
    Self.expectCourt(in: first)
    // The cheapest proves a lie, and is never paid for it.
    #expect(first.checks[3].bought == 3 && first.checks[3].right == 3)
    #expect(first.checks[3].cheats.caught >= 1 && first.checks[3].cheats.paid == 0)
    #expect(first.cheats.first { $0.name == "forger" }?.earned == .zero)
    // A proof that holds about another input: the buyer shows its own, and has its money back.
    #expect(first.checks[4].bought == 2 && first.checks[4].right == 2)
    #expect(first.checks[4].cheats.caught >= 1 && first.checks[4].cheats.paid == 0)
    let stranger = first.cheats.first { $0.name == "stranger" }
    #expect(stranger?.earned == .zero && stranger?.lost ?? .zero > .zero)
    // Most of any three seats agree on a lie, and an auditor is always called.
    #expect(first.checks[1].felled == 1 && first.checks[1].audits == 1)
    let cartel = first.cheats.filter { $0.name.hasPrefix("cartel") }
    #expect(cartel.contains { $0.lost > .zero } && cartel.allSatisfy { $0.earned == .zero })
  }

  /// The first want is published and taken by the cheapest, who lies: somebody finds out.
  static func expectCourt(in summary: DemoSummary) {
    #expect(summary.checks[2].bought == 6)
    #expect(summary.checks[2].cheats.caught >= 1)
    let middle = summary.disputes.first { $0.provider == "middle" }
    #expect(middle?.finding.state == "won")
    #expect(middle?.finding.step?.holds == false)
    #expect((middle?.finding.step?.work ?? 0) > 0)
    #expect((middle?.finding.step?.bytes ?? .max) <= 100_000)
    #expect(summary.checkers.count == 4)
    #expect(summary.checkers.allSatisfy { $0.report.forfeited == .zero })
    #expect(summary.json["checks"]?["disputable"]?["cheatsCaught"]?.uint64 ?? 0 >= 1)
  }

  @Test("another seed is another network")
  func otherSeed() async throws {
    let base = NSTemporaryDirectory() + "demo-test-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: base) }
    let first = try await Self.run(1, into: base + "/a")
    let second = try await Self.run(2, into: base + "/b")
    #expect(first.network != second.network)
    #expect(
      Set(try Self.files(in: base + "/a").keys)
        .isDisjoint(with: try Self.files(in: base + "/b").keys))
  }
}
