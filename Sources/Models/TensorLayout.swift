// How the fast program lays tensors out: planes with the channel last, bytes never negative.

import Graphs

/// Where the elements of a tensor lie in the program's memory.
///
/// A tensor of three axes lies with its channels innermost, since neighbouring channels share
/// their weights' cache lines; others lie as they are. An `int8` is stored plus 128, which the
/// dot-product instruction wants and which keeps the order of values.
struct TensorLayout: Sendable {
  let type: TensorType
  /// The bytes of one sample, a multiple of a cache line.
  let stride: Int

  init(_ type: TensorType) {
    self.type = type
    // Loops go over whole vectors: they may read and write 15 bytes behind the last element.
    stride = (type.byteCount + 15 + 63) & ~63
  }

  /// What is added to a stored activation.
  var offset: Int32 { type.element == .int8 ? 128 : 0 }

  private var isPlanar: Bool {
    let dims = type.shape.dims
    return dims.count == 3 && dims[0] > 1 && dims[1] * dims[2] > 1
  }

  /// For each place in memory the canonical place of its element, or nil where they are the same.
  var order: [Int32]? {
    guard isPlanar else { return nil }
    let channels = type.shape.channels
    let plane = type.shape.elementsPerChannel
    var order: [Int32] = []
    order.reserveCapacity(type.shape.count)
    for place in 0..<plane {
      for channel in 0..<channels { order.append(Int32(channel * plane + place)) }
    }
    return order
  }
}
