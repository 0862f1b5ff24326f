// What epochs are charged with, and that what finds no room waits for the next block.

import Kernel
import Primitives
import Testing

@testable import Subnets

@Suite struct EpochWorkTests {
  static func subnet(members: UInt64, _ change: (inout SubnetParameters) -> Void) -> Subnet {
    var subnet = Subnet()
    subnet.members = members
    change(&subnet.parameters)
    return subnet
  }

  /// The dearest subnet that the rules allow fits into a block, and four of the usual ones do.
  @Test func theDearestFits() {
    let liquid = Self.subnet(members: 256) { ($0.isYuma3, $0.hasLiquidAlpha) = (true, true) }
    #expect(EpochWork.units(of: liquid) <= EpochWork.unitsOfBlock)
    let classic = Self.subnet(members: 256) { $0.hasLiquidAlpha = true }
    #expect(4 * EpochWork.units(of: classic) == EpochWork.unitsOfBlock)
    // Liquid alpha without Yuma 3 says nothing, and costs nothing.
    #expect(EpochWork.units(of: classic) == EpochWork.units(of: Self.subnet(members: 256) { _ in }))
  }

  /// Weights were all that was counted: 128 subnets of 256 seats and one judge ended in one block,
  /// with 32,768 rows of members to read, pay and write.
  @Test func seatsCountWhereFewJudge() {
    let crowd = Self.subnet(members: 256) { $0.validators = 1 }
    let block = EpochWork.unitsOfBlock / EpochWork.units(of: crowd)
    #expect(block == 8, "twice as many as of subnets in which 64 judge")
  }

  @Test func dearerRulesCostMore() {
    func units(_ change: (inout SubnetParameters) -> Void) -> UInt64 {
      EpochWork.units(of: Self.subnet(members: 100, change))
    }
    let classic = units { _ in }
    let yuma3 = units { $0.isYuma3 = true }
    let liquid = units { ($0.isYuma3, $0.hasLiquidAlpha) = (true, true) }
    #expect(classic < yuma3 && yuma3 < liquid)
    #expect(EpochWork.units(of: Self.subnet(members: 0) { _ in }) > 0)
    // No more judge than there are.
    #expect(
      EpochWork.units(members: 3, validators: 64, .classic)
        == EpochWork.units(members: 3, validators: 3, .classic))
  }

  /// Two subnets end at once; the block has room for the one and a unit too little for the other.
  @Test func whatFindsNoRoomWaits() throws {
    var t = try SubnetLedger(people: ["a", "b"])
    for number in [1, 2] as [UInt64] {
      #expect(t.create() == nil)
      for name in ["a", "b"] { #expect(t.register(name, in: number) == nil) }
    }
    let first = t.room.subnet(1)
    let units = EpochWork.units(of: try #require(first))
    var full = BlockWork()
    full.height = t.k.height + 1
    full.cells = EpochWork.unitsOfBlock - 2 * units + 1
    t.room.work[0] = full
    t.forget()
    try t.endEpoch()
    #expect(t.room.subnet(1)?.epoch == 1)
    #expect(t.room.subnet(2)?.epoch == 0)
    #expect(t.room.work(at: t.k.height) == EpochWork.unitsOfBlock - units + 1)
    // Until then nobody changes what it is computed from.
    #expect(t.register("sponsor", in: 2)?.code == "epochIsDue")
    try t.pass(milliseconds: 1)
    #expect(t.room.subnet(2)?.epoch == 1)
    #expect(t.room.work(at: t.k.height) == units)
    #expect(t.room.work(at: t.k.height + 1) == 0)
    #expect(t.isBalanced == true)
  }

  /// The first of a block always has room, however full its rule.
  @Test func nothingIsTooGreatForAllBlocks() throws {
    var t = try SubnetLedger(people: ["a"])
    #expect(t.create() == nil)
    #expect(t.register("a") == nil)
    try t.endEpoch()
    #expect(t.room.subnet(1)?.epoch == 1)
    #expect(t.room.work(at: t.k.height) == EpochWork.units(members: 1, validators: 64, .classic))
  }
}
