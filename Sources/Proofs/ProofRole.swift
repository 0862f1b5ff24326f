// What each operation is to a proof of a committed run: the one table from operations to rules.

import Graphs
import Primitives

/// One of few things that an operation can be, some with helpers beside them. A new operation is a
/// case of `of` below.
enum ProofRole {
  /// The sums of the layer of this index.
  case layer(Int)
  /// Elements of another tensor, or a border.
  case moved(Move)
  /// A linear function of sums or activations, rounded to a byte.
  case rounding(LinearMap)
  /// The greatest element under a window of a tensor.
  case maximum(Int, Window)

  /// - Parameter layer: the index of the node among the layers, if it is one.
  static func of(
    _ node: Node, _ graph: Graph, to type: TensorType, layer: Int?, _ helpers: inout Helpers
  ) throws(Refusal) -> ProofRole {
    let from = node.inputs
    let x = graph.types[from[0]]
    switch node.operation {
    case .linear, .convolution, .embedding:
      guard let layer else { throw .notProvableOperation(node.operation) }
      if case .embedding = node.operation { embedding(from[0], &helpers) }
      return .layer(layer)
    case .reshape: return .moved(Move(tensor: from[0]))
    case .rearrange(let o):
      return .moved(Move(tensor: from[0], elements: (0..<type.shape.count).map(o.source)))
    case .pad(let o):
      let (dims, to) = (x.shape.dims, type.shape.dims)
      let border = type.element == .int8 ? Int32(Int8(bitPattern: o.value)) : Int32(o.value)
      return .moved(
        Move(
          tensor: from[0],
          elements: (0..<type.shape.count).map { o.source(of: $0, in: dims, to) ?? -1 },
          border: border))
    case .requantise(let o):
      let term = LinearMap.Term(
        from[0], o.multipliers.map(Int64.init), each: x.shape.elementsPerChannel)
      return .rounding(LinearMap([term], o.shift))
    case .add(let o):
      return .rounding(
        LinearMap(
          [LinearMap.Term(from[0], Int64(o.left)), LinearMap.Term(from[1], Int64(o.right))],
          o.shift))
    case .subtract(let o):
      return .rounding(
        LinearMap(
          [LinearMap.Term(from[0], Int64(o.left)), LinearMap.Term(from[1], -Int64(o.right))],
          o.shift))
    case .affine(let o):
      let places = (0..<type.shape.count).map(o.axis.place)
      var map = LinearMap(
        [LinearMap.Term(from[0], places.map { Int64(o.multipliers[$0]) }, each: 1)], o.shift)
      map.addends = places.map { Int64(o.offsets[$0]) << 16 }
      return .rounding(map)
    case .averagePool(let o):
      var term = LinearMap.Term(from[0], Int64(o.multiplier))
      term.reads = Reads(o.window, x.shape.dims, type.shape.dims)
      return .rounding(LinearMap([term], o.shift))
    case .concat(let o):
      return .rounding(parts(o, from, graph, to: type))
    case .maxPool(let o): return .maximum(from[0], o.window)
    case .table(let o): return table(o, from[0], to: type, &helpers)
    case .product(let o): return product(o, from, &helpers)
    case .matMul(let o): return try matMul(o, from, &helpers)
    case .softmax(let o): return softmax(o, from[0], to: type, &helpers)
    case .normalise(let o): return normalise(o, from[0], to: type, &helpers)
    }
  }

  /// How long the lists of a role get, at most: what `WitnessPlan` bounds before they are made.
  static func reads(of node: Node, to type: TensorType) -> Int {
    switch node.operation {
    case .rearrange, .pad, .affine: type.shape.count
    case .averagePool(let o): type.shape.count * o.window.height * o.window.width
    case .maxPool(let o): type.shape.count * o.window.height * o.window.width
    case .concat: type.shape.count * (node.inputs.count + 1)
    case .softmax: 5 * type.shape.count
    case .normalise: 6 * type.shape.count
    // 256 symbols for each place.
    case .embedding: 4 * 256 * type.shape.dims[2]
    default: 0
    }
  }

  /// Each element of the result reads one of one part and none of the others.
  private static func parts(
    _ o: Concatenation, _ from: [Int], _ graph: Graph, to type: TensorType
  ) -> LinearMap {
    let inner = type.shape.dims[(o.axis + 1)...].reduce(1, *)
    let whole = type.shape.dims[o.axis] * inner
    var terms: [LinearMap.Term] = []
    var start = 0
    for (part, tensor) in from.enumerated() {
      let length = graph.types[tensor].shape.dims[o.axis] * inner
      var term = LinearMap.Term(tensor, Int64(o.multipliers[part]))
      var reads = Reads()
      for element in 0..<type.shape.count {
        let place = element % whole - start
        if place >= 0, place < length {
          reads.elements.append(element / whole * length + place)
        }
        reads.starts.append(reads.elements.count)
      }
      term.reads = reads
      terms.append(term)
      start += length
    }
    return LinearMap(terms, o.shift)
  }
}

/// Elements of a tensor in other places.
struct Move {
  var tensor: Int
  /// Where each element lies in it, −1 for the border; nil where all keep their order.
  var elements: [Int]?
  var border: Int32 = 0
}

/// For each element of a result the elements that it reads, of one sample.
struct Reads {
  /// Where each one's begin; one more than there are.
  var starts = [0]
  var elements: [Int] = []

  init() {}

  /// What lies under a window; pads take no part.
  init(_ window: Window, _ dims: [Int], _ result: [Int]) {
    for channel in 0..<result[0] {
      for row in 0..<result[1] {
        for column in 0..<result[2] {
          for i in 0..<window.height {
            let y = row * window.strideY + i - window.top
            guard y >= 0, y < dims[1] else { continue }
            for j in 0..<window.width {
              let x = column * window.strideX + j - window.left
              guard x >= 0, x < dims[2] else { continue }
              elements.append((channel * dims[1] + y) * dims[2] + x)
            }
          }
          starts.append(elements.count)
        }
      }
    }
  }
}

/// v·M for each element of a rounding's result, scaled so that every rounding is by 2^32.
struct LinearMap {
  /// One tensor, with a multiplier for so many elements of the result each.
  struct Term {
    var tensor: Int
    var multipliers: [Int64]
    var each: Int
    /// Nil where element i reads element i.
    var reads: Reads?

    init(_ tensor: Int, _ multipliers: [Int64], each: Int) {
      self.tensor = tensor
      self.multipliers = multipliers
      self.each = each
    }

    init(_ tensor: Int, _ multiplier: Int64) {
      self.init(tensor, [multiplier], each: .max)
    }

    /// Hands out the elements that one of the result reads.
    @inline(__always)
    func forEach(of index: Int, _ body: (Int) -> Void) {
      guard let reads else { return body(index) }
      for at in reads.starts[index]..<reads.starts[index + 1] { body(reads.elements[at]) }
    }

    /// The greatest magnitude of the term, by public numbers alone.
    func bound(_ magnitude: Int) -> UInt128 {
      var most = reads == nil ? 1 : 0
      if let reads {
        for index in 0..<(reads.starts.count - 1) {
          most = max(most, reads.starts[index + 1] - reads.starts[index])
        }
      }
      let multiplier = multipliers.map(\.magnitude).max() ?? 0
      return UInt128(magnitude) * UInt128(multiplier) * UInt128(most)
    }
  }

  var terms: [Term]
  /// One an element of the result, or none.
  var addends: [Int64] = []

  /// - Parameter shift: of the rounding; multipliers are scaled from it.
  init(_ terms: [Term], _ shift: UInt8) {
    self.terms = terms
    for term in terms.indices {
      for index in terms[term].multipliers.indices {
        self.terms[term].multipliers[index] <<= Int64(32 - shift)
      }
    }
  }
}

extension Refusal {
  static func notProvableOperation(_ operation: Operation) -> Refusal {
    Refusal("operationNotProvable", [Number(operation.name, 0)])
  }
}
