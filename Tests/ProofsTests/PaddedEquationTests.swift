// Hidden messages are held by equations in pads and by products: none of them says nothing.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct PaddedEquationTests {
  /// What a verifier is left with when all messages but the last rounds are read.
  private func read(
    _ statement: PrivateStatement, _ proof: PrivateProof, _ model: Bytes32, root: Bytes32,
    input: [Int32] = []
  ) throws -> PaddedFollow {
    var follow = PrivateFollow(
      statement, statement.transcript(proof, model: model, root: root),
      try ElementBytes.pairs(proof.messages))
    let output = Tensor.words(proof.output)
    _ = follow.follow(
      ends: try ElementBytes.pairs(proof.ends), row: try ElementBytes.pairs(proof.row)
    ) { LinearEquation(statement.plan, statement.space, $0, input: input, output: output) }
    return follow.padded
  }

  /// Every check takes in hidden numbers, and no two of them are one.
  private func judge(
    _ read: PaddedFollow, plain: Int, factors: [GoldilocksPair], _ note: Comment
  ) {
    var read = read
    #expect(read.zeros.count == plain, note)
    #expect(read.products.count == read.layout.products, note)
    #expect(read.zeros.allSatisfy { $0.terms.count > 1 }, note)
    for own in read.products {
      #expect(!own.left.terms.isEmpty && !own.right.terms.isEmpty, note)
      #expect(!own.product.terms.isEmpty, note)
    }
    read.follow(factors: factors, at: read.transcript.challenge())
    #expect(read.zeros.count == plain + 3 * read.layout.products, note)
    for (index, own) in read.products.enumerated() {
      let triple = read.layout.triple(index)
      let zeros = read.zeros[(plain + 3 * index)..<(plain + 3 * index + 3)].map { zero in
        Set(zero.terms.map(\.pad))
      }
      // Each has the messages that it is about, and its own part of the triple.
      let wanted = [
        Set(own.left.terms.map(\.pad) + [triple]), Set(own.right.terms.map(\.pad) + [triple + 1]),
        Set(own.product.terms.map(\.pad) + [triple, triple + 1, triple + 2]),
      ]
      #expect(zeros == wanted, note)
    }
    // Not one message is left out of all of them.
    let used = Set(
      read.zeros.flatMap { $0.terms.map(\.pad) }
        + read.products.flatMap { ($0.left.terms + $0.right.terms).map(\.pad) })
    let values = read.layout.talk - used.count { $0 < read.layout.talk }
    #expect(values <= 2, note)
  }

  @Test func aHiddenInput() throws {
    let liar = try PrivateLiar()
    let proof = try liar.prove()
    let read = try read(
      liar.statement, proof, liar.prover.manifest.id.digest, root: liar.prover.weights.root)
    // Bits, the sums' value, the clamp, the columns.
    judge(read, plain: 4, factors: try ElementBytes.pairs(proof.factors), "input")
  }

  /// With lookups and products of activations.
  @Test func operationsWithHelpers() throws {
    let liar = try WideLiar(.private)
    let statement = try #require(liar.hidden)
    let proof = try liar.privately(statement)
    let read = try read(
      statement, proof, liar.prover.manifest.id.digest, root: liar.prover.weights.root)
    judge(read, plain: 5, factors: try ElementBytes.pairs(proof.factors), "helpers")
  }

  @Test(arguments: [Hiding.weights, [.input, .weights]])
  func hiddenWeights(hiding: Hiding) throws {
    let model = try HiddenModel()
    let proof = try model.prove(hiding)
    let read = try read(
      try model.statement(hiding), proof, model.manifest.id.digest, root: model.weights.root,
      input: hiding.contains(.input) ? [] : model.traces[0][0].values)
    // The masked row too.
    judge(read, plain: 5, factors: try ElementBytes.pairs(proof.factors), "weights")
  }

  @Test func aRegistration() throws {
    let model = try HiddenModel()
    let file = try WeightRegistration(model.manifest, model.weights)
    let own = try RegistrationShape(model.weights.shape, model.graph)
    var read = PaddedFollow(
      own.layout,
      own.transcript(file, model: model.manifest.id.digest, root: model.weights.root),
      try ElementBytes.pairs(file.messages))
    _ = own.follow(&read, row: try ElementBytes.pairs(file.row))
    // Bits, the columns, the masked row.
    judge(read, plain: 3, factors: try ElementBytes.pairs(file.factors), "registration")
  }
}
