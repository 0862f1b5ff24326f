// The steps of the operations beyond layers, roundings and pools.

import CKernels
import Graphs

extension PlanBuilder {
  /// Which tensors of three axes lie as they are: those that are multiplied as matrices, or shared
  /// out, and what goes through single elements on the way there. Planes of convolutions and pools
  /// never do.
  func flatTensors() -> [Bool] {
    var group = Array(graph.types.indices)
    func root(_ tensor: Int) -> Int {
      var tensor = tensor
      while group[tensor] != tensor { tensor = group[tensor] }
      return tensor
    }
    var wanted = [Bool](repeating: false, count: group.count)
    var refused = wanted
    for (index, node) in graph.nodes.enumerated() {
      let all = node.inputs + [index + 1]
      switch node.operation {
      case .convolution, .maxPool, .averagePool, .embedding:
        for tensor in all { refused[tensor] = true }
      case .matMul, .softmax: for tensor in all { wanted[tensor] = true }
      case .requantise, .add, .subtract, .product, .table, .affine, .normalise:
        for tensor in node.inputs { group[root(tensor)] = root(index + 1) }
      default: break
      }
    }
    var (isWanted, isRefused) = (wanted, refused)
    for tensor in group.indices {
      if wanted[tensor] { isWanted[root(tensor)] = true }
      if refused[tensor] { isRefused[root(tensor)] = true }
    }
    return group.indices.map { isWanted[root($0)] && !isRefused[root($0)] }
  }

  /// Copies element by element: for each place of the result, the one that it comes from.
  mutating func addReorder(_ input: Int, to output: Int, source: (Int) -> Int = { $0 }) {
    let (from, to) = (places[input].layout, places[output].layout)
    let order = words(to.count)
    for element in 0..<to.count {
      order[to.place(of: element)] = Int32(from.place(of: source(element)))
    }
    addStep(.reorder(order), input, to: output)
  }

  private mutating func words(_ count: Int) -> UnsafeMutablePointer<Int32> {
    let memory = AlignedBytes(count: 4 * count)
    owners.append(memory)
    return memory.words
  }

  /// A place of its own for a tensor that must lie as it is.
  private mutating func flatPlace(like tensor: Int) -> Int {
    let layout = TensorLayout(graph.types[tensor], isFlat: true)
    places.append(Plan.Place(layout: layout, canonical: layout))
    roots.append(places.count - 1)
    return places.count - 1
  }

  private mutating func flat(_ tensor: Int) -> Int {
    if places[tensor].layout.isInOrder { return tensor }
    let place = flatPlace(like: tensor)
    addReorder(tensor, to: place)
    return place
  }

  mutating func addWide(_ index: Int, _ node: Node, _ layer: Int) {
    let (input, output) = (node.inputs[0], index + 1)
    let frame = Frame(from: node.inputs.map { graph.types[$0] }, to: graph.types[output])
    switch node.operation {
    case .rearrange(let own): addReorder(input, to: output) { own.source(of: $0) }
    case .pad(let own): addBorder(own, input, output)
    case .table(let own): addTable(own, input, output)
    case .concat(let own): addParts(own, node.inputs, output)
    case .subtract(let own): addStep(.subtract(own), input, node.inputs[1], to: output)
    case .product(let own): addStep(.product(own), input, node.inputs[1], to: output)
    case .averagePool(let own): addStep(.averagePool(own), input, to: output)
    case .affine(let own):
      guard isLine(own.axis, input) else { return addElements(own, node, frame, output) }
      let packed = PackedAffine(
        own.multipliers, own.offsets, own.shift, own.element, &owners)
      addStep(.affine(packed), input, to: output)
    case .normalise(let own):
      guard isLine(own.axis, input) else { return addElements(own, node, frame, output) }
      addStep(.normalise(PackedNormalisation(own, &owners)), input, to: output)
    case .softmax(let own):
      let from = flat(input)
      let to = places[output].layout.isInOrder ? output : flatPlace(like: output)
      let last = frame.to.shape.dims[frame.to.shape.dims.count - 1]
      addStep(.softmax(PackedSoftmax(own, length: last, &owners)), from, to: to)
      if to != output { addReorder(to, to: output) }
    case .matMul(let own):
      guard let size = try? own.size(frame.from[0].shape, frame.from[1].shape) else { return }
      let (left, right) = (flat(input), flat(node.inputs[1]))
      let to = places[output].layout.isInOrder ? output : flatPlace(like: output)
      addStep(.matMul(own, size), left, right, to: to)
      if to != output { addReorder(to, to: output) }
    case .embedding(let own):
      let packed = PackedEmbedding(layers[layer], own, length: frame.from[0].shape.count)
      addStep(.embedding(packed), input, to: output)
    default: break
    }
  }

  /// Whether the places of an axis lie side by side, in the order of its channels.
  private func isLine(_ axis: Axis, _ tensor: Int) -> Bool {
    let layout = places[tensor].layout
    if layout.isInOrder { return axis.inner == 1 }
    return layout.channels == axis.count && layout.height * layout.width == axis.inner
  }

  private mutating func addElements(
    _ own: any ElementOperation, _ node: Node, _ frame: Frame, _ output: Int
  ) {
    addStep(
      .elements(own, frame), node.inputs[0], node.inputs.count > 1 ? node.inputs[1] : nil,
      to: output)
  }

  private mutating func addBorder(_ own: Padding, _ input: Int, _ output: Int) {
    let (from, to) = (places[input].layout, places[output].layout)
    let (dims, wide) = (graph.types[input].shape.dims, graph.types[output].shape.dims)
    let order = words(to.count)
    for element in 0..<to.count {
      order[to.place(of: element)] =
        own.source(of: element, in: dims, wide).map { Int32(from.place(of: $0)) } ?? -1
    }
    addStep(.border(order, own.value ^ UInt8(to.offset)), input, to: output)
  }

  private mutating func addTable(_ own: ByteTable, _ input: Int, _ output: Int) {
    let (from, to) = (places[input].layout, places[output].layout)
    let memory = AlignedBytes(count: 256)
    for byte in 0..<256 {
      memory.bytes[byte ^ Int(from.offset)] = own.bytes[byte] ^ UInt8(to.offset)
    }
    owners.append(memory)
    addStep(.table(UnsafePointer(memory.bytes)), input, to: output)
  }

  private mutating func addParts(_ own: Concatenation, _ inputs: [Int], _ output: Int) {
    let to = places[output].layout
    let shape = graph.types[output].shape
    let inner = Axis(own.axis, of: shape).inner
    let whole = shape.dims[own.axis] * inner
    var first = 0
    for (input, multiplier) in zip(inputs, own.multipliers) {
      let from = places[input].layout
      let length = graph.types[input].shape.dims[own.axis] * inner
      let places = words(from.count)
      for element in 0..<from.count {
        let result = element / length * whole + first + element % length
        places[from.place(of: element)] = Int32(to.place(of: result))
      }
      let rounding = PackedRounding(
        Requantise(multipliers: [multiplier], shift: own.shift, element: own.element), &owners)
      addStep(.part(rounding, places: places), input, to: output)
      first += length
    }
  }
}
