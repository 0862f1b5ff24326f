// One block of one tile: which operands it reads, and its result in plain integer code.

import Primitives

/// A tile of a tensor.
public struct TilePlace: Hashable, Comparable, Sendable {
  public let tensor: Int
  public let tile: Int

  public init(tensor: Int, tile: Int) {
    self.tensor = tensor
    self.tile = tile
  }

  public static func < (l: TilePlace, r: TilePlace) -> Bool {
    (l.tensor, l.tile) < (r.tensor, r.tile)
  }
}

/// Where the numbers come from that a block reads: a whole run, or what an opening shows.
protocol BlockOperands {
  func value(_ tensor: Int, _ index: Int) -> Int32
  /// Part of a row of the matrix.
  func weights(_ row: Int, _ columns: Range<Int>) -> [Int32]
  func bias(_ row: Int) -> Int32
}

/// A block of a tile of a graph, ready to be computed.
///
/// Sums wrap at 32 bits: those of weights that keep the manifest's bounds never get there, and
/// others must not stop a referee.
struct BlockStep {
  let graph: Graph
  let place: BlockPlace
  let cut: BlockCut
  let node: Node
  let type: TensorType
  /// The tile's elements, as the tensor numbers them.
  let elements: Range<Int>

  init(_ graph: Graph, _ place: BlockPlace) throws(Refusal) {
    self.graph = graph
    self.place = place
    cut = try BlockCut(graph, node: place.tensor - 1)
    node = graph.nodes[place.tensor - 1]
    type = graph.types[place.tensor]
    elements = type.elements(ofTile: place.tile)
  }

  /// Whether the block is the tile's last, after which stands the tile itself.
  var isLast: Bool { place.block == cut.blocks - 1 }

  /// Which of the layers that have weights this is.
  var layer: Int? { graph.layers.firstIndex { $0.node == place.tensor - 1 } }

  /// The columns of the matrix that the block takes.
  private func columns(of count: Int) -> Range<Int> {
    place.block * cut.width..<min(count, (place.block + 1) * cut.width)
  }

  /// The elements that the block takes, where a tile is cut by elements.
  private var pooled: Range<Int> {
    let first = elements.lowerBound + place.block * cut.width
    return min(first, elements.upperBound)..<min(first + cut.width, elements.upperBound)
  }

  /// What stands in an element's place before its block: the lowest value, or an empty sum.
  private var lowest: Int32 {
    if case .matMul = node.operation { 0 } else { type.element.lowest }
  }

  /// The tile before the first block: the biases, where there are any.
  func start(_ operands: some BlockOperands) -> [Int32] {
    guard layer != nil else { return [Int32](repeating: lowest, count: elements.count) }
    let each = type.shape.elementsPerChannel
    return elements.map { operands.bias($0 / each) }
  }

  /// The tile after the block.
  func result(_ operands: some BlockOperands, before: [Int32]) -> [Int32] {
    var values = before
    let first = elements.lowerBound
    let x = node.inputs[0]
    switch node.operation {
    case .linear(let own): add(own, operands, to: &values)
    case .convolution(let own): add(own, operands, to: &values)
    case .maxPool(let own):
      visit(own) { element, index in
        values[element - first] = max(values[element - first], operands.value(x, index))
      }
    case .requantise(let own):
      let each = type.shape.elementsPerChannel
      for element in elements {
        let product =
          Int64(operands.value(x, element)) * Int64(own.multipliers[element / each])
        values[element - first] = Rounding.round(product, own.shift, own.element)
      }
    case .add(let own):
      for element in elements {
        let left = Int64(operands.value(x, element)) * Int64(own.left)
        let right = Int64(operands.value(node.inputs[1], element)) * Int64(own.right)
        values[element - first] = Rounding.round(left + right, own.shift, own.element)
      }
    case .reshape:
      for element in elements { values[element - first] = operands.value(x, element) }
    case .embedding(let own): add(own, operands, to: &values)
    case .matMul(let own): add(own, operands, to: &values)
    default:
      guard let own = node.operation.elementwise else { break }
      let results = own.values(pooled, frame) { operands.value(node.inputs[$0], $1) }
      let start = pooled.lowerBound - first
      for (index, value) in results.enumerated() { values[start + index] = value }
    }
    return values
  }

  private var frame: Frame {
    Frame(from: node.inputs.map { graph.types[$0] }, to: type)
  }

  private func add(_ own: Embedding, _ operands: some BlockOperands, to values: inout [Int32]) {
    let first = elements.lowerBound
    let length = type.shape.elementsPerChannel
    let columns = columns(of: own.columns(length))
    let rows = rows
    let weights = rows.map { operands.weights($0, columns) }
    for element in elements {
      let row = weights[element / length - rows.lowerBound]
      let place = element % length
      let symbol = own.column(of: operands.value(node.inputs[0], place))
      for column in own.hasPlaces ? [symbol, own.vocabulary + place] : [symbol]
      where columns.contains(column) {
        values[element - first] &+= row[column - columns.lowerBound]
      }
    }
  }

  private func add(
    _ own: MatrixProduct, _ operands: some BlockOperands, to values: inout [Int32]
  ) {
    visit(own) { element, left, right in
      values[element - elements.lowerBound] &+=
        operands.value(node.inputs[0], left) &* operands.value(node.inputs[1], right)
    }
  }

  private func add(_ own: Linear, _ operands: some BlockOperands, to values: inout [Int32]) {
    let columns = columns(of: graph.types[node.inputs[0]].shape.count)
    let x = columns.map { operands.value(node.inputs[0], $0) }
    for row in elements {
      let weights = operands.weights(row, columns)
      var sum = values[row - elements.lowerBound]
      for column in x.indices { sum &+= weights[column] &* x[column] }
      values[row - elements.lowerBound] = sum
    }
  }

  private func add(_ own: Convolution, _ operands: some BlockOperands, to values: inout [Int32]) {
    let first = elements.lowerBound
    let plane = type.shape.elementsPerChannel
    let from = graph.types[node.inputs[0]].shape.channels
    let columns = columns(of: from * own.window.height * own.window.width)
    let rows = rows
    let weights = rows.map { operands.weights($0, columns) }
    visit(own) { element, column, index in
      let weight = weights[element / plane - rows.lowerBound][column - columns.lowerBound]
      values[element - first] &+= weight &* operands.value(node.inputs[0], index)
    }
  }
}

// MARK: - What is read

extension BlockStep {
  /// The tiles of tensors that the block reads, in order.
  var reads: [TilePlace] {
    let x = node.inputs[0]
    var tiles: [TilePlace] = []
    func note(_ tensor: Int, _ index: Int) {
      let tile = index / graph.types[tensor].elementsPerTile
      let place = TilePlace(tensor: tensor, tile: tile)
      if tiles.last != place { tiles.append(place) }
    }
    switch node.operation {
    case .linear:
      note(x, columns(of: graph.types[x].shape.count).lowerBound)
    case .convolution(let own): visit(own) { _, _, index in note(x, index) }
    case .maxPool(let own): visit(own) { _, index in note(x, index) }
    case .embedding:
      let length = type.shape.elementsPerChannel
      for element in elements { note(x, element % length) }
    case .matMul(let own):
      visit(own) { _, left, _ in note(x, left) }
      visit(own) { _, _, right in note(node.inputs[1], right) }
    case .requantise, .add, .reshape:
      for input in node.inputs {
        for element in stride(
          from: elements.lowerBound, to: elements.upperBound,
          by: graph.types[input].elementsPerTile)
        {
          note(input, element)
        }
      }
    default:
      _ = node.operation.elementwise?.values(pooled, frame) { input, index in
        note(node.inputs[input], index)
        return 0
      }
    }
    tiles.sort()
    var reads: [TilePlace] = []
    for tile in tiles where reads.last != tile { reads.append(tile) }
    return reads
  }

  /// The rows of the matrix that the tile's elements belong to.
  var rows: Range<Int> {
    let plane = type.shape.elementsPerChannel
    return elements.lowerBound / plane..<(elements.upperBound - 1) / plane + 1
  }

  /// The leaves of the weights' tree that the block reads: a column of tiles, and at the first
  /// block the biases.
  var weightLeaves: [Int] {
    guard let layer else { return [] }
    let side = WeightTiles.side
    let column = place.block * cut.width
    var leaves: [Int] = []
    for row in rows.lowerBound / side...(rows.upperBound - 1) / side {
      leaves.append(
        WeightTiles.leafIndex(of: layer, row: row * side, column: column, in: graph))
    }
    guard place.block == 0 else { return leaves }
    let first = WeightTiles.biasLeafIndex(of: layer, row: rows.lowerBound, in: graph)
    let last = WeightTiles.biasLeafIndex(of: layer, row: rows.upperBound - 1, in: graph)
    return leaves + Array(first...last)
  }

  /// Calls with every element of the tile, column of the block and element of the input that the
  /// convolution multiplies there; pads are left out.
  private func visit(_ own: Convolution, _ body: (Int, Int, Int) -> Void) {
    let from = graph.types[node.inputs[0]].shape.dims
    let window = own.window
    let (plane, wide) = (type.shape.elementsPerChannel, type.shape.dims[2])
    let area = window.height * window.width
    for column in columns(of: from[0] * area) {
      let channel = column / area
      let (i, j) = (column % area / window.width, column % window.width)
      for element in elements {
        let at = element % plane
        let y = at / wide * window.strideY + i - window.top
        let z = at % wide * window.strideX + j - window.left
        if y >= 0, y < from[1], z >= 0, z < from[2] {
          body(element, column, (channel * from[1] + y) * from[2] + z)
        }
      }
    }
  }

  /// Calls with every sum of the tile and the two factors of each place of the block.
  private func visit(_ own: MatrixProduct, _ body: (Int, Int, Int) -> Void) {
    let shapes = node.inputs.map { graph.types[$0].shape }
    guard let size = try? own.size(shapes[0], shapes[1]) else { return }
    for element in elements {
      for k in columns(of: size.inner) {
        body(element, own.left(element, k, size), own.right(element, k, size))
      }
    }
  }

  /// Calls with every element of the block and each element of the input under its window.
  private func visit(_ own: MaxPool, _ body: (Int, Int) -> Void) {
    let from = graph.types[node.inputs[0]].shape.dims
    let window = own.window
    let (plane, wide) = (type.shape.elementsPerChannel, type.shape.dims[2])
    for element in pooled {
      let (channel, at) = (element / plane, element % plane)
      let top = at / wide * window.strideY - window.top
      let left = at % wide * window.strideX - window.left
      for y in max(0, top)..<min(from[1], top + window.height) {
        for z in max(0, left)..<min(from[2], left + window.width) {
          body(element, (channel * from[1] + y) * from[2] + z)
        }
      }
    }
  }
}

extension TensorType {
  /// How many elements a full tile has.
  public var elementsPerTile: Int { TraceShape.tileBytes / element.byteCount }

  /// How many tiles the tensor is cut into.
  public var tileCount: Int { (byteCount - 1) / TraceShape.tileBytes + 1 }

  /// The elements of a tile, as the tensor numbers them.
  func elements(ofTile tile: Int) -> Range<Int> {
    tile * elementsPerTile..<min((tile + 1) * elementsPerTile, shape.count)
  }

  /// The bytes of a tile, as the tensor's canonical bytes number them.
  func bytes(ofTile tile: Int) -> Range<Int> {
    tile * TraceShape.tileBytes..<min((tile + 1) * TraceShape.tileBytes, byteCount)
  }

  /// Values from canonical bytes of this element.
  func values(_ bytes: [UInt8]) -> [Int32] {
    switch element {
    case .uint8: bytes.map { Int32($0) }
    case .int8: bytes.map { Int32(Int8(bitPattern: $0)) }
    case .int32: Tensor.words(bytes)
    }
  }

  /// Canonical bytes of values of this element.
  func bytes(_ values: [Int32]) -> [UInt8] {
    switch element {
    case .uint8, .int8: values.map { UInt8(truncatingIfNeeded: $0) }
    case .int32: Tensor.littleEndian(values)
    }
  }
}
