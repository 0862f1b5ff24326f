// What the folded inputs of layers are at a point, as linear functions of the tensors they read.

import Arithmetic
import Graphs
import Primitives

/// Σ scale_p·value_p over the pieces of all layers, spread over the elements that layers read.
struct LayerValues {
  /// For each layer, a coefficient for each of its inputs.
  private var kernels: [[GoldilocksPair]]

  /// - Parameters:
  ///   - scales: one a piece of a layer's matrix, in their order.
  ///   - column: the point over the columns.
  init(
    _ plan: WitnessPlan, _ shape: MatrixShape, _ pieces: [RowPiece], scales: [GoldilocksPair],
    weights: [GoldilocksPair], column: [GoldilocksPair]
  ) {
    kernels = plan.graph.layers.map { Array(repeating: .zero, count: $0.columns) }
    var next = scales.makeIterator()
    for piece in pieces {
      guard let source = piece.source, let scale = next.next() else { continue }
      let bits = min(shape.blocks[source.layer].inputBits, shape.columnBits)
      let high = Array(column[..<(column.count - bits)])
      let table = Multilinear.weights(at: Array(column[(column.count - bits)...]))
      let factor = scale * weights[source.layer] * Multilinear.weight(source.low, high)
      // The last parts of a padded input may hold none.
      let end = max(
        source.start, min(kernels[source.layer].count, source.start + table.count))
      for index in source.start..<end {
        kernels[source.layer][index] += factor * table[index - source.start]
      }
    }
  }

  /// Adds the coefficients of the tensors.
  func add(to forms: inout TensorForms, _ points: [LayerPoint]) {
    let plan = forms.plan
    let graph = plan.graph
    for (index, layer) in graph.layers.enumerated() {
      let node = graph.nodes[layer.node]
      let type = graph.types[layer.node + 1]
      let input = graph.types[node.inputs[0]]
      let weights = Multilinear.weights(at: points[index].place)
      let kernel = kernels[index]
      let places = type.shape.count / layer.rows
      if case .embedding(let o) = node.operation {
        addSymbols(o, layer.node, kernel, weights, places, to: &forms)
        continue
      }
      if case .convolution(let o) = node.operation {
        let lines = KernelLines(o.window, from: input.shape.dims, to: type.shape.dims)
        let count = input.shape.count
        forms.change(node.inputs[0]) { form in
          for group in SampleGroup.all(plan.samples) {
            let own = LayerValues.spread(
              kernel, lines, group.interleaved(weights, each: places), by: group.count, count)
            for (place, sample) in group.samples.enumerated() {
              for index in 0..<count {
                form[sample * count + index] += own[index * group.count + place]
              }
            }
          }
        }
        continue
      }
      forms.change(node.inputs[0]) { form in
        for sample in 0..<plan.samples {
          let start = sample * input.shape.count
          for (place, own) in kernel.enumerated() { form[start + place] += own * weights[sample] }
        }
      }
    }
  }

  /// The column of each place's symbol, and that of the place.
  private func addSymbols(
    _ o: Embedding, _ node: Int, _ kernel: [GoldilocksPair], _ weights: [GoldilocksPair],
    _ places: Int, to forms: inout TensorForms
  ) {
    guard let chosen = forms.plan.helpers.symbols.first(where: { $0.node == node })?.helper
    else { return }
    let count = places * forms.plan.samples
    forms.change(chosen) { form in
      for place in 0..<count {
        for symbol in 0..<256 {
          form[256 * place + symbol] +=
            weights[place] * kernel[o.column(of: Int32(symbol))]
        }
      }
    }
    if !o.hasPlaces { return }
    for place in 0..<count {
      forms.constant += weights[place] * kernel[o.vocabulary + place % places]
    }
  }

  /// The transpose of `LayerFold.fold`.
  private static func spread(
    _ kernel: [GoldilocksPair], _ lines: KernelLines, _ weights: PairVector, by samples: Int,
    _ count: Int
  ) -> PairVector {
    var form = PairVector(zeros: count * samples)
    for (entry, own) in kernel.enumerated() {
      lines.forEach(of: entry) { line in
        line.forEachRun(by: samples) { form.add(weights, $0, times: own, at: $1) }
      }
    }
    return form
  }
}
