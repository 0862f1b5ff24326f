// A layer's equations at a random point: many sums become one claim about a row of weights.

import Arithmetic
import Graphs
import Primitives

/// Σ_r Σ_p eq(r) eq(p) sum[p][r], and the inputs folded the same way.
///
/// A layer says sum[p][r] = bias[r] + Σ_k weight[r][k]·x[p][k] for every output r and place p, the
/// places of all samples in one list. Multiplied by the weights of a random point and added up it
/// says one thing: claim = Σ_k (Σ_r eq(r) weight[r][k])·x̂[k] + ŝ·Σ_r eq(r) bias[r].
struct LayerFold {
  /// The left side.
  let claim: GoldilocksPair
  /// x̂, one a column of the layer's matrix.
  let inputs: [GoldilocksPair]
  /// ŝ = Σ_p eq(p), over the places that there are.
  let places: GoldilocksPair
  /// eq(r) for every padded output.
  let outputs: [GoldilocksPair]

  init(
    _ graph: Graph, _ layer: Layer, _ block: MatrixShape.Block, _ traces: [[Tensor]],
    _ point: LayerPoint
  ) {
    outputs = Multilinear.weights(at: point.output)
    let weights = Multilinear.weights(at: point.place)
    let perSample = graph.types[layer.node + 1].shape.count / layer.rows
    let count = perSample * traces.count
    places = weights[..<count].reduce(.zero, +)
    var claim = GoldilocksPair.zero
    for (sample, trace) in traces.enumerated() {
      let sums = trace[layer.node + 1].values
      for row in 0..<layer.rows {
        var inner = GoldilocksPair.zero
        for place in 0..<perSample {
          inner +=
            weights[sample * perSample + place] * Goldilocks(Int64(sums[row * perSample + place]))
        }
        claim += outputs[row] * inner
      }
    }
    self.claim = claim
    inputs = LayerFold.inputs(graph, layer, traces, weights)
  }

  /// What level `succinct` knows: the claim comes from elsewhere, and only the prover has inputs.
  init(
    _ graph: Graph, _ layer: Layer, samples: Int, traces: [[Tensor]]?, _ point: LayerPoint
  ) {
    outputs = Multilinear.weights(at: point.output)
    let weights = Multilinear.weights(at: point.place)
    let count = graph.types[layer.node + 1].shape.count / layer.rows * samples
    places = weights[..<count].reduce(.zero, +)
    claim = .zero
    inputs = traces.map { LayerFold.inputs(graph, layer, $0, weights) } ?? []
  }

  /// x̂, by the weights of the places of all samples.
  private static func inputs(
    _ graph: Graph, _ layer: Layer, _ traces: [[Tensor]], _ weights: [GoldilocksPair]
  ) -> [GoldilocksPair] {
    let node = graph.nodes[layer.node]
    let perSample = graph.types[layer.node + 1].shape.count / layer.rows
    var inputs = [GoldilocksPair](repeating: .zero, count: layer.columns)
    if case .convolution(let o) = node.operation {
      let lines = KernelLines(
        o.window, from: graph.types[node.inputs[0]].shape.dims,
        to: graph.types[layer.node + 1].shape.dims)
      for group in SampleGroup.all(traces.count) {
        LayerFold.fold(
          group.interleaved(group.samples.map { traces[$0][node.inputs[0]].values }), lines,
          group.interleaved(weights, each: perSample), by: group.count, &inputs)
      }
      return inputs
    }
    for (sample, trace) in traces.enumerated() {
      let own = weights[(sample * perSample)..<((sample + 1) * perSample)]
      let x = trace[node.inputs[0]]
      switch node.operation {
      case .embedding(let o):
        // A vector that is one at the symbol and at the place.
        for place in 0..<perSample {
          inputs[o.column(of: x.values[place])] += own[own.startIndex + place]
          if o.hasPlaces { inputs[o.vocabulary + place] += own[own.startIndex + place] }
        }
      default:
        for column in 0..<layer.columns {
          inputs[column] += own[own.startIndex] * Goldilocks(Int64(x.values[column]))
        }
      }
    }
    return inputs
  }

  /// What each entry of a kernel meets, over all places of a plane of some samples side by side.
  private static func fold(
    _ words: [UInt64], _ lines: KernelLines, _ weights: PairVector, by samples: Int,
    _ inputs: inout [GoldilocksPair]
  ) {
    for column in 0..<lines.entries {
      var sum = GoldilocksPair.zero
      lines.forEach(of: column) { line in
        line.forEachRun(by: samples) {
          sum += weights.inner($0, base: words, from: $1)
        }
      }
      inputs[column] += sum
    }
  }
}

/// A few samples whose elements are laid out side by side: eight of them are one vector, however
/// short a line of a plane is.
struct SampleGroup {
  let samples: Range<Int>

  var count: Int { samples.count }

  static func all(_ samples: Int) -> [SampleGroup] {
    stride(from: 0, to: samples, by: 8).map { SampleGroup(samples: $0..<min($0 + 8, samples)) }
  }

  /// Of so many elements of each sample, those of this group: element i of sample s at
  /// i·count + s, counted from the first.
  func interleaved(_ all: [GoldilocksPair], each: Int) -> PairVector {
    var own: [GoldilocksPair] = []
    own.reserveCapacity(each * count)
    for index in 0..<each {
      for sample in samples { own.append(all[sample * each + index]) }
    }
    return PairVector(own)
  }

  /// The same of one tensor for each sample of the group, as words of the field.
  func interleaved(_ tensors: [[Int32]]) -> [UInt64] {
    var own: [UInt64] = []
    own.reserveCapacity(tensors[0].count * count)
    for index in tensors[0].indices {
      for tensor in tensors { own.append(Goldilocks(Int64(tensor[index])).value) }
    }
    return own
  }
}

/// Which elements each entry of a kernel meets: for each line of the result the places of a row.
struct KernelLines {
  /// Places from `place` on, one after the other, meet elements that are `step` apart.
  struct Line {
    var place: Int
    var element: Int
    var count: Int
    var step: Int

    /// Runs of places that meet elements one after the other, where both of so many samples lie
    /// side by side: the range of the places, and the first element.
    func forEachRun(by samples: Int, _ body: (Range<Int>, Int) -> Void) {
      if step == 1 {
        return body((place * samples)..<((place + count) * samples), element * samples)
      }
      for index in 0..<count {
        let first = (place + index) * samples
        body(first..<(first + samples), (element + index * step) * samples)
      }
    }
  }

  private let window: Window
  private let dims: [Int]
  private let height: Int
  private let width: Int

  /// - Parameters:
  ///   - dims: of what is read, channels first.
  ///   - result: likewise.
  init(_ window: Window, from dims: [Int], to result: [Int]) {
    (self.window, self.dims) = (window, dims)
    (height, width) = (result[1], result[2])
  }

  /// Of a kernel: channels, lines and columns.
  var entries: Int { dims[0] * window.height * window.width }

  func forEach(of entry: Int, _ body: (Line) -> Void) {
    let (j, rest) = (entry % window.width, entry / window.width)
    let (i, channel) = (rest % window.height, rest / window.height)
    let step = window.strideX
    // The first and the last place whose element is no pad.
    let first = max(0, (window.left - j + step - 1) / step)
    let last = dims[2] - 1 + window.left - j
    let count = last < 0 ? 0 : min(width, last / step + 1) - first
    if count <= 0 { return }
    for row in 0..<height {
      let y = row * window.strideY + i - window.top
      guard y >= 0, y < dims[1] else { continue }
      let element = (channel * dims[1] + y) * dims[2] + first * step + j - window.left
      body(Line(place: row * width + first, element: element, count: count, step: step))
    }
  }
}

/// The random point of a layer: one coordinate a bit of its outputs and of its places.
struct LayerPoint {
  var output: [GoldilocksPair]
  var place: [GoldilocksPair]

  /// Bits of the places of all samples.
  static func placeBits(_ graph: Graph, _ layer: Layer, samples: Int) -> Int {
    MatrixShape.bits(graph.types[layer.node + 1].shape.count / layer.rows * samples)
  }

  static func draw(
    _ graph: Graph, _ shape: MatrixShape, samples: Int, from transcript: inout Transcript
  ) -> [LayerPoint] {
    zip(graph.layers, shape.blocks).map { layer, block in
      LayerPoint(
        output: transcript.challenges(block.outputBits),
        place: transcript.challenges(placeBits(graph, layer, samples: samples)))
    }
  }
}
