// One permutation of Keccak (FIPS 202, 3.3), unrolled within the round.

extension Keccak256 {
  /// Keccak-f[1600] over 25 lanes, lane x + 5y.
  static func permute(_ a: UnsafeMutablePointer<UInt64>) {
    for round in 0..<24 {
      keccakRound(a, roundConstants[round])
    }
  }

  @inline(__always)
  private static func keccakRound(_ a: UnsafeMutablePointer<UInt64>, _ constant: UInt64) {
    let c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20]
    let c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21]
    let c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22]
    let c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23]
    let c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24]
    let d0 = c4 ^ rotate(c1, 1)
    let d1 = c0 ^ rotate(c2, 1)
    let d2 = c1 ^ rotate(c3, 1)
    let d3 = c2 ^ rotate(c4, 1)
    let d4 = c3 ^ rotate(c0, 1)
    let b0 = a[0] ^ d0
    let b10 = rotate(a[1] ^ d1, 1)
    let b20 = rotate(a[2] ^ d2, 62)
    let b5 = rotate(a[3] ^ d3, 28)
    let b15 = rotate(a[4] ^ d4, 27)
    let b16 = rotate(a[5] ^ d0, 36)
    let b1 = rotate(a[6] ^ d1, 44)
    let b11 = rotate(a[7] ^ d2, 6)
    let b21 = rotate(a[8] ^ d3, 55)
    let b6 = rotate(a[9] ^ d4, 20)
    let b7 = rotate(a[10] ^ d0, 3)
    let b17 = rotate(a[11] ^ d1, 10)
    let b2 = rotate(a[12] ^ d2, 43)
    let b12 = rotate(a[13] ^ d3, 25)
    let b22 = rotate(a[14] ^ d4, 39)
    let b23 = rotate(a[15] ^ d0, 41)
    let b8 = rotate(a[16] ^ d1, 45)
    let b18 = rotate(a[17] ^ d2, 15)
    let b3 = rotate(a[18] ^ d3, 21)
    let b13 = rotate(a[19] ^ d4, 8)
    let b14 = rotate(a[20] ^ d0, 18)
    let b24 = rotate(a[21] ^ d1, 2)
    let b9 = rotate(a[22] ^ d2, 61)
    let b19 = rotate(a[23] ^ d3, 56)
    let b4 = rotate(a[24] ^ d4, 14)
    chi(a + 0, b0, b1, b2, b3, b4)
    chi(a + 5, b5, b6, b7, b8, b9)
    chi(a + 10, b10, b11, b12, b13, b14)
    chi(a + 15, b15, b16, b17, b18, b19)
    chi(a + 20, b20, b21, b22, b23, b24)
    a[0] ^= constant
  }

  /// The only step that is not linear, for one row.
  @inline(__always)
  private static func chi(
    _ row: UnsafeMutablePointer<UInt64>,
    _ b0: UInt64, _ b1: UInt64, _ b2: UInt64, _ b3: UInt64, _ b4: UInt64
  ) {
    row[0] = b0 ^ (~b1 & b2)
    row[1] = b1 ^ (~b2 & b3)
    row[2] = b2 ^ (~b3 & b4)
    row[3] = b3 ^ (~b4 & b0)
    row[4] = b4 ^ (~b0 & b1)
  }

  @inline(__always)
  private static func rotate(_ x: UInt64, _ n: UInt64) -> UInt64 { x &<< n | x &>> (64 &- n) }

  private static let roundConstants: [UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a,
    0x8000_0000_8000_8000, 0x0000_0000_0000_808b, 0x0000_0000_8000_0001,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8009, 0x0000_0000_0000_008a,
    0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000a,
    0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089,
    0x8000_0000_0000_8003, 0x8000_0000_0000_8002, 0x8000_0000_0000_0080,
    0x0000_0000_0000_800a, 0x8000_0000_8000_000a, 0x8000_0000_8000_8081,
    0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]
}
