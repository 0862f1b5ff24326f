// An epoch of a full subnet against one pass of integer additions over its matrix, and NumPy's.

import Arithmetic
import Foundation
import Subnets

/// Dense weights and bonds: 256 validators judge 4,096 members, and growth at 64 validators.
struct YumaBenchmark {
  let root: String
  let python: String
  var sizes = [(256, 4_096), (64, 100), (64, 1_000), (64, 10_000)]

  func run(_ report: Report) throws {
    report.section("Yuma epochs, dense, one core")
    for (validators, members) in sizes { try measure(validators, members, report) }
    if let (validators, members) = sizes.first { try measureOthers(validators, members, report) }
    if let (validators, members) = sizes.first { try compare(validators, members, report) }
  }

  private func measure(_ validators: Int, _ members: Int, _ report: Report) throws {
    var sink: Int64 = 0
    let input = Self.dense(validators, members)
    let matrix = (0..<validators * members).map { Int64($0 & 65_535) }
    let adds = Repetition.best(rounds: 10) { sink &+= matrix.reduce(0, &+) }
    // The same of a matrix that no cache keeps from one pass to the next.
    let large = [Int64](repeating: 1, count: 1 << 25)
    let far = Repetition.best(rounds: 3) { sink &+= large.reduce(0, &+) }
    let farAdds = far * Double(matrix.count) / Double(large.count)
    let epoch = try Repetition.best(rounds: 10) {
      sink &+= Int64(try YumaEpoch.run(input).emission[0])
    }
    let listed = try Repetition.best(rounds: 10) {
      for row in try YumaEpoch.run(input).bonds { sink &+= Int64(row.count) }
    }
    let name = "\(validators) validators × \(members) members"
    let isHeadline = (validators, members) == (256, 4_096)
    report.add("\(name): an epoch", epoch / 1_000, "ms")
    report.add(
      "\(name): in passes of additions", epoch / adds, "times",
      goal: isHeadline ? .below(20) : nil)
    report.add("\(name): in passes from main memory", epoch / farAdds, "times")
    report.add("\(name): and its bonds as lists", listed / 1_000, "ms")
    if sink == 0 { report.note("nothing was computed") }
  }

  /// The same subnet with fewer entries, and by the other rule.
  private func measureOthers(_ validators: Int, _ members: Int, _ report: Report) throws {
    var sink = 0
    for part in [20, 100] {
      var input = Self.dense(validators, members)
      for uid in 0..<validators {
        input.weights[uid] = input.weights[uid].filter { Int($0.uid &+ UInt16(uid)) % part == 0 }
        input.bonds[uid] = input.bonds[uid].filter { Int($0.uid &+ UInt16(uid)) % part == 0 }
      }
      let took = try Repetition.best(rounds: 3) {
        sink &+= Int(try YumaEpoch.run(input).emission[0] & 1) + 1
      }
      report.add("with one entry in \(part)", took / 1_000, "ms")
    }
    for isLiquid in [false, true] {
      var input = Self.dense(validators, members)
      (input.isYuma3, input.hasLiquidAlpha) = (true, isLiquid)
      let took = try Repetition.best(rounds: 1) {
        sink &+= Int(try YumaEpoch.run(input).emission[0] & 1) + 1
      }
      report.add(
        "by Yuma 3\(isLiquid ? " with liquid alpha" : "")",
        took * 1_000 / Double(validators * members), "ns an entry")
    }
    if sink == 0 { report.note("nothing was computed") }
  }

  // MARK: - NumPy

  private struct PeerAnswer: Decodable {
    var seconds: Double
    var incentive: [Double]
    var dividends: [Double]
  }

  /// Processor time of the same epoch by a NumPy version that was written for this.
  private func compare(_ validators: Int, _ members: Int, _ report: Report) throws {
    let script = root + "/Benchmarks/peers/yuma_numpy.py"
    let words = [script, "\(validators)", "\(members)", "3"]
    guard let peer = try? Child.run(words, program: python) else {
      return report.note("numpy is not there: 'make bench-yuma' installs it")
    }
    let found = try JSONDecoder().decode(PeerAnswer.self, from: Data(peer.output.utf8))
    let input = Self.dense(validators, members)
    var own = Double.infinity
    var outcome = try YumaEpoch.run(input)
    for _ in 0..<10 {
      let start = Machine.threadSeconds
      outcome = try YumaEpoch.run(input)
      own = min(own, Machine.threadSeconds - start)
    }
    report.add(
      "the same by NumPy, in floating point", found.seconds * 1e3, "ms",
      ratio: own / found.seconds, of: "NumPy's time")
    let shares =
      Array(zip(found.incentive, outcome.incentive))
      + Array(zip(found.dividends, outcome.dividends))
    let apart = shares.map { abs($0 - Double($1.raw) / 4_294_967_296) }.max() ?? 0
    report.add("greatest difference of a share", apart * 1e9, "billionths")
  }

  /// Every validator weighs and owns a part of everybody.
  static func dense(_ validators: Int, _ members: Int) -> YumaInput {
    var input = YumaInput(count: members)
    var state: UInt64 = 1
    func share() -> UInt16 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt16(truncatingIfNeeded: state >> 40)
    }
    for uid in 0..<min(validators, members) {
      input.stakes[uid] = Fixed64(1_000 + Int(share()))
      input.permits[uid] = true
      input.weights[uid] = (0..<members).map { YumaEntry(UInt16($0), share()) }
      input.bonds[uid] = (0..<members).map { YumaEntry(UInt16($0), share()) }
    }
    input.maxValidators = validators
    input.currentBlock = 1_000
    input.lastUpdate = Array(repeating: 900, count: members)
    input.emission = 1_000_000_000
    return input
  }
}
