// What the prover does over bytes and over columns is what the protocol says over all entries.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct WitnessSumcheckTests {
  /// A form of the right lengths with nothing else to it.
  static func form(_ witness: Witness, _ transcript: inout Transcript) -> WitnessForm {
    let shape = witness.shape
    func draw(_ count: Int) -> [GoldilocksPair] { transcript.challenges(count) }
    var form = WitnessForm(
      shape: shape, bytePoint: draw(shape.byteBits), byteScale: transcript.challenge(),
      rowPoint: draw(shape.rowBits), clampPoint: draw(shape.rowBits),
      excessScale: transcript.challenge(), clampScale: transcript.challenge(),
      pairPoint: draw(shape.pairBits), differenceScale: transcript.challenge(),
      choiceScale: transcript.challenge(), bytes: draw(shape.rows),
      differences: draw(shape.pairs), choices: draw(shape.pairs))
    form.extras = draw(shape.helpers.extras)
    form.loose = draw(shape.helpers.loose)
    return form
  }

  /// Says whether columns were used at all.
  func check(_ witness: Witness, by count: Int) -> Bool {
    var transcript = Transcript("a form")
    let form = Self.form(witness, &transcript)
    let variables = witness.shape.variables
    var (forms, vectors) = ([form.vector()], [witness.vector])
    var plain = transcript
    let wanted = ColumnSumcheck.reduce(&forms, &vectors, of: variables, by: count, &plain)
    var own = transcript
    let found = WitnessSumcheck.reduce(witness, form, by: count, &own)
    #expect(found.rounds == wanted.rounds && found.point == wanted.point)
    #expect(found.witness == vectors[0] && found.form == forms[0])
    #expect(own.challenge() == plain.challenge())
    let point = transcript.challenges(variables)
    var row = PairVector(zeros: 1 << witness.shape.columnBits)
    let weights = Multilinear.weights(at: Array(point.dropLast(witness.shape.columnBits)))
    for index in witness.shape.matrixRows {
      row.add(base: witness.entries(ofRow: index), times: weights[index])
    }
    #expect(witness.row(at: point) == row)
    #expect(witness.row(at: point, kernels: ByteKernels(isWide: false)) == row)
    guard let blocks = BlockForm(form, variables: variables) else { return false }
    return variables - blocks.bits <= count && witness.bytes.areBytes
  }

  @Test func roundsAreThoseOfTheWholeWitness() throws {
    let liar = try SuccinctLiar()
    let variables = liar.shape.variables
    #expect(check(liar.witness, by: variables))
    #expect(check(liar.witness, by: variables - 2))
    #expect(!check(liar.witness, by: 1))
  }

  /// Entries that are no bytes are proved, and refused, the plain way.
  @Test func aLiarsWitnessIsTakenAsItIs() throws {
    var liar = try SuccinctLiar()
    liar.witness.bytes[liar.shape.bytesColumn] = 256
    liar.witness.choices[1] = Goldilocks.modulus - 1
    #expect(!check(liar.witness, by: liar.shape.variables))
    liar.witness.bytes[liar.shape.bytesColumn] = 255
    #expect(check(liar.witness, by: liar.shape.variables))
  }

  @Test(arguments: [false, true]) func ofEveryKindOfModel(isWide: Bool) throws {
    var used = 0
    for seed in 0..<30 {
      guard let model = try ProvedModel.random(UInt64(seed), samples: 2, isWide: isWide)
      else { continue }
      let shape = model.prover.weights.shape
      let statement = try SuccinctStatement(model.graph, shape, samples: 2)
      let witness = Witness(statement.plan, model.traces)
      if check(witness, by: statement.plan.shape.variables) { used += 1 }
      let hidden = try PrivateStatement(model.graph, shape, samples: 2, hiding: .input)
      let own = try PrivateWitness(
        hidden, Witness(hidden.plan, model.traces), secret: ProvedModel.secret, inputPad: .zero)
      if check(own.witness, by: hidden.layout.rowVariables) { used += 1 }
    }
    #expect(used > 5)
  }

  @Test func treesOverBytesAreTreesOverLeaves() throws {
    for bits in [3, 4, 5, 8, 11] {
      var draw = Draw(seed: UInt64(bits))
      var entries = WitnessEntries(zeros: 1 << bits)
      for place in entries.indices { entries[place] = draw.word() & 255 }
      var start = Transcript("a tree")
      let alpha = start.challenge()
      var plain = start
      let wanted = ProductTree.prove(PairVector(alpha, minus: Array(entries)), &plain)
      for kernels in [ByteKernels(isWide: false), ByteKernels()] {
        var own = start
        let found = ProductTree.prove(alpha, minus: entries, &own, kernels: kernels)
        #expect(found.elements == wanted.elements && found.point == wanted.point)
        #expect(found.claim == wanted.claim)
      }
    }
  }

  @Test func entriesAreWhatWasWritten() {
    var entries = WitnessEntries(zeros: 8)
    var words = [UInt64](repeating: 0, count: 8)
    let places = [3, 5, 3, 4, 5, 0, 0]
    for (place, word) in zip(places, [7, 300, 256, 9, 2, 1 << 40, 0] as [UInt64]) {
      entries[place] = word
      words[place] = word
      #expect(Array(entries) == words && entries.words(2..<6) == Array(words[2..<6]))
      var counts = [UInt32](repeating: 0, count: 256)
      for word in words { counts[Int(word & 255)] += 1 }
      #expect(entries.counts == counts)
      #expect(entries.areBytes == words.allSatisfy { $0 < 256 })
    }
  }
}
