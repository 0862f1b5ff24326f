// The fast program gives the reference's bits on random graphs, whatever the kernel.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct BitEqualTests {
  /// Each argument is a range of seeds, so that a failure names its graph.
  @Test(arguments: 0..<12)
  func onRandomGraphs(part: Int) throws {
    for seed in part * 25..<(part + 1) * 25 { try expectEqual(seed, isWide: false) }
  }

  @Test(arguments: 0..<16)
  func onRandomGraphsOfAllOperations(part: Int) throws {
    for seed in part * 25..<(part + 1) * 25 { try expectEqual(10_000 + seed, isWide: true) }
  }

  /// The generator is only worth what it draws.
  @Test func everyOperationIsDrawn() throws {
    var drawn: [String: Int] = [:]
    for seed in 10_000..<10_400 {
      var draw = Draw(seed: UInt64(seed))
      for node in try RandomGraph(&draw, isWide: true).graph.nodes {
        drawn[node.operation.name, default: 0] += 1
      }
    }
    #expect(drawn.count == 18)
    for (name, count) in drawn { #expect(count > 10, "\(name)") }
  }

  private func expectEqual(_ seed: Int, isWide: Bool) throws {
    do {
      var draw = Draw(seed: UInt64(seed))
      let own = try RandomGraph(&draw, isWide: isWide)
      let count = 1 + draw.below(3)
      let inputs = (0..<count).map { _ in
        (0..<own.graph.input.shape.count).map { _ in UInt8(draw.below(256)) }
      }
      var wanted: [Int32] = []
      for input in inputs { wanted += try own.graph.run(own.weights, on: input) }
      for kernel in LayerKernel.usable {
        let program = Program(own.graph, own.weights, kernel: kernel)
        let got = program.run(Array(inputs.joined()), count: count)
        #expect(got == wanted, "seed \(seed), \(kernel)")
        let trace = try own.graph.trace(own.weights, on: inputs[0]).map(\.bytes)
        #expect(program.tensors(inputs[0]) == trace, "seed \(seed), \(kernel)")
      }
    }
  }

  /// The greatest sums that the bounds allow, with both signs, and their roundings with the
  /// greatest and the least multipliers: nothing saturates on the way but at the end.
  @Test(arguments: [ElementType.uint8, .int8])
  func atTheEndsOfTheRange(element: ElementType) throws {
    let columns = 65700
    let linear = Node(.linear(Linear(outputs: 5, biasBound: 127)), [0])
    let input = TensorType(element, try Shape([columns]))
    let sums = try Graph(input: input, nodes: [linear])
    var graphs = [sums]
    for shift in Rounding.shifts {
      for result in [ElementType.uint8, .int8] {
        let most = Rounding.multiplierEnd - 1
        let multipliers = [most, most, most, 1, 1 << 20]
        let rounding = Requantise(multipliers: multipliers, shift: shift, element: result)
        graphs.append(
          try Graph(input: input, nodes: [linear, Node(.requantise(rounding), [1])]))
      }
    }
    // Great sums of both signs at even and odd outputs, which vectors treat apart.
    let rows = [-128, 127, 127, -1, -128].flatMap { [Int8](repeating: $0, count: columns) }
    let weights = [LayerWeights(matrix: rows, bias: [-127, 127, 127, 0, 127])]
    let inputs = [UInt8(0xff), 0x80, 0x7f].map { [UInt8](repeating: $0, count: columns) }
    let wanted = try inputs.map { try sums.trace(weights, on: $0)[1].values }
    for graph in graphs {
      for kernel in LayerKernel.usable {
        let program = Program(graph, weights, kernel: kernel)
        for (input, sums) in zip(inputs, wanted) {
          // The reference's rounding of the same sums, which take long to add up.
          var rounded = sums
          if case .requantise(let own) = graph.nodes[graph.nodes.count - 1].operation {
            rounded = zip(sums, own.multipliers).map {
              Rounding.round(Int64($0) * Int64($1), own.shift, own.element)
            }
          }
          #expect(program.run(input, count: 1) == rounded)
        }
      }
    }
  }

  /// More samples than one batch holds, each with its own answer.
  @Test func batchesKeepTheirOrder() throws {
    var draw = Draw(seed: 77)
    let nodes = [Node(.linear(Linear(outputs: 5, biasBound: 0)), [0])]
    let graph = try Graph(input: TensorType(.int8, try Shape([7])), nodes: nodes)
    let matrix = (0..<35).map { _ in Int8(draw.signed(127)) }
    let weights = [LayerWeights(matrix: matrix, bias: [0, 0, 0, 0, 0])]
    let count = 2 * Program.mostBatch + 3
    let bytes = (0..<7 * count).map { _ in UInt8(draw.below(256)) }
    var wanted: [Int32] = []
    for at in 0..<count { wanted += try graph.run(weights, on: Array(bytes[7 * at..<7 * at + 7])) }
    for kernel in LayerKernel.usable {
      #expect(Program(graph, weights, kernel: kernel).run(bytes, count: count) == wanted)
    }
  }
}
