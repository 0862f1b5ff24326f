// How the fast program lays tensors out: planes with the channel last, bytes never negative.

import CKernels
import Graphs

/// Where the elements of a tensor lie in its piece of memory.
///
/// A tensor of three axes lies with its channels innermost, since neighbouring channels share
/// their weights' cache lines, and with the pads around it that the convolution behind it
/// wants. Others, and matrices that are multiplied with each other, lie as they are: one place of
/// many channels. An `int8` is stored plus 128,
/// which the dot-product instruction wants and which keeps the order of values.
struct TensorLayout: Sendable {
  let element: ElementType
  let channels: Int
  let height: Int
  let width: Int
  /// The bytes of a line, pads and all.
  let lineBytes: Int
  /// Where the first element lies.
  let origin: Int
  /// The bytes of one sample, a multiple of a cache line.
  let stride: Int
  let isPadded: Bool

  init(
    _ type: TensorType, pads: Window = Window(height: 1, width: 1), isFlat: Bool = false
  ) {
    element = type.element
    let dims = type.shape.dims
    let isPlane = dims.count == 3 && !isFlat
    channels = isPlane ? dims[0] : type.shape.count
    height = isPlane ? dims[1] : 1
    width = isPlane ? dims[2] : 1
    let placeBytes = channels * type.element.byteCount
    lineBytes = (pads.left + width + pads.right) * placeBytes
    origin = pads.top * lineBytes + pads.left * placeBytes
    let bytes = (pads.top + height + pads.bottom) * lineBytes
    // A kernel may read three bytes behind a segment.
    stride = (bytes + 3 + 63) & ~63
    isPadded = pads.top + pads.left + pads.bottom + pads.right > 0
  }

  var count: Int { channels * height * width }
  var byteCount: Int { count * element.byteCount }
  var placeBytes: Int { channels * element.byteCount }

  /// What is added to a stored activation.
  var offset: Int32 { element == .int8 ? 128 : 0 }

  /// Whether elements lie in canonical order, one behind the other.
  var isInOrder: Bool { !isPadded && (channels == 1 || height * width == 1) }

  /// Whether the memory holds the canonical bytes.
  var isCanonical: Bool { isInOrder && offset == 0 }

  /// Which element of an unpadded memory is this one of the canonical order.
  func place(of element: Int) -> Int {
    let plane = height * width
    return element % plane * channels + element / plane
  }
}

extension TensorLayout {
  /// Stores the canonical bytes of an activation.
  func store(_ from: UnsafePointer<UInt8>, at to: UnsafeMutablePointer<UInt8>) {
    let flip = UInt8(offset)
    for row in 0..<height {
      let line = to + origin + row * lineBytes
      if channels == 1 || width == 1 && height == 1 {
        let own = from + row * width
        for at in 0..<width * channels { line[at] = own[at] ^ flip }
      } else {
        for channel in 0..<channels {
          let own = from + (channel * height + row) * width
          for column in 0..<width { line[column * channels + channel] = own[column] ^ flip }
        }
      }
    }
  }

  /// Reads the canonical bytes, four of them a sum. Sums have no pads.
  func load(_ from: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) {
    // A plane without pads is one long line, and so is a plane of one place its own plane.
    let isOneLine = !isPadded || width * height == 1
    let (lines, columns) = isOneLine ? (1, height * width) : (height, width)
    if element == .int32 {
      let words = UnsafeRawPointer(from).assumingMemoryBound(to: Int32.self)
      let to = UnsafeMutableRawPointer(out).assumingMemoryBound(to: Int32.self)
      tolsey_planes_words(words, lines, columns, lineBytes / 4, channels, to)
      #if _endian(big)
      for at in 0..<count { to[at] = to[at].littleEndian }
      #endif
    } else if isInOrder {
      let flip = UInt8(offset)
      for at in 0..<count { out[at] = from[at] ^ flip }
    } else {
      tolsey_planes_bytes(
        from + origin, lines, columns, lineBytes, channels, UInt8(offset), out)
    }
  }

  /// Reads the values of the canonical order.
  func load(_ from: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<Int32>) {
    if element == .int32 { return load(from, as: Int32.self) { out[$0] = $1 } }
    let offset = offset
    load(from, as: UInt8.self) { out[$0] = Int32($1) &- offset }
  }

  /// Visits every element with its canonical place.
  @inline(__always)
  private func load<Stored: BitwiseCopyable>(
    _ from: UnsafePointer<UInt8>, as _: Stored.Type, _ body: (Int, Stored) -> Void
  ) {
    for row in 0..<height {
      let line = UnsafeRawPointer(from + origin + row * lineBytes)
        .assumingMemoryBound(to: Stored.self)
      if width == 1 && height == 1 {
        for channel in 0..<channels { body(channel, line[channel]) }
      } else {
        for channel in 0..<channels {
          let first = (channel * height + row) * width
          for column in 0..<width { body(first + column, line[column * channels + channel]) }
        }
      }
    }
  }
}
