// How large a picture says that it is, read without drawing it.

/// Width and height out of the head of a PNG or a JPEG. A few bytes may unfold to gigabytes of
/// pixels, so nobody is shown a picture whose size is not known or beyond reason.
public enum LabelPicture {
  public static let mostPixels = 40_000_000

  /// Nil where the head does not say.
  public static func size(of bytes: [UInt8]) -> (width: Int, height: Int)? {
    switch LabelMedia(of: bytes) {
    case .png?: png(bytes)
    case .jpeg?: jpeg(bytes)
    default: nil
    }
  }

  public static func mayBeShown(_ bytes: [UInt8]) -> Bool {
    guard let size = size(of: bytes), size.width > 0, size.height > 0 else { return false }
    return size.width.multipliedReportingOverflow(by: size.height).partialValue <= mostPixels
  }

  /// Its first chunk is the head (PNG, third edition, section 11.2.1).
  private static func png(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    guard bytes.count >= 24, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
    return (number(bytes[16..<20]), number(bytes[20..<24]))
  }

  /// The frame header stands behind any number of other segments (ITU-T T.81, B.2.2).
  private static func jpeg(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
    var place = 2
    while place + 9 <= bytes.count {
      guard bytes[place] == 0xff else { return nil }
      let marker = bytes[place + 1]
      switch marker {
      case 0xff: place += 1
      case 0x01, 0xd0...0xd7: place += 2
      case 0xc0...0xc3, 0xc5...0xc7, 0xc9...0xcb, 0xcd...0xcf:
        return (number(bytes[place + 7..<place + 9]), number(bytes[place + 5..<place + 7]))
      case 0xd8, 0xd9, 0xda: return nil
      default: place += 2 + max(2, number(bytes[place + 2..<place + 4]))
      }
    }
    return nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }
}
