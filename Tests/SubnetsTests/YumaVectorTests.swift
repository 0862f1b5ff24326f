// Epochs of Yuma consensus against subtensor's own tests and a bit-exact model of its code.

import Arithmetic
import Primitives
import Testing

@testable import Subnets

@Suite struct YumaVectorTests {
  static let files = [
    "bonds_8", "active_stake_4", "zero_weights_2", "self_weights_10", "yuma3_bonds_reset",
    "yuma3_kappa_moves_first", "yuma3_kappa_moves_last", "yuma3_liquid_alpha_disabled",
    "yuma3_one_epoch_switch", "yuma3_stable_miner",
  ]

  @Test(arguments: files) func everyStepIsEqual(_ name: String) throws {
    let json = try VectorFile.json("yuma/\(name).json")
    let steps = try YumaStep.all(in: json)
    #expect(steps.count == json["steps"]?.array?.count)
    for (index, step) in steps.enumerated() {
      #expect(step.differences == [], "\(name) step \(index)")
    }
  }

  /// An epoch stopped after every few columns ends as one that runs through.
  @Test(arguments: files, [1, 3, 16])
  func slicesChangeNothing(_ name: String, _ columns: Int) throws {
    for step in try YumaStep.all(in: VectorFile.json("yuma/\(name).json")) {
      var epoch = try YumaEpoch(step.input)
      var calls = 0
      var outcome: YumaOutcome?
      while outcome == nil, calls < 1_000 {
        outcome = epoch.advance(columns: columns)
        calls += 1
      }
      #expect(outcome == step.outcome)
      #expect(epoch.columnsLeft == 0)
    }
  }

  /// The plain reference gives what the files say, to the last bit.
  @Test(arguments: files) func thePlainEpochIsEqual(_ name: String) throws {
    for step in try YumaStep.all(in: VectorFile.json("yuma/\(name).json")) {
      let plain = try YumaEpoch.run(step.input, plainly: true)
      #expect(plain.json == step.outcome.json)
      #expect(plain.preranks == step.outcome.preranks)
      #expect(plain.consensus == step.outcome.consensus)
    }
  }

  @Test func aChangedNumberIsFound() throws {
    let text = try VectorFile.json("yuma/zero_weights_2.json").text
    let wrong = text.replacing("500000000,500000000", with: "500000001,500000000")
    let steps = try YumaStep.all(in: JSONValue(parsing: wrong))
    #expect(steps.contains { $0.differences?.isEmpty == false })
  }

  @Test func aGraphOf512() throws {
    let expected = try VectorFile.json("yuma/uniform_512.json")["published"]
    var input = YumaInput(count: 512)
    for uid in 0..<64 {
      input.stakes[uid] = Fixed64(328_125_000_000_000)
      input.weights[uid] = (64..<512).map { YumaEntry(UInt16($0), 65_535) }
      input.permits[uid] = true
    }
    input.maxValidators = 64
    input.emission = 1_000_000_000
    for epoch in UInt64(1)...3 {
      input.currentBlock = epoch * 10
      input.tempo = 1
      input.lastUpdate = Array(repeating: input.currentBlock, count: 512)
      let outcome = try YumaEpoch.run(input)
      for uid in 0..<512 {
        let side = expected?[uid < 64 ? "validator" : "server"]
        #expect(side?["dividends"]?.uint64 == UInt64(outcome.dividends[uid].share))
        #expect(side?["emission"]?.uint64 == outcome.emission[uid])
        #expect(side?["incentive"]?.uint64 == UInt64(outcome.incentive[uid].share))
        #expect(side?["consensus"]?.uint64 == UInt64(outcome.consensus[uid].share))
      }
      #expect(Set(outcome.bonds[..<64].joined().map(\.share)) == [65_535])
      input.bonds = Array(outcome.bonds)
      input.permits = outcome.permits
    }
  }
}
