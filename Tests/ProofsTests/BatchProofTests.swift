// Proofs of several runs at level `succinct`: a code of half the letters, and a format of its own.

import Primitives
import Testing

@testable import Proofs

@Suite struct BatchProofTests {
  let model: ProvedModel

  init() throws {
    var found: ProvedModel?
    for seed: UInt64 in 1_000..<1_100 where found == nil {
      found = try ProvedModel.random(seed, samples: 3)
    }
    model = try #require(found)
  }

  private func statement(samples: Int) throws -> SuccinctStatement {
    try SuccinctStatement(model.graph, model.prover.weights.shape, samples: samples)
  }

  /// Each column says less of a shorter code, so that more of them are opened: ¾ to the power of
  /// 209 is below 2^-86.5, and 14 bits of work come before it.
  @Test func moreColumnsOfAShorterCode() throws {
    let run = try statement(samples: 1).plan.shape
    #expect(run.rateBits == 2 && run.queries == 128)
    for samples in [2, 3, 16, 64] {
      let statement = try statement(samples: samples)
      let own = statement.plan.shape
      #expect(own.rateBits == 1 && own.queries == 209 && own.queries < own.length)
      #expect(own.length == 2 << own.columnBits)
      #expect(statement.security.bits >= SecurityLevel.leastBits, "\(samples)")
    }
    // What is hidden has a tail as long as the columns opened, for which half is no room.
    let hidden = try WitnessPlan(model.graph, samples: 3, hiding: .input).shape
    #expect(hidden.rateBits == 2 && hidden.tail > 0)
  }

  @Test func itsFormatIsItsOwn() throws {
    let batch = try model.succinct()
    #expect(batch.format == SuccinctProof.batchFormat)
    #expect(try Proof.verify(bytes: batch.bytes).outputs.count == 3)
    for format in [SuccinctProof.runFormat, SuccinctProof.batchFormat + 1] {
      var other = batch
      other.format = format
      #expect(step { _ = try SuccinctVerifier.verify(other) } == .parameters)
    }
    // As few runs as one are no batch, whatever the file says.
    var one = batch
    one.samples = 1
    one.input.removeLast(2 * one.input.count / 3)
    one.output.removeLast(2 * one.output.count / 3)
    #expect(step { _ = try SuccinctVerifier.verify(one) } == .parameters)
  }

  /// As many columns as a proof of one run opens are too few.
  @Test func asManyColumnsAsTheCodeAsksFor() throws {
    var proof = try model.succinct()
    let rows = try statement(samples: 3).plan.shape.matrixRows.count
    proof.witnessColumns.removeLast((209 - 128) * rows * 8)
    #expect(step { _ = try SuccinctVerifier.verify(proof) } == .lengths)
  }

  /// A matrix encoded at another rate than the statement's is no witness of it.
  @Test func anotherCode() throws {
    let statement = try statement(samples: 3)
    let own = statement.plan.shape
    let witness = Witness(statement.plan, model.traces)
    let honest = try witness.committed()
    #expect(try model.succinct().witness == honest.root)
    let longer = try EncodedMatrix(
      rows: own.matrixRows.count, columnBits: own.columnBits, rateBits: 2
    ) { row, entries in
      let own = witness.entries(ofRow: own.matrixRows[row])
      entries.replaceSubrange(0..<own.count, with: own)
    }
    #expect(longer.root != honest.root)
    var proof = try model.succinct()
    proof.witness = longer.root
    #expect(step { _ = try SuccinctVerifier.verify(proof) } != nil)
  }
}
