// Liars who say to one step what is not committed to, so that nothing holds them but the one claim
// that binds what the step was told. Each claim has one; were it taken out, the proof would hold.

import Arithmetic
import Graphs
import Primitives
import Testing

@testable import Proofs

@Suite struct ClaimForgeryTests {
  /// A place in the bits of counts above the greatest count's bit: it has no part in the product
  /// and none in the sum.
  private func spare(_ space: CountSpace) throws -> Int {
    try #require((0..<(1 << space.bits)).first { $0 % (1 << space.width) > space.top })
  }

  /// The same bits, those of two counts for one another.
  private func swapped(_ bits: [UInt64], _ space: CountSpace, from first: Int = 0) throws
    -> [UInt64]
  {
    let width = 1 << space.width
    func count(_ index: Int) -> ArraySlice<UInt64> {
      bits[(first + index * width)..<(first + (index + 1) * width)]
    }
    let counts = 1 << space.countBits
    let one = try #require((0..<counts).first { count($0).contains(1) })
    let other = try #require((0..<counts).first { count($0) != count(one) })
    var moved = bits
    for bit in 0..<width { moved.swapAt(first + one * width + bit, first + other * width + bit) }
    return moved
  }

  // MARK: - Bits of counts

  /// Three is committed to, zero is shown to be a bit.
  @Test func anotherBitIsChecked() throws {
    var liar = try PrivateLiar()
    let space = try #require(liar.shape.counts)
    let place = try spare(space)
    liar.witness.later = liar.witness.countBits
    liar.witness.later[place] = 1
    #expect(try liar.caught() == nil)
    liar.witness.later[place] = 3
    liar.lies.bits[.bytes] = { $0.check[place] = 0 }
    #expect(try liar.caught() == .witness)
  }

  /// Bits of other counts are committed to than those whose product is the root.
  @Test func theTreeOfOtherBits() throws {
    var liar = try PrivateLiar()
    let space = try #require(liar.shape.counts)
    let honest = liar.witness.countBits
    liar.witness.later = try swapped(honest, space)
    liar.lies.bits[.bytes] = { $0.tree = Array(honest[..<(1 << space.bits)]) }
    #expect(try liar.caught() == .witness)
  }

  @Test func ofLookupsToo() throws {
    let liar = try WideLiar(.private)
    let space = try #require(liar.plan.shape.tableCounts)
    let first = space.start - liar.plan.shape.bits
    let honest = liar.witness.countBits
    let place = try spare(space)
    var checked = liar
    checked.change = { own in
      own.later = honest
      own.later[first + place] = 3
    }
    checked.lies.bits[.lookups] = { $0.check[place] = 0 }
    #expect(try checked.caught() == .witness)
    let moved = try swapped(honest, space, from: first)
    var told = liar
    told.change = { $0.later = moved }
    told.lies.bits[.lookups] = { $0.tree = Array(honest[first..<(first + 1 << space.bits)]) }
    #expect(try told.caught() == .witness)
  }

  @Test func ofARegistrationToo() throws {
    let model = try HiddenModel()
    let own = try RegistrationShape(model.weights.shape, model.graph)
    let bytes = RegisteredBytes(own, model.weights)
    let honest = own.counts.laidOut(bytes.leaves(own).counts)
    func caught(_ bits: [UInt64], _ lie: @escaping (inout ProverLies.Bits) -> Void) throws
      -> ProofStep?
    {
      var lies = ProverLies()
      lies.bits[.bytes] = lie
      let file = try WeightRegistration(
        model.manifest, model.weights, bytes, bits: bits, lies: lies)
      return step { _ = try file.verify() }
    }
    #expect(try caught(honest) { _ in } == nil)
    let place = try spare(own.counts)
    var none = honest
    none[place] = 3
    #expect(try caught(none) { $0.check[place] = 0 } == .witness)
    #expect(try caught(swapped(honest, own.counts)) { $0.tree = honest } == .witness)
  }

  // MARK: - Sums of counts

  /// ⟨witness, form⟩ less ⟨pads, factors⟩ and the constant.
  private func rest(
    _ form: some LinearForm, _ witness: [GoldilocksPair], _ equation: PadEquation,
    _ pads: [GoldilocksPair]
  ) -> GoldilocksPair {
    func inner(_ left: [GoldilocksPair], _ right: [GoldilocksPair]) -> GoldilocksPair {
      zip(left, right).reduce(.zero) { $0 + $1.0 * $1.1 }
    }
    return inner(form.vector().elements, witness) - inner(equation.factors, pads)
      - equation.constant
  }

  /// The same counts where they should add up to one more.
  private func another(_ powers: CountPowers) -> CountPowers {
    let space = powers.space
    let other = CountSpace(
      counts: 1 << space.countBits, total: space.total + 1, behind: space.start)
    #expect(other.start == space.start && other.bits == space.bits && other.top == space.top)
    return CountPowers(space: other, bases: powers.bases)
  }

  private let gamma = GoldilocksPair(Goldilocks(canonical: 77), Goldilocks(canonical: 5))

  /// No prover can break this alone, since a product of another number of bytes is of another
  /// degree; so it is the equation itself that is asked.
  @Test func theSumOfCountsTakesPart() throws {
    var liar = try PrivateLiar()
    var pads: [GoldilocksPair] = []
    liar.spoil = { pads = $0 }
    let proof = try liar.prove()
    let statement = liar.statement
    var follow = PrivateFollow(
      statement,
      statement.transcript(
        proof, model: liar.prover.manifest.id.digest, root: liar.prover.weights.root),
      try ElementBytes.pairs(proof.messages))
    let output = liar.traces[0][liar.traces[0].count - 1].values
    var ends = follow.follow(
      ends: try ElementBytes.pairs(proof.ends), row: try ElementBytes.pairs(proof.row)
    ) { LinearEquation(statement.plan, statement.space, $0, input: [], output: output) }
    let bound = try ElementBytes.pairs(proof.input, count: 1)[0]
    var witness = liar.witness
    witness.later = witness.countBits
    func rest(_ ends: PrivateFollow.Ends) -> GoldilocksPair {
      let claims = PrivateClaims(
        statement, ends, zeros: [], bound: bound, input: [], gamma: gamma)
      return self.rest(claims.form, witness.vector.elements, claims.equation, pads)
    }
    #expect(rest(ends) == .zero)
    ends.bytes.bits.powers = another(ends.bytes.bits.powers)
    #expect(rest(ends) != .zero)
  }

  @Test func theSumOfARegistrationsCountsTakesPart() throws {
    let model = try HiddenModel()
    let own = try RegistrationShape(model.weights.shape, model.graph)
    let bytes = RegisteredBytes(own, model.weights)
    let bits = own.counts.laidOut(bytes.leaves(own).counts)
    var pads: [GoldilocksPair] = []
    let file = try WeightRegistration(
      model.manifest, model.weights, bytes, spoil: { pads = $0 })
    var talk = PaddedFollow(
      own.layout,
      own.transcript(file, model: model.manifest.id.digest, root: model.weights.root),
      try ElementBytes.pairs(file.messages))
    var ends = own.follow(&talk, row: try ElementBytes.pairs(file.row))
    let gap = [UInt64](repeating: 0, count: own.counts.start - bytes.limbs.count)
    let vector = PairVector(base: bytes.limbs + gap + bits).elements
    func rest(_ ends: RegistrationShape.Ends) -> GoldilocksPair {
      let claims = own.claims(ends, zeros: [], gamma: gamma)
      return self.rest(claims.form, vector, claims.equation, pads)
    }
    #expect(rest(ends) == .zero)
    ends.bits.powers = another(ends.bits.powers)
    #expect(rest(ends) != .zero)
  }

  /// In clear they are added up before anything else, which keeps the error of the step at the
  /// degree of as many bytes as there are.
  @Test func countsInClearAddUp() throws {
    var liar = try WideLiar()
    var forged = try liar.prove()
    forged.counts[4] ^= 1
    #expect(
      refusal { _ = try SuccinctVerifier.verify(forged) } == .proofFails(.bytes, "counts"))
    liar.change = { $0.tableCounts[1] += 1 }
    forged = try liar.prove()
    #expect(
      refusal { _ = try SuccinctVerifier.verify(forged) } == .proofFails(.lookups, "counts"))
  }

  // MARK: - Lookups and factors

  /// Two lookups for one another have the same product.
  @Test(arguments: WideForgeryTests.levels) func lookupsInAnotherOrder(level: ProofLevel) throws {
    var liar = try WideLiar(level)
    let count = liar.plan.helpers.sizes.lookups
    var isTold = false
    liar.lies.lookups = { leaves in
      guard let other = (1..<count).first(where: { leaves[$0] != leaves[0] }) else { return }
      let first = leaves[0]
      leaves[0] = leaves[other]
      leaves[other] = first
      isTold = true
    }
    #expect(try liar.caught() == .witness)
    #expect(isTold)
  }

  /// Where one factor is zero the other may be anything to the product.
  @Test(arguments: WideForgeryTests.levels) func aFactorBesideAZero(level: ProofLevel) throws {
    let count = try WideLiar(level).plan.helpers.sizes.factors
    for changesLeft in [true, false] {
      var liar = try WideLiar(level)
      var isTold = false
      liar.lies.factors = { left, right in
        let zero = (0..<count).first { (changesLeft ? right[$0] : left[$0]) == .zero }
        guard let zero else { return }
        if changesLeft { left[zero] = left[zero] + .one } else { right[zero] = right[zero] + .one }
        isTold = true
      }
      #expect(try liar.caught() == .witness, "left: \(changesLeft)")
      #expect(isTold)
    }
  }

  // MARK: - Input, folded inputs, the witness's row

  /// Another value of the input, which its owner would take for that of another input.
  @Test func anotherValueOfTheInput() throws {
    var liar = try PrivateLiar()
    liar.lies.input = .one
    #expect(try liar.caught() == .witness)
  }

  /// The folded inputs of two layers' pieces, which with the rows' ends make up the same claim.
  @Test func foldedInputsThatMakeUpTheSame() throws {
    var liar = try PrivateLiar()
    liar.lies.movesValues = true
    #expect(try liar.caught() == .witness)
    let model = try HiddenModel()
    for hiding in [Hiding.weights, [.input, .weights]] {
      #expect(try model.caught(hiding, lies: liar.lies) == .witness)
    }
  }

  /// A value of the witness with which the equation would hold, and the row that is committed to.
  @Test func aValueThatFits() throws {
    var liar = try PrivateLiar()
    liar.witness.bytes[liar.shape.remainder(1)] ^= 1
    #expect(try liar.caught() == .witness)
    liar.lies.fits = .openings
    #expect(try liar.caught() == .combination)
  }
}
