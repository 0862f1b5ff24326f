// The one rounding: ties go up, both ends saturate, bad parameters are refused.

import Primitives
import Testing

@testable import Graphs

@Suite struct RoundingTests {
  @Test func tiesGoUp() {
    let half = Int64(1) << 23
    #expect(Rounding.round(half, 24, .int8) == 1)
    #expect(Rounding.round(half - 1, 24, .int8) == 0)
    #expect(Rounding.round(-half, 24, .int8) == 0)
    #expect(Rounding.round(-half - 1, 24, .int8) == -1)
    #expect(Rounding.round(3 * half, 24, .int8) == 2)
    #expect(Rounding.round(-3 * half, 24, .int8) == -1)
  }

  @Test func bothEndsSaturate() {
    let most = Int64(Int32.max) * Int64(Rounding.multiplierEnd - 1)
    let least = Int64(Int32.min) * Int64(Rounding.multiplierEnd - 1)
    for shift in Rounding.shifts {
      #expect(Rounding.round(most, shift, .uint8) == 255)
      #expect(Rounding.round(least, shift, .uint8) == 0)
      #expect(Rounding.round(most, shift, .int8) == 127)
      #expect(Rounding.round(least, shift, .int8) == -128)
    }
  }

  /// Every product has one quotient and one remainder below 2^s: what proofs rest on.
  @Test func theRemainderIsUnique() {
    var draw = Draw(seed: 11)
    for _ in 0..<2000 {
      let product = Int64(draw.signed(Int(Int32.max))) * Int64(draw.below(1 << 31))
      for shift in Rounding.shifts {
        let shifted = product + Int64(1) << Int64(shift - 1)
        let quotient = shifted >> Int64(shift)
        let remainder = shifted - quotient << Int64(shift)
        #expect(remainder >= 0 && remainder < Int64(1) << Int64(shift))
        let clamped = Int32(max(-128, min(127, quotient)))
        #expect(Rounding.round(product, shift, .int8) == clamped)
      }
    }
  }

  @Test(arguments: [0, 1, 16, 23, 25, 31, 33, 64, 255] as [UInt8])
  func onlyTwoShiftsAreTaken(shift: UInt8) throws {
    let sums = TensorType(.int32, try Shape([1]))
    let node = Requantise(multipliers: [1], shift: shift, element: .int8)
    #expect(throws: Refusal("badShift", ["got": UInt64(shift)])) {
      try node.result(of: sums)
    }
  }

  @Test(arguments: [0, 1 << 31, UInt32.max])
  func multipliersHaveThirtyOneBits(multiplier: UInt32) throws {
    let sums = TensorType(.int32, try Shape([2]))
    let node = Requantise(multipliers: [5, multiplier], shift: 24, element: .int8)
    #expect(
      throws: Refusal("badMultiplier", ["got": UInt64(multiplier), "end": 1 << 31])
    ) {
      try node.result(of: sums)
    }
  }

  /// Full bytes are the only ranges, so there is no way to write lowest ≥ highest.
  @Test func onlyFullBytesAreRanges() throws {
    #expect(ElementType.allCases.filter(\.isActivation) == [.uint8, .int8])
    for element in ElementType.allCases where element.isActivation {
      #expect(element.highest - element.lowest == 255)
    }
    let sums = TensorType(.int32, try Shape([1]))
    let node = Requantise(multipliers: [1], shift: 24, element: .int32)
    #expect(throws: Refusal("wrongElement", ["got": 2])) { try node.result(of: sums) }
    #expect(throws: Refusal("unknownKind", ["kind": 3])) { try ElementType(wire: 3) }
  }
}
