// Each operation against sums worked out by hand.

import Primitives
import Testing

@testable import Graphs

@Suite struct OperationTests {
  private func tensor(
    _ element: ElementType, _ dims: [Int], _ values: [Int32]
  ) throws -> Tensor {
    try Tensor(TensorType(element, try Shape(dims)), values)
  }

  @Test func linear() throws {
    let x = try tensor(.int8, [3], [1, -2, 127])
    let node = Linear(outputs: 2, biasBound: 7)
    let weights = LayerWeights(matrix: [1, 2, 3, -128, 0, 127], bias: [7, -5])
    let type = try node.result(of: x.type)
    #expect(node.run(x, weights, to: type).values == [385, 15996])
  }

  @Test func convolutionReadsZerosOutside() throws {
    let x = try tensor(.uint8, [1, 2, 2], [1, 2, 3, 255])
    var window = Window(height: 3, width: 3)
    (window.top, window.left, window.bottom, window.right) = (1, 1, 1, 1)
    let node = Convolution(outputs: 1, window: window, biasBound: 10)
    let weights = LayerWeights(matrix: [1, 2, 3, 4, 5, 6, 7, 8, 9], bias: [10])
    let type = try node.result(of: x.type)
    // The upper left place sees 5·1 + 6·2 + 8·3 + 9·255 = 2,336, plus 10.
    let sums = node.run(x, weights, to: type).values
    #expect(type.shape.dims == [1, 2, 2])
    #expect(sums[0] == 2346)
    #expect(sums[3] == 1 * 1 + 2 * 2 + 4 * 3 + 5 * 255 + 10)
  }

  @Test func convolutionStridesOverChannels() throws {
    let x = try tensor(.int8, [2, 1, 4], [1, 2, 3, 4, -1, -2, -3, -4])
    var window = Window(height: 1, width: 2)
    window.strideX = 2
    let node = Convolution(outputs: 2, window: window, biasBound: 0)
    let weights = LayerWeights(matrix: [1, 1, 1, 1, 1, 0, 0, -1], bias: [0, 0])
    let type = try node.result(of: x.type)
    #expect(node.run(x, weights, to: type).values == [0, 0, 3, 7])
  }

  @Test func requantiseGoesByChannel() throws {
    let x = try tensor(.int32, [2, 1, 2], [3, -3, 3, -3])
    let node = Requantise(multipliers: [1 << 23, 1 << 24], shift: 24, element: .int8)
    let type = try node.result(of: x.type)
    #expect(node.run(x, to: type).values == [2, -1, 3, -3])
  }

  @Test func poolIgnoresPads() throws {
    let x = try tensor(.int8, [1, 2, 2], [-5, -6, -7, -128])
    var window = Window(height: 2, width: 2)
    (window.top, window.left, window.bottom, window.right) = (1, 1, 1, 1)
    let node = MaxPool(window: window)
    let type = try node.result(of: x.type)
    #expect(node.run(x, to: type).values == [-5, -5, -6, -5, -5, -6, -7, -7, -128])
  }

  @Test func addRoundsOnce() throws {
    // A half and a half make one; rounded apart they would make two.
    let a = try tensor(.uint8, [3], [1, 255, 0])
    let b = try tensor(.int8, [3], [1, 127, -128])
    let node = ResidualAdd(left: 1 << 23, right: 1 << 23, shift: 24, element: .int8)
    let type = try node.result(of: a.type, b.type)
    #expect(node.run(a, b, to: type).values == [1, 127, -64])
  }

  @Test func tensorsKeepTheirRange() throws {
    #expect(throws: Refusal("elementOutOfRange", ["index": 1])) {
      try tensor(.int8, [2], [0, 128])
    }
    #expect(throws: Refusal("elementOutOfRange", ["index": 0])) {
      try tensor(.uint8, [1], [-1])
    }
    let sums = try tensor(.int32, [2], [.min, 258])
    #expect(sums.bytes == [0, 0, 0, 128, 2, 1, 0, 0])
    #expect(try Tensor(sums.type, bytes: sums.bytes) == sums)
    #expect(throws: Refusal("wrongLength", ["got": 7, "wanted": 8])) {
      try Tensor(sums.type, bytes: Array(sums.bytes.dropLast()))
    }
  }
}
