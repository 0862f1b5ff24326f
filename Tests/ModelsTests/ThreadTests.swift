// Two threads give one thread's answers, however many ask at once, and memory is reused.

import Graphs
import Primitives
import Testing

@testable import Models

@Suite struct ThreadTests {
  /// A linear layer that is worth two threads from a few dozen samples on.
  private func program(_ kernel: LayerKernel) throws -> (Program, [UInt8]) {
    var draw = Draw(seed: 5)
    let nodes = [Node(.linear(Linear(outputs: 64, biasBound: 0)), [0])]
    let graph = try Graph(input: TensorType(.int8, try Shape([256])), nodes: nodes)
    let matrix = (0..<64 * 256).map { _ in Int8(draw.signed(127)) }
    let bias = [Int32](repeating: 0, count: 64)
    let input = (0..<256 * 200).map { _ in UInt8(draw.below(256)) }
    return (Program(graph, [LayerWeights(matrix: matrix, bias: bias)], kernel: kernel), input)
  }

  @Test func batchesAreSplitAndJoined() throws {
    for kernel in LayerKernel.usable where kernel != .plain {
      let (program, input) = try program(kernel)
      for count in [1, 2, 63, 64, 65, 129, 200] {
        let own = Array(input[..<(256 * count)])
        #expect(program.run(own, count: count, threads: 2) == program.run(own, count: count))
      }
    }
  }

  /// While the partner helps one, others go on alone.
  @Test func manyAskAtOnce() async throws {
    let (program, input) = try program(.best)
    let wanted = program.run(input, count: 200)
    let right = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<20).allSatisfy { _ in program.run(input, count: 200, threads: 2) == wanted }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(right)
  }

  /// Every piece is done once, whoever does it and whether or not the partner wakes in time.
  @Test func everyPieceIsDoneOnce() throws {
    let partner = try #require(Partner.shared)
    for pieces in [1, 2, 3, 50] {
      for _ in 0..<200 {
        let done = UnsafeMutableBufferPointer<Int>.allocate(capacity: pieces)
        done.initialize(repeating: 0)
        defer { done.deallocate() }
        partner.share(pieces, UnsafeRawPointer(done.baseAddress!)) { job, piece in
          let done = UnsafeMutableRawPointer(mutating: job).assumingMemoryBound(to: Int.self)
          done[piece] += 1
        }
        #expect(done.allSatisfy { $0 == 1 })
      }
    }
  }

  /// One sample on two threads: each multiplies by half of a large matrix.
  @Test func aLayerIsHalved() throws {
    var draw = Draw(seed: 6)
    let nodes = [Node(.linear(Linear(outputs: 1040, biasBound: 9)), [0])]
    let graph = try Graph(input: TensorType(.uint8, try Shape([1030])), nodes: nodes)
    let matrix = (0..<1040 * 1030).map { _ in Int8(draw.signed(127)) }
    let bias = [Int32](repeating: 9, count: 1040)
    let input = (0..<1030).map { _ in UInt8(draw.below(256)) }
    for kernel in LayerKernel.usable where kernel != .plain {
      let program = Program(graph, [LayerWeights(matrix: matrix, bias: bias)], kernel: kernel)
      #expect(program.run(input, count: 1, threads: 2) == program.run(input, count: 1))
    }
  }

  /// Runs one after the other share one piece of memory, two threads two.
  @Test func memoryIsReused() throws {
    let (program, input) = try program(.best)
    for _ in 0..<5 { _ = program.run(input, count: 200) }
    #expect(program.fastMemory.made == 1)
    for _ in 0..<5 { _ = program.run(input, count: 200, threads: 2) }
    #expect(program.fastMemory.made == 2)
  }

  @Test func spansOfTheWrongLengthAreRefused() throws {
    let onnx = try Files.vector("mlp.onnx")
    let model = try Model.importing(
      onnx: onnx, calibration: InputJSON.read(Files.vector("mlp.cal.json")))
    let input = [UInt8](repeating: 1, count: 2 * model.inputCount)
    var output = [Int32](repeating: 0, count: 2 * model.outputCount)
    var span = output.mutableSpan
    try model.execute(input.span, count: 2, into: &span)
    #expect(output == (try model.execute(input, count: 2)))
    var short = [Int32](repeating: 0, count: 2 * model.outputCount - 1)
    let refusal = Refusal.wrongLength(got: short.count, wanted: short.count + 1)
    do throws(Refusal) {
      var span = short.mutableSpan
      try model.execute(input.span, count: 2, into: &span)
      Issue.record("a short output was taken")
    } catch { #expect(error == refusal) }
    #expect(throws: Refusal.self) { try model.execute(input, count: Int.max, threads: 2) }
  }
}
