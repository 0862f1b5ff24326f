// A prover that lies about attention, norms, tables or symbols, and is honest about all else.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

/// A model with every operation that helpers prove.
struct WideLiar {
  let model: ProvedModel
  let prover: SuccinctProver
  let statement: SuccinctStatement
  /// Of level `private`, where that is lied at.
  let hidden: PrivateStatement?
  var traces: [[Tensor]]
  var lie = HelperValues.Lie()
  var lies = ProverLies()
  /// What becomes of the witness when it is laid out.
  var change: (inout Witness) -> Void = { _ in }

  init(_ level: ProofLevel = .succinct) throws {
    var draw = Draw(seed: 5)
    model = try ProvedModel(try ProvableGraph(try Self.graph(), &draw), columnBits: 6)
    prover = try SuccinctProver(model.prover.manifest, model.prover.weights)
    statement = try SuccinctStatement(model.graph, model.prover.weights.shape, samples: 1)
    hidden =
      level == .private
      ? try PrivateStatement(
        model.graph, model.prover.weights.shape, samples: 1, hiding: .input) : nil
    traces = model.traces
  }

  /// Symbols, a norm, one head of attention, a gate behind a table, and a last layer.
  static func graph() throws -> Graph {
    let (length, width) = (4, 3)
    func convolution(_ outputs: Int, _ from: Int) -> Node {
      Node(
        .convolution(
          Convolution(outputs: outputs, window: Window(height: 1, width: 1), biasBound: 40)),
        [from])
    }
    func rounding(_ channels: Int, _ from: Int) -> Node {
      Node(
        .requantise(
          Requantise(
            multipliers: [UInt32](repeating: 1 << 17, count: channels), shift: 24, element: .int8)),
        [from])
    }
    func heads(_ from: Int) -> Node { Node(.reshape(Reshape(dims: [1, width, length])), [from]) }
    func norm(_ isCentred: Bool, _ from: Int) -> Node {
      Node(
        .normalise(
          Normalisation(
            axis: Axis(count: width, inner: length), isCentred: isCentred, epsilon: 9,
            multipliers: [Int32](repeating: 1 << 15, count: width),
            offsets: [Int32](repeating: 1 << 15, count: width), shift: 24, element: .int8)),
        [from])
    }
    let nodes = [
      Node(
        .embedding(
          Embedding(outputs: width, biasBound: 3, vocabulary: 11, hasPlaces: true)), [0]),
      rounding(width, 1), norm(true, 2),
      convolution(width, 3), rounding(width, 4), heads(5),
      convolution(width, 3), rounding(width, 7), heads(8),
      Node(.matMul(MatrixProduct(isLeftTransposed: true, isRightTransposed: false)), [6, 9]),
      rounding(1, 10),
      Node(
        .softmax(
          Softmax(isCausal: true, exponentials: (0..<256).map { UInt16(60_000 / (1 + $0)) })),
        [11]),
      Node(.matMul(MatrixProduct(isLeftTransposed: false, isRightTransposed: true)), [9, 12]),
      rounding(1, 13), norm(false, 14),
      Node(
        .table(ByteTable(bytes: (0..<256).map { UInt8($0 * 7 & 255) }, element: .int8)), [15]),
      Node(.product(Product(multiplier: 1 << 18, shift: 24, element: .int8)), [9, 16]),
      Node(.rearrange(Rearrangement(dims: [width], strides: [length], offset: length - 1)), [17]),
      Node(.linear(Linear(outputs: 5, biasBound: 7)), [18]),
    ]
    return try Graph(input: TensorType(.uint8, try Shape([length])), nodes: nodes)
  }

  var plan: WitnessPlan { hidden?.plan ?? statement.plan }

  /// What is committed to.
  var witness: Witness {
    var witness = Witness(plan, traces, HelperValues(plan, traces, lie: lie))
    change(&witness)
    return witness
  }

  func prove() throws -> SuccinctProof {
    try prover.prove(
      statement, traces, witness, nonce: ProvedModel.nonce, expires: 9, lies: lies)
  }

  /// - Parameter spoil: changes pads.
  func privately(
    _ statement: PrivateStatement, spoil: (inout [GoldilocksPair]) -> Void = { _ in }
  ) throws -> PrivateProof {
    try PrivateProver(prover.manifest, prover.weights).prove(
      statement, traces, witness, nonce: ProvedModel.nonce, expires: 9,
      secret: ProvedModel.secret, salt: ProvedModel.salt, spoil: spoil, lies: lies)
  }

  /// The step at which the lie comes out.
  func caught() throws -> ProofStep? {
    if let hidden {
      let proof = try privately(hidden)
      return step { _ = try PrivateVerifier.verify(proof) }
    }
    let proof = try prove()
    return step { _ = try SuccinctVerifier.verify(proof) }
  }

  /// Where a lie comes out at level `succinct`; at `private` all do at the one equation.
  func wanted(_ step: ProofStep) -> ProofStep { hidden == nil ? step : .witness }

  /// The index of the first helper that is this part of an operation of a name.
  func helper(_ part: Helper.Part?, of operation: String) throws -> Int {
    try #require(
      plan.helpers.all.firstIndex {
        $0.part == part && model.graph.nodes[$0.node].operation.name == operation
      })
  }

  /// Of the products of an operation.
  func product(_ number: Int, of operation: String) throws -> Int {
    let all = plan.helpers.all.indices.filter {
      if case .product = plan.helpers.all[$0].source {
        return model.graph.nodes[plan.helpers.all[$0].node].operation.name == operation
      }
      return false
    }
    return try #require(all.count > number ? all[number] : nil)
  }

  /// Claims something else of one element of a helper, and all that follows from it.
  func claiming(_ helper: Int, _ element: Int, _ amount: Int64) -> WideLiar {
    var other = self
    let before = lie.helper
    other.lie.helper = { index, values in
      before(index, &values)
      if index == helper { values[element] += amount }
    }
    return other
  }
}
