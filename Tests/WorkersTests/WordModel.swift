// A model of five symbols that says a, b, c, a, b, c for ever, and what it says to a text.

import Graphs
import Models
import Primitives
import Workers

enum WordModel {
  /// After "\n" and "?" comes "a".
  static func model() throws -> Model {
    let next = [1, 2, 3, 1, 1]
    let graph = try Graph(
      input: TensorType(.uint8, try Shape([1])),
      nodes: [
        Node(
          .embedding(Embedding(outputs: 5, biasBound: 0, vocabulary: 5, hasPlaces: false)), [0])
      ])
    let matrix = (0..<5).flatMap { row in next.map { $0 == row ? Int8(100) : 0 } }
    let weights = [LayerWeights(matrix: matrix, bias: [0, 0, 0, 0, 0])]
    return try Model(
      Manifest(
        graph: graph, inputScale: Scale(), outputScale: Scale(), readout: .plain,
        report: AccuracyReport(),
        commitments: [try WeightTiles.commitment(to: weights, of: graph)]), weights)
  }

  struct Said: Hashable {
    var text: String
    var end: TextEnd
    var symbols: Int

    init(_ text: String, _ end: TextEnd, _ symbols: Int) {
      (self.text, self.end, self.symbols) = (text, end, symbols)
    }
  }

  static func said(
    _ text: TextModel, _ prompt: String, _ options: TextOptions
  ) async throws -> Said {
    var said = ""
    let made = try await text.continue(prompt, options) { said += $0 }
    return Said(said, made.end, made.symbols)
  }
}
