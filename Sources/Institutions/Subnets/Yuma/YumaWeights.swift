// Weights as a validator sends them, made into the shares that are stored.

/// A row of weights on its way into the store.
public enum YumaWeights {
  /// Scales a row so that its greatest share is 65535 (`vec_u16_max_upscale_to_u16`); halves are
  /// rounded away from zero, and a row of zeros stays.
  public static func upscaled(_ row: [UInt16]) -> [UInt16] {
    guard let greatest = row.max(), greatest > 0 else { return row }
    let full = Fixed32(65_535)
    let top = Fixed32(Int64(greatest))
    return row.map { share in
      let share = Fixed32(Int64(share))
      // The product with 65535 would not fit where the greatest share is large.
      let scaled = greatest > 32_768 ? share * (full / top) : (share * full) / top
      return UInt16(clamping: (scaled.raw + (1 << 31)) >> 32)
    }
  }
}
