// Labels: many answers made into a dataset beside crowd-kit, and what the jury of a run costs.

import Arithmetic
import Chain
import Foundation
import Kernel
import Labels
import Market
import Primitives

/// Processor time of one thread, which is what a shared machine leaves to compare.
struct LabelsBenchmark {
  let root: String
  let python: String
  var items = 100_000
  var rounds = 3

  static let (answers, workers, choices) = (5, 500, 4)

  func run(_ report: Report) throws {
    report.section("Labels, processor time of one core")
    try aggregate(report)
    try judge(report)
    try accept(report)
  }

  /// Who is right in half to nineteen of twenty answers, and who is drawn, from a fixed seed.
  static func votes(of items: Int) throws -> LabelVotes {
    var state: UInt64 = 1
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var votes: [LabelVotes.Vote] = []
    votes.reserveCapacity(items * answers)
    for item in 0..<items {
      let truth = draw(choices)
      let first = draw(workers)
      for seat in 0..<answers {
        // A step that shares no divisor with their number gives five different ones.
        let worker = (first + seat * 97) % workers
        let skill = 50 + worker * 45 / workers
        let label = draw(100) < skill ? truth : (truth + 1 + draw(choices - 1)) % choices
        votes.append(LabelVotes.Vote(item: item, worker: worker, label: label))
      }
    }
    return try LabelVotes(votes, items: items, workers: workers, labels: choices)
  }

  // MARK: - Aggregation

  private func aggregate(_ report: Report) throws {
    let votes = try Self.votes(of: items)
    var own = Double.infinity
    var estimate = DawidSkene.estimate(votes, rounds: 1)
    for _ in 0..<rounds {
      let start = Machine.threadSeconds
      estimate = DawidSkene.estimate(votes)
      own = min(own, Machine.threadSeconds - start)
    }
    report.add("\(items) items × \(Self.answers): Dawid and Skene, 20 rounds", own * 1e3, "ms")
    let folder = try ScratchFolder()
    let file = folder.path + "/votes.csv"
    var text = "task,worker,label\n"
    for vote in votes.votes { text += "t\(vote.item),w\(vote.worker),c\(vote.label)\n" }
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let script = root + "/Benchmarks/peers/crowdkit_peer.py"
    guard let peer = try? Child.run([script, file, "20"], program: python) else {
      return report.note("crowd-kit is not there: 'make bench-labels' installs it")
    }
    let found = try JSONDecoder().decode(PeerAnswer.self, from: Data(peer.output.utf8))
    let other = (0..<items).count { item in
      found.labels["t\(item)"] != "c\(estimate.best(item).label)"
    }
    report.add(
      "the same by crowd-kit", found.seconds * 1e3, "ms", ratio: own / found.seconds,
      of: "crowd-kit's time")
    report.add("labels that differ", Double(other), "labels")
  }

  private struct PeerAnswer: Decodable {
    var seconds: Double
    var labels: [String: String]
  }

  // MARK: - On the ledger

  /// Whole roads of labels, signatures and all: what one core takes in, judges and pays.
  private func accept(_ report: Report) throws {
    let (roads, items) = (24, Int(LabelsSpec.mostAnswers) / 3)
    var script = RoadScript(roadsAtOnce: roads, blocks: 64, items: items)
    var rehearsed = try State(script.network.genesis)
    try script.writeWave(of: roads, &rehearsed)
    let keys = script.keys
    var state = try State(script.network.genesis)
    var used = 0.0
    for step in script.steps {
      var signed: [SignedMessage] = []
      for message in step.messages {
        guard let key = keys[message.head.from] else { continue }
        signed.append(SignedMessage.signing(message, with: key, domain: script.network.domain))
      }
      let start = Machine.processSeconds
      var verified: [VerifiedMessage] = []
      for message in signed {
        verified.append(try VerifiedMessage(message, domain: script.network.domain))
      }
      let made = try state.produce(script.network.plan(after: step.after, state), verified)
      used += Machine.processSeconds - start
      try made.expectAllDone("labels")
    }
    let labels = Double(roads * 3 * items)
    report.add(
      "labels accepted a second: whole roads of 3 × \(items)", labels / used, "labels",
      goal: .atLeast(10_000))
  }

  // MARK: - The jury

  /// The largest runs that the ledger takes, answered by seats of all skills.
  private func judge(_ report: Report) throws {
    var sink: UInt64 = 0
    for seats in [3, 7] {
      let items = Int(LabelsSpec.mostAnswers) / seats
      let votes = try Self.votes(of: items * seats)
      let answers = (0..<seats).map { seat in
        (0..<items).map { UInt8(votes.votes[$0 * seats + seat].label + 1) }
      }
      let gold = (0..<items).map { $0 % 10 == 0 ? answers[0][$0] : 0 }
      var least = Double.infinity
      for _ in 0..<rounds * 10 {
        let start = Machine.threadSeconds
        sink &+= LabelJudge(answers, gold: gold, choices: Self.choices).scores[0].whole
        least = min(least, Machine.threadSeconds - start)
      }
      report.add("judging \(seats) seats × \(items) items", least * 1e3, "ms")
      report.add("  labels judged a second", Double(items * seats) / least, "labels")
    }
    if sink == .max { report.note("nothing was computed") }
  }
}
