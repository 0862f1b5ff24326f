// What makes a graph: every hostile one is refused before it is run.

import Primitives
import Testing

@testable import Graphs

@Suite struct GraphTests {
  private var vector: TensorType {
    get throws { TensorType(.int8, try Shape([4])) }
  }

  private func refusal(_ body: () throws(Refusal) -> Graph) -> Refusal? {
    do throws(Refusal) {
      _ = try body()
      return nil
    } catch {
      return error
    }
  }

  @Test func aNodeCannotReadWhatComesLater() throws {
    let vector = try vector
    let late = Node(.linear(Linear(outputs: 2, biasBound: 0)), [1])
    #expect(
      refusal { () throws(Refusal) in try Graph(input: vector, nodes: [late]) }
        == Refusal("readsLaterTensor", ["node": 0, "tensor": 1]))
    let negative = Node(.linear(Linear(outputs: 2, biasBound: 0)), [-1])
    #expect(
      refusal { () throws(Refusal) in try Graph(input: vector, nodes: [negative]) }?.code
        == "readsLaterTensor")
  }

  @Test func whatNobodyReadsIsRefused() throws {
    let vector = try vector
    let nodes = [
      Node(.linear(Linear(outputs: 2, biasBound: 0)), [0]),
      Node(.linear(Linear(outputs: 3, biasBound: 0)), [0]),
    ]
    #expect(
      refusal { () throws(Refusal) in try Graph(input: vector, nodes: nodes) }
        == Refusal("unreadTensor", ["tensor": 1]))
  }

  @Test func sumsMustFitThirtyTwoBits() throws {
    // 65,793 · 255 · 128 = 2,147,483,520: room for a bias of 127 and no more.
    let wide = TensorType(.uint8, try Shape([65793]))
    for (bias, fits) in [(127, true), (128, false)] as [(UInt32, Bool)] {
      let node = Node(.linear(Linear(outputs: 1, biasBound: bias)), [0])
      let found = refusal { () throws(Refusal) in try Graph(input: wide, nodes: [node]) }
      #expect((found == nil) == fits)
      #expect(fits || found?.code == "sumsCouldOverflow")
    }
    let wider = TensorType(.uint8, try Shape([65794]))
    let node = Node(.linear(Linear(outputs: 1, biasBound: 0)), [0])
    #expect(
      refusal { () throws(Refusal) in try Graph(input: wider, nodes: [node]) }
        == Refusal("sumsCouldOverflow", ["columns": 65794, "bias": 0]))
  }

  @Test func typesMustFit() throws {
    let vector = try vector
    let sums = Node(.linear(Linear(outputs: 2, biasBound: 0)), [0])
    let again = Node(.linear(Linear(outputs: 2, biasBound: 0)), [1])
    let pool = Node(.maxPool(MaxPool(window: Window(height: 1, width: 1))), [1])
    let round = Node(
      .requantise(Requantise(multipliers: [1], shift: 24, element: .int8)), [1])
    let shape = Node(.reshape(Reshape(dims: [3])), [1])
    for (second, code) in [
      (again, "wrongElement"), (pool, "wrongElement"), (round, "wrongLength"),
      (shape, "wrongLength"),
    ] {
      let found = refusal { () throws(Refusal) in
        try Graph(input: vector, nodes: [sums, second])
      }
      #expect(found?.code == code)
    }
    let one = Node(
      .add(ResidualAdd(left: 1, right: 1, shift: 24, element: .int8)), [0])
    #expect(
      refusal { () throws(Refusal) in try Graph(input: vector, nodes: [one]) }
        == Refusal("wrongInputCount", ["got": 1, "wanted": 2]))
  }

  @Test func sizesAreBounded() throws {
    let vector = try vector
    let shape: ([Int]) -> String? = { dims in
      do throws(Refusal) {
        _ = try Shape(dims)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(shape([]) == "badRank")
    #expect(shape([1, 1, 1, 1, 1]) == "badRank")
    #expect(shape([0]) == "tensorTooLarge")
    #expect(shape([-4]) == "tensorTooLarge")
    #expect(shape([1 << 13, 1 << 13]) == nil)
    #expect(shape([1 << 13, 1 << 13, 2]) == "tensorTooLarge")
    #expect(shape([.max, .max]) == "tensorTooLarge")
    let matrix = Node(.linear(Linear(outputs: 1 << 26, biasBound: 0)), [0])
    let wide = TensorType(.int8, try Shape([1 << 10]))
    #expect(
      refusal { () throws(Refusal) in try Graph(input: wide, nodes: [matrix]) }?.code
        == "tooManyWeights")
    #expect(
      refusal { () throws(Refusal) in try Graph(input: vector, nodes: []) }?.code
        == "badNodeCount")
  }

  @Test func windowsMustLandOnThePlane() throws {
    let plane = TensorType(.uint8, try Shape([1, 4, 4]))
    let spoil: [(inout Window) -> Void] = [
      { $0.height = 0 }, { $0.width = 5 }, { $0.strideY = 0 }, { $0.top = 2 },
      { $0.right = -1 }, { $0.strideX = 4096 },
    ]
    for change in spoil {
      var window = Window(height: 2, width: 2)
      change(&window)
      let node = Node(.maxPool(MaxPool(window: window)), [0])
      #expect(
        refusal { () throws(Refusal) in try Graph(input: plane, nodes: [node]) }?.code
          == "badWindow")
    }
  }

  @Test func weightsMustFit() throws {
    let vector = try vector
    let node = Node(.linear(Linear(outputs: 2, biasBound: 9)), [0])
    let graph = try Graph(input: vector, nodes: [node])
    let matrix = [Int8](repeating: 1, count: 8)
    let code: ([LayerWeights]) -> String? = { weights in
      do throws(Refusal) {
        try graph.check(weights)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code([LayerWeights(matrix: matrix, bias: [9, -1])]) == nil)
    #expect(code([LayerWeights(matrix: matrix, bias: [-9, 0])]) == nil)
    #expect(code([LayerWeights(matrix: matrix, bias: [10, 0])]) == "wrongBiasBound")
    #expect(code([LayerWeights(matrix: matrix, bias: [8, 0])]) == "wrongBiasBound")
    #expect(code([LayerWeights(matrix: matrix, bias: [9])]) == "wrongLength")
    #expect(code([LayerWeights(matrix: Array(matrix[1...]), bias: [9, 0])]) == "wrongLength")
    #expect(code([]) == "wrongLength")
  }
}
