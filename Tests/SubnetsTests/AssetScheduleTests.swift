// The schedule of an own asset by brute force: what it pays in all, and never more than the cap.

import Kernel
import Primitives
import Testing

@testable import Subnets

@Suite struct AssetScheduleTests {
  private func asset(_ perEpoch: UInt64, _ halving: UInt64, cap: UInt64 = 0) -> SubnetAsset {
    var asset = SubnetAsset()
    (asset.name, asset.cap) = ("digit", Amount(cap))
    (asset.perEpoch, asset.halving) = (Amount(perEpoch), halving)
    return asset
  }

  /// Every epoch of every small schedule, added up.
  @Test func theSumIsThatOfAllEpochs() throws {
    for perEpoch in UInt64(1)...130 {
      for halving in UInt64(1)...9 {
        let asset = asset(perEpoch, halving)
        var sum: UInt64 = 0
        for epoch in 0..<(halving * 9) {
          #expect(try asset.scheduled(before: epoch) == Amount(sum))
          sum += asset.emission(at: epoch).units
        }
        #expect(asset.emission(at: halving * 9) == .zero)
        #expect(try asset.scheduled() == Amount(sum))
        #expect(try asset.scheduled(before: .max) == Amount(sum))
      }
    }
  }

  /// Schedules of any size that are taken: what is paid and what is pooled is the cap, to the unit.
  @Test func noScheduleThatIsTakenPaysMoreThanTheCap() throws {
    var dice = Dice(8)
    var taken = 0
    for _ in 0..<20_000 {
      let cap = 1_000_000 + dice.next() % SubnetAsset.mostCap
      let halving = dice.amount(upTo: 1_000_000).units
      let asset = asset(dice.amount(upTo: 3 * cap / halving + 1).units, halving, cap: cap)
      guard (try? asset.check()) != nil else { continue }
      taken += 1
      var sum = UInt64(0)
      for level in 0..<UInt64(64) { sum += asset.emission(at: level * halving).units * halving }
      let pooled = try asset.poolPart()
      #expect(sum + pooled.units == asset.cap.units)
      #expect(pooled.units >= asset.cap.units / 10 && sum >= asset.cap.units / 10)
    }
    #expect(taken > 500)
  }

  @Test func halvingsAreWhereTheyAreSaid() {
    let asset = asset(8, 10)
    #expect(
      [0, 9, 10, 19, 20, 30, 40, .max].map { asset.emission(at: $0).units }
        == [8, 8, 4, 4, 2, 1, 0, 0])
    #expect(asset.nextHalving(after: 0) == 10 && asset.nextHalving(after: 10) == 20)
    #expect(asset.nextHalving(after: 39) == 40 && asset.nextHalving(after: 40) == nil)
  }

  @Test(
    arguments: [
      (10_000_000, 0, 10, "outOfRange"), (10_000_000, 1, 0, "outOfRange"),
      (999_999, 100, 1_000, "outOfRange"), (10_000_000, 1, 1_000_001, "outOfRange"),
      (10_000_000_000_000_001, 100, 1_000, "outOfRange"),
      // Nine tenths and a unit more; a tenth and a unit less.
      (10_000_000, 4_500_008, 1, "badAssetSchedule"), (10_000_000, 500_000, 1, "badAssetSchedule"),
      (10_000_000_000_000_000, 10_000_000_000_000_000, 1_000_000, "overflow"),
    ] as [(UInt64, UInt64, UInt64, String)])
  func whatPaysTooMuchOrTooLittleIsRefused(
    cap: UInt64, perEpoch: UInt64, halving: UInt64, code: String
  ) {
    #expect {
      try asset(perEpoch, halving, cap: cap).check()
    } throws: { ($0 as? Refusal)?.code == code }
  }
}
