// An epoch of a full subnet against one pass of integer additions over its matrix.

import Arithmetic
import Subnets

/// Dense weights and bonds: 256 validators judge 4,096 members, and growth at 64 validators.
struct YumaBenchmark {
  var sizes = [(256, 4_096), (64, 100), (64, 1_000), (64, 10_000)]

  func run(_ report: Report) throws {
    report.section("Yuma epochs, dense, one core")
    var sink: Int64 = 0
    for (validators, members) in sizes {
      let input = Self.dense(validators, members)
      let matrix = (0..<validators * members).map { Int64($0 & 65_535) }
      let adds = Repetition.best(rounds: 10) { sink &+= matrix.reduce(0, &+) }
      let epoch = try Repetition.best(rounds: 3) {
        sink &+= Int64(try YumaEpoch.run(input).emission[0])
      }
      let name = "\(validators) validators × \(members) members"
      report.add("\(name): an epoch", epoch / 1_000, "ms")
      report.add("\(name): in passes of additions", epoch / adds, "times")
    }
    if sink == 0 { report.note("nothing was computed") }
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
