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
    for (sample, trace) in traces.enumerated() {
      let own = Array(weights[(sample * perSample)..<((sample + 1) * perSample)])
      let x = trace[node.inputs[0]]
      switch node.operation {
      case .convolution(let o): LayerFold.fold(x, o, graph.types[layer.node + 1], own, &inputs)
      case .embedding(let o):
        // A vector that is one at the symbol and at the place.
        for place in 0..<perSample {
          inputs[o.column(of: x.values[place])] += own[place]
          if o.hasPlaces { inputs[o.vocabulary + place] += own[place] }
        }
      default:
        for column in 0..<layer.columns {
          inputs[column] += own[0] * Goldilocks(Int64(x.values[column]))
        }
      }
    }
    return inputs
  }

  /// What each entry of a kernel meets, over all places of a plane.
  private static func fold(
    _ x: Tensor, _ o: Convolution, _ type: TensorType, _ weights: [GoldilocksPair],
    _ inputs: inout [GoldilocksPair]
  ) {
    let dims = x.type.shape.dims
    let (height, width) = (type.shape.dims[1], type.shape.dims[2])
    var column = 0
    for channel in 0..<dims[0] {
      for i in 0..<o.window.height {
        for j in 0..<o.window.width {
          var sum = GoldilocksPair.zero
          for row in 0..<height {
            let y = row * o.window.strideY + i - o.window.top
            guard y >= 0, y < dims[1] else { continue }
            let line = (channel * dims[1] + y) * dims[2]
            for place in 0..<width {
              let z = place * o.window.strideX + j - o.window.left
              guard z >= 0, z < dims[2] else { continue }
              let value = x.values[line + z]
              if value != 0 { sum += weights[row * width + place] * Goldilocks(Int64(value)) }
            }
          }
          inputs[column] += sum
          column += 1
        }
      }
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
