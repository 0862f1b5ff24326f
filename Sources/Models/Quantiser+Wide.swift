// Integer forms of the operations beyond layers, additions, maxima and shapes.

import Graphs
import Primitives

extension Quantiser {
  mutating func wantWide(for tensor: Int, _ form: Form) {
    let node = float.nodes[tensor - 1]
    switch node.operation {
    case .scale, .rearrange: want(node.inputs[0], form)
    case .pad: want(node.inputs[0], form == .sums ? .signed : form)
    case .clip: want(node.inputs[0], float.givesSums(node.inputs[0]) ? .sums : .signed)
    default: for input in node.inputs { want(input, .signed) }
    }
  }

  /// How far a result reaches, and what it is stored as.
  private func target(_ tensor: Int, _ form: Form) -> (element: ElementType, step: Double) {
    let isRectified = form == .rectified
    let element: ElementType = isRectified ? .uint8 : .int8
    let range = isRectified ? reach[tensor].positive : reach[tensor].magnitude
    return (element, Self.step(range, element))
  }

  mutating func makeWide(
    _ tensor: Int, _ node: FloatNode, _ form: Form, isOutput: Bool
  ) throws(Refusal) -> Made {
    switch node.operation {
    case .scale(let factor):
      var own = try source(node.inputs[0], form)
      own.scales = own.scales.map { $0 * Double(factor) }
      return own
    case .rearrange(let own):
      let x = try source(node.inputs[0], form)
      guard x.scales.allSatisfy({ $0 == x.scales[0] }) else { throw Refusal("scalesDiffer") }
      let channels = x.element == .int32 ? node.shape.channels : 1
      return append(
        .rearrange(own), [x.tensor], x.element,
        [Double](repeating: x.scales[0], count: channels))
    case .matMul, .embedding:
      guard form == .sums else {
        let (element, _) = target(tensor, form)
        let range = element == .uint8 ? reach[tensor].positive : reach[tensor].magnitude
        return try requantise(tensor, element, range)
      }
      return try sums(node, isOutput: isOutput || isOutputLayer(tensor))
    case .clip: return try clip(tensor, node)
    case .pointwise(let own): return try table(own, tensor, node, form)
    case .pad(let before, let behind, let value):
      let x = try source(node.inputs[0], form == .sums ? .signed : form)
      let byte = Self.byte(Double(value) / x.scales[0], x.element)
      return append(
        .pad(Padding(before: before, behind: behind, value: byte)), [x.tensor], x.element,
        x.scales)
    default: return try bytes(tensor, node, form)
    }
  }

  private mutating func sums(_ node: FloatNode, isOutput: Bool) throws(Refusal) -> Made {
    let x = try source(node.inputs[0], .signed)
    if case .embedding(let own) = node.operation {
      let layer = try QuantisedLayer(
        matrix: own.matrix, bias: [Float](repeating: 0, count: own.outputs), inputScale: 1,
        input: .uint8, isOutput: isOutput)
      weights.append(layer.weights)
      let operation = Embedding(
        outputs: own.outputs, biasBound: layer.biasBound, vocabulary: own.vocabulary,
        hasPlaces: !own.places.isEmpty)
      return append(.embedding(operation), [x.tensor], .int32, layer.sumScales)
    }
    guard case .matMul(let own) = node.operation else { throw Refusal("emptyModel") }
    let y = try source(node.inputs[1], .signed)
    let scale = x.scales[0] * y.scales[0]
    return append(
      .matMul(own), [x.tensor, y.tensor], .int32,
      [Double](repeating: scale, count: node.shape.channels))
  }

  /// The full byte ends where the clip does, if samples got there.
  private mutating func clip(_ tensor: Int, _ node: FloatNode) throws(Refusal) -> Made {
    let range = reach[tensor].positive
    if float.givesSums(node.inputs[0]) { return try requantise(node.inputs[0], .uint8, range) }
    guard case .clip(let most) = node.operation else { throw Refusal("emptyModel") }
    let own = Pointwise.less(.greater(.x, .constant(0)), .constant(most))
    return try table(own, tensor, node, .rectified)
  }

  private mutating func table(
    _ own: Pointwise, _ tensor: Int, _ node: FloatNode, _ form: Form
  ) throws(Refusal) -> Made {
    let x = try source(node.inputs[0], .signed)
    let (element, step) = target(tensor, form)
    let bytes = (0..<256).map { byte in
      let value = x.element == .int8 ? Double(Int8(truncatingIfNeeded: byte)) : Double(byte)
      return Self.byte(own(value * x.scales[0]) / step, element)
    }
    return append(
      .table(ByteTable(bytes: bytes, element: element)), [x.tensor], element, [step])
  }

  /// Halves up, clamped; what is no number is zero.
  private static func byte(_ value: Double, _ element: ElementType) -> UInt8 {
    guard !value.isNaN else { return 0 }
    let rounded = (value + 0.5).rounded(.down)
    let clamped = max(Double(element.lowest), min(Double(element.highest), rounded))
    return UInt8(truncatingIfNeeded: Int(clamped))
  }

  private mutating func bytes(
    _ tensor: Int, _ node: FloatNode, _ form: Form
  ) throws(Refusal) -> Made {
    var x: [Made] = []
    for input in node.inputs { x.append(try source(input, .signed)) }
    let tensors = x.map(\.tensor)
    var (element, step) = target(tensor, form)
    switch node.operation {
    case .averagePool(let window):
      if x[0].element == .uint8 {
        (element, step) = (.uint8, Self.step(reach[tensor].positive, .uint8))
      }
      let area = Double(window.height * window.width)
      let own = try Rescaling(from: [x[0].scales[0] / area], to: step)
      let pool = AveragePool(
        window: window, multiplier: own.multipliers[0], shift: own.shift, element: element)
      return append(.averagePool(pool), tensors, element, [step])
    case .affine(let axis, let factors, let offsets):
      let own = try SignedRescaling(
        factors.map { Double($0) * x[0].scales[0] / step }, offsets.map { Double($0) / step })
      let affine = Affine(
        axis: axis, multipliers: own.multipliers, offsets: own.offsets, shift: own.shift,
        element: element)
      return append(.affine(affine), tensors, element, [step])
    case .concat(let axis):
      let own = try Rescaling(from: x.map { $0.scales[0] }, to: step)
      let concat = Concatenation(
        axis: axis, multipliers: own.multipliers, shift: own.shift, element: element)
      return append(.concat(concat), tensors, element, [step])
    case .subtract:
      let own = try Rescaling(from: x.map { $0.scales[0] }, to: step)
      let difference = Difference(
        left: own.multipliers[0], right: own.multipliers[1], shift: own.shift, element: element)
      return append(.subtract(difference), tensors, element, [step])
    case .multiply:
      let own = try Rescaling(from: [x[0].scales[0] * x[1].scales[0]], to: step)
      let product = Product(
        multiplier: own.multipliers[0], shift: own.shift, element: element)
      return append(.product(product), tensors, element, [step])
    case .softmax(let isCausal):
      let powers = (0..<256).map {
        UInt16((FixedMath.exp(-Double($0) * x[0].scales[0]) * 65_535).rounded(.toNearestOrEven))
      }
      let softmax = Softmax(isCausal: isCausal, exponentials: powers)
      return append(.softmax(softmax), tensors, .uint8, [1 / 255.0])
    case .normalise(let norm): return try normalise(norm, x[0], element, step)
    default: throw Refusal("emptyModel")
    }
  }

  private mutating func normalise(
    _ norm: FloatNormalisation, _ x: Made, _ element: ElementType, _ step: Double
  ) throws(Refusal) -> Made {
    let count = Double(norm.axis.count)
    let epsilon = count * count * Double(norm.epsilon) / (x.scales[0] * x.scales[0])
    guard epsilon <= Double(Normalisation.mostEpsilon) else {
      throw Refusal(
        "badEpsilon",
        [
          "got": epsilon.isFinite ? UInt64(min(epsilon, 1e18)) : .max,
          "most": Normalisation.mostEpsilon,
        ])
    }
    // The normalised value comes in parts of 2^14.
    let own = try SignedRescaling(
      norm.gains.map { Double($0) / step / 16_384 }, norm.offsets.map { Double($0) / step })
    let operation = Normalisation(
      axis: norm.axis, isCentred: norm.isCentred,
      epsilon: UInt64(max(1, epsilon.rounded(.toNearestOrEven))), multipliers: own.multipliers,
      offsets: own.offsets, shift: own.shift, element: element)
    return append(.normalise(operation), [x.tensor], element, [step])
  }
}

/// Factors of either sign and offsets, as multipliers with one shift and parts of 65,536.
struct SignedRescaling {
  var multipliers: [Int32]
  var offsets: [Int32]
  var shift: UInt8

  /// - Parameters:
  ///   - factors: steps of the result for each unit of what is multiplied.
  ///   - offsets: steps of the result.
  init(_ factors: [Double], _ offsets: [Double]) throws(Refusal) {
    guard (factors + offsets).allSatisfy(\.isFinite) else { throw .scalesTooFarApart(.infinity) }
    let greatest = factors.map { abs($0) }.max() ?? 0
    let end = Double(Int32.max)
    for candidate in Rounding.shifts.reversed() {
      let power = Double(sign: .plus, exponent: Int(candidate), significand: 1)
      guard (greatest * power).rounded(.toNearestOrEven) < end else { continue }
      shift = candidate
      multipliers = factors.map { Int32(($0 * power).rounded(.toNearestOrEven)) }
      // An offset beyond the range of a byte only saturates.
      self.offsets = offsets.map {
        Int32((max(-30_000, min(30_000, $0)) * 65_536).rounded(.toNearestOrEven))
      }
      return
    }
    throw .scalesTooFarApart(greatest)
  }
}
