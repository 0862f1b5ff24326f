// A graph as steps over one piece of memory, every place of which is known before the first run.

import CKernels
import Graphs

/// The steps of a graph and where its tensors lie. It never changes.
///
/// Steps and places are plain numbers: two threads that run one plan share no counter.
final class Plan: @unchecked Sendable {
  enum Operation {
    /// All samples of a batch at once.
    case linear(tolsey_layer)
    case convolution(tolsey_layer)
    /// `each`: how many sums in a row share a multiplier, or 0 where channels lie innermost.
    case requantise(PackedRounding, each: Int)
    case maxPool(Window)
    case add(ResidualAdd)
    /// For each place of the result the place it comes from.
    case reorder(UnsafePointer<Int32>)
    /// Copies a plane into one with pads.
    case pad
    /// For each place of the result the place it comes from, or −1 for the border.
    case border(UnsafePointer<Int32>, UInt8)
    /// For each stored byte the byte that is stored for it.
    case table(UnsafePointer<UInt8>)
    /// One part of a concatenation: where each of its places goes.
    case part(PackedRounding, places: UnsafePointer<Int32>)
    case subtract(Difference)
    case product(Product)
    case averagePool(AveragePool)
    case affine(PackedAffine)
    case normalise(PackedNormalisation)
    case softmax(PackedSoftmax)
    case matMul(MatrixProduct, MatrixProduct.Size)
    case embedding(PackedEmbedding)
    /// Element by element, as the reference does: for layouts that no other step serves.
    case elements(any ElementOperation, Frame)
  }

  /// An operation with the tensors that it reads and writes.
  struct Step {
    var operation: Operation
    var inputs: (Int, Int)
    var output: Int
  }

  /// Where a tensor lies.
  struct Place {
    var layout: TensorLayout
    /// Where the first sample begins; a batch lies side by side.
    var offset = 0
    var stride = 0
    /// How the canonical bytes are found, where a reshaped plane still lies as it was.
    var canonical: TensorLayout
  }

  let steps: UnsafeBufferPointer<Step>
  let places: UnsafeBufferPointer<Place>
  /// Behind each node the number of steps until its result is there.
  let stepEnds: [Int]
  /// How many samples lie beside each other: as many as stay in the second cache, so that a
  /// layer's weights are read once for all of them.
  let batch: Int
  /// The memory of one run.
  let byteCount: Int
  /// The tensor that the graph gives.
  let output: Int
  /// Keeps what the steps point to.
  private let owners: [AlignedBytes]

  init(
    steps: [Step], places: [Place], stepEnds: [Int], batch: Int, byteCount: Int, output: Int,
    owners: [AlignedBytes]
  ) {
    self.steps = Self.kept(steps)
    self.places = Self.kept(places)
    self.stepEnds = stepEnds
    self.batch = batch
    self.byteCount = byteCount
    self.output = output
    self.owners = owners
  }

  deinit {
    steps.deallocate()
    places.deallocate()
  }

  private static func kept<Element>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
    let kept = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = kept.initialize(from: elements)
    return UnsafeBufferPointer(kept)
  }

  /// The bytes of the largest tensor.
  var mostCanonicalBytes: Int { places.map(\.layout.byteCount).max() ?? 0 }

  /// Memory for a run, its pads filled in once for all runs.
  ///
  /// - Parameter behind: how many bytes more the caller wants, behind those of the plan.
  func memory(behind more: Int = 0) -> AlignedBytes {
    let memory = AlignedBytes(count: byteCount + more)
    for tensor in places.indices where places[tensor].layout.isPadded {
      let place = places[tensor]
      (memory.bytes + place.offset)
        .update(repeating: UInt8(place.layout.offset), count: place.stride * batch)
    }
    return memory
  }
}
