// The field against arithmetic of 128 bits, and its laws.

import Arithmetic
import Primitives
import Testing

@Suite struct FieldTests {
  static let p = UInt128(Goldilocks.modulus)

  @Test func everyOperationIsThatOfTheIntegers() {
    var chance = Chance(1)
    for _ in 0..<20_000 {
      let (x, y) = (chance.element(), chance.element())
      let (l, r) = (UInt128(x.value), UInt128(y.value))
      #expect(UInt128((x + y).value) == (l + r) % Self.p)
      #expect(UInt128((x - y).value) == (l + Self.p - r) % Self.p)
      #expect(UInt128((x * y).value) == l * r % Self.p)
      #expect(UInt128((-x).value) == (Self.p - l) % Self.p)
    }
  }

  @Test func edgesAgainstEdges() {
    for left in Chance.edges {
      for right in Chance.edges {
        let product = Goldilocks(left) * Goldilocks(right)
        #expect(UInt128(product.value) == UInt128(left) * UInt128(right) % Self.p)
      }
    }
  }

  @Test func signedNumbersKeepTheirSign() {
    #expect(Goldilocks(Int64(-1)) + .one == .zero)
    #expect(Goldilocks(Int64.min) + Goldilocks(UInt64(1) << 63) == .zero)
    #expect(Goldilocks(Int64.max).value == UInt64(Int64.max))
    #expect(Goldilocks(UInt64.max).value == 0xffff_fffe)
  }

  @Test func whatIsNotCanonicalIsRefused() throws {
    #expect(throws: Refusal.self) { try Goldilocks(checking: Goldilocks.modulus) }
    #expect(throws: Refusal.self) { try Goldilocks(checking: .max) }
    #expect(throws: Refusal.self) { try GoldilocksPair(checking: 0, Goldilocks.modulus) }
    #expect(try Goldilocks(checking: Goldilocks.modulus - 1) + .one == .zero)
  }

  @Test func inversesAreInverses() {
    var chance = Chance(2)
    #expect(Goldilocks.zero.inverse == nil)
    #expect(GoldilocksPair.zero.inverse == nil)
    #expect(Goldilocks.half + .half == .one)
    for _ in 0..<300 {
      let x = chance.element()
      if x != .zero { #expect(x.inverse.map { $0 * x } == .one) }
      let y = chance.pair()
      if y != .zero { #expect(y.inverse.map { $0 * y } == .one) }
    }
  }

  @Test func manyInversesAreThoseOfEach() {
    var chance = Chance(3)
    let elements = (0..<64).map { _ in chance.pair() }.filter { $0 != .zero }
    #expect(GoldilocksPair.inverses(of: elements) == elements.map { $0.inverse ?? .zero })
    #expect(GoldilocksPair.inverses(of: elements + [.zero]) == nil)
    #expect(GoldilocksPair.inverses(of: []) == [])
  }

  /// The root of order 2^32 that Plonky3 publishes for the generator 7.
  @Test func rootsHaveTheirOrder() throws {
    #expect(Goldilocks.root(ofOrderLog2: 32)?.value == 0x1856_29dc_da58_878c)
    #expect(Goldilocks.root(ofOrderLog2: 33) == nil)
    #expect(Goldilocks.root(ofOrderLog2: -1) == nil)
    for k in 1...32 {
      let root = try #require(Goldilocks.root(ofOrderLog2: k))
      #expect(root.raised(to: 1 << UInt64(k - 1)) == -.one)
    }
  }

  @Test func theExtensionIsAField() {
    // 7 is no square, so x² = 7 has no root below and the extension has no zero divisors.
    let residue = Goldilocks.generator.raised(to: (Goldilocks.modulus - 1) / 2)
    #expect(residue == -.one)
    let x = GoldilocksPair(.zero, .one)
    #expect(x * x == GoldilocksPair(Goldilocks(UInt64(7))))
    var chance = Chance(4)
    for _ in 0..<2_000 {
      let (x, y, z) = (chance.pair(), chance.pair(), chance.pair())
      #expect(x * (y + z) == x * y + x * z)
      #expect((x * y) * z == x * (y * z))
      #expect(x * y == y * x)
      #expect(x - y + y == x)
      #expect(x * GoldilocksPair(y.a) == x * y.a)
      let direct = GoldilocksPair(
        x.a * y.a + Goldilocks(UInt64(7)) * x.b * y.b, x.a * y.b + x.b * y.a)
      #expect(x * y == direct)
    }
  }
}
