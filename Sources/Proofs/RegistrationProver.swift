// Making a registration: once a model, out of its secret alone.

import Arithmetic
public import Graphs
public import Primitives

/// A matrix of hidden numbers as its prover has it.
protocol HiddenNumbers {
  var shape: MatrixShape { get }
  var matrix: EncodedMatrix { get }
  var hiding: HidingRows? { get }
  func row(of piece: RowPiece) -> PairVector
  func maskedRow(_ slot: Int, _ coefficients: [GoldilocksPair]) -> PairVector
}

extension CommittedWeights: HiddenNumbers {}

/// What all numbers are in bytes, unless somebody lies.
struct RegisteredBytes {
  /// Leaves of weights, in the order of the matrix.
  var weights: [UInt64]
  /// Byte l of bias j at l·2^biasBits + j.
  var limbs: [UInt64]

  init(_ own: RegistrationShape, _ committed: CommittedWeights) {
    weights = committed.weights.map {
      UInt64(bitPattern: Int64($0) + RegistrationShape.weightOffset)
    }
    limbs = [UInt64](repeating: 0, count: RegistrationShape.limbs << own.biasBits)
    let each = RegistrationShape.limbsEach
    for (index, bias) in committed.biases.enumerated() {
      for (side, word) in [own.bounds[index] + Int64(bias), own.bounds[index] - Int64(bias)]
        .enumerated()
      {
        for limb in 0..<each {
          limbs[(side * each + limb) << own.biasBits + index] =
            UInt64(bitPattern: word) >> UInt64(8 * limb) & 255
        }
      }
    }
  }

  /// All leaves' bytes.
  func leaves(_ own: RegistrationShape) -> WitnessEntries {
    let half = 1 << (own.leafBits - 1)
    var all = WitnessEntries(zeros: 2 * half)
    for (index, byte) in weights.enumerated() { all[index] = byte }
    for (index, byte) in limbs.enumerated() { all[half + index] = byte }
    return all
  }
}

extension WeightRegistration {
  /// Shows that the numbers under a model's first root are bytes. Weights and secret determine it,
  /// so that it made twice is one file: it opens the columns, and takes the mask, that a
  /// re-commitment to this root would, and none leads there. Another way to say it would have to
  /// take another mask: one mask on two rows shows weights.
  public init(_ manifest: Manifest, _ weights: CommittedWeights) throws(Refusal) {
    try weights.checkHidden(manifest)
    guard weights.hiding?.epoch == 0 else { throw Refusal("otherWeights") }
    let own = try RegistrationShape(weights.shape, manifest.graph())
    try self.init(manifest, weights, RegisteredBytes(own, weights))
  }

  /// - Parameters:
  ///   - bytes: those of the numbers, unless somebody lies.
  ///   - bits: of the counts of all bytes, likewise.
  ///   - spoil: changes pads, where somebody does.
  ///   - lie: changes what messages are sent under, and so what they say.
  ///   - lies: what else he does.
  init(
    _ manifest: Manifest, _ numbers: some HiddenNumbers, _ bytes: RegisteredBytes,
    bits: [UInt64]? = nil, spoil: (inout [GoldilocksPair]) -> Void = { _ in },
    lie: (inout [GoldilocksPair]) -> Void = { _ in }, lies: ProverLies = ProverLies()
  ) throws(Refusal) {
    guard let hiding = numbers.hiding else { throw Refusal("weightsNotHidden") }
    self.init()
    self.manifest = manifest.encoded
    let own = try RegistrationShape(numbers.shape, manifest.graph())
    try own.security.check()
    var transcript = Transcript("tolsey/registration/secret/1")
    transcript.absorb("secret", hiding.registration)
    transcript.absorb("format", format)
    transcript.absorb("model", manifest.id.digest)
    let layout = own.layout
    for number in [layout.columnBits, layout.tail, layout.messages, layout.pads, own.entries] {
      transcript.absorb("layout", UInt64(number))
    }
    let secret = transcript.digest
    let leaves = bytes.leaves(own)
    let bits = bits ?? own.counts.laidOut(leaves.counts)
    var stream = SecretStream(secret, "rows")
    let blinds = stream.words(WitnessShape.blinds)
    let gap = [UInt64](repeating: 0, count: own.counts.start - bytes.limbs.count)
    let vector = bytes.limbs + gap + bits + blinds
    let width = 1 << layout.columnBits
    let padded = vector + [UInt64](repeating: 0, count: width)
    let hidden = try HidingMatrix(layout, secret: secret, &stream, spoil: spoil) { row in
      Array(padded[(row * width)..<((row + 1) * width)])
    }
    witness = hidden.matrix.root
    let start = lies.said(
      own.preamble(self, model: manifest.id.digest, root: numbers.matrix.root)
    ).transcript
    var pads = hidden.pads
    lie(&pads)
    prove(
      own, numbers, leaves, vector, hidden, PaddedConversation(start, pads: pads), start, lies)
  }

  private mutating func prove(
    _ own: RegistrationShape, _ numbers: some HiddenNumbers, _ leaves: WitnessEntries,
    _ vector: [UInt64], _ hidden: HidingMatrix, _ conversation: PaddedConversation,
    _ start: Transcript, _ lies: ProverLies
  ) {
    let shape = own.shape
    var talk = conversation
    let alpha = talk.challenge()
    let bits = Array(vector[own.counts.start..<own.counts.end])
    let powers = CountPowers(bytes: own.counts, at: alpha)
    let told = lies.told(bits, behind: .bytes)
    talk.absorb("root", [powers.leaves(told.tree).reduce(GoldilocksPair.one, *)])
    let point = LeafPoint(ProductTree.prove(alpha, minus: leaves, &talk).point, own)
    powers.prove(told, &talk)
    let biases = talk.challenges(own.biasBits)
    // Without μ they are what the two parts are; with it, what the rounds are about.
    let parts = own.pieces(point, biases: biases, mu: .one).map {
      numbers.row(of: $0).inner(PairVector($0.vector))
    }
    talk.absorb("parts", [parts[0], parts.dropFirst().reduce(GoldilocksPair.zero, +)])
    let pieces = own.pieces(point, biases: biases, mu: talk.challenge())
    let columns = ColumnSumcheck.prove(
      rows: pieces.map { numbers.row(of: $0) }, vectors: pieces.map { PairVector($0.vector) },
      variables: shape.columnBits, &talk)
    talk.absorb("ends", columns.rows)
    talk.absorb("values", [])
    talk.absorb("products", [])
    let slot = shape.arrivingSlot
    let mask = numbers.hiding?.mask(slot) ?? PairVector(zeros: 0)
    talk.absorb("mask", [mask.inner(PairVector.weights(at: columns.point))])
    let scales = OpenStatement.powers(of: talk.challenge(), count: pieces.count + 1)
    let row = numbers.maskedRow(
      slot, RowPiece.rowWeights(pieces, Array(scales[1...]), rows: shape.rows))
    self.row = ElementBytes.of(row.elements)
    var follow = PaddedFollow(own.layout, start, talk.sent)
    let ends = own.follow(&follow, row: row.elements)
    let e = follow.transcript.challenge()
    let factors = follow.factors(hidden.pads, at: e)
    follow.transcript.absorb("factors", factors)
    self.factors = ElementBytes.of(factors)
    follow.follow(factors: factors, at: e)
    let claims = own.claims(ends, zeros: follow.zeros, gamma: follow.transcript.challenge())
    talk.transcript = follow.transcript
    var opening = PrivateOpening(own.layout, claims.form, claims.equation)
    var (vectors, forms) = ([PairVector(base: vector)], [claims.form.vector()])
    let rounds = ColumnSumcheck.reduce(
      &vectors, &forms, of: own.layout.variables, by: own.layout.rowVariables, &talk)
    for (index, x) in rounds.point.enumerated() {
      let pad = own.layout.talk + 2 * index
      opening.follow(SentMessages(messages: talk.sent[pad..<(pad + 2)], pad: pad), at: x)
    }
    messages = ElementBytes.of(talk.sent)
    (self.rounds, witnessRow) = opening.prove(
      hidden, rows: (vectors[0], forms[0]), &talk.transcript)
    open(own, numbers, hidden, &talk.transcript)
  }

  /// The columns of both matrices.
  private mutating func open(
    _ own: RegistrationShape, _ numbers: some HiddenNumbers, _ hidden: HidingMatrix,
    _ transcript: inout Transcript
  ) {
    transcript.absorb("witnessRow", witnessRow)
    let places = transcript.places(own.shape.linkQueries, below: own.shape.length)
    columns = numbers.matrix.letters(places)
    if let hiding = numbers.hiding { salts = places.map { hiding.salts[$0] } }
    path = numbers.matrix.tree.path(from: places)
    let witnessPlaces = transcript.places(own.layout.tail, below: own.layout.length)
    witnessColumns = hidden.matrix.letters(witnessPlaces)
    witnessSalts = witnessPlaces.map { hidden.salts[$0] }
    witnessPath = hidden.matrix.tree.path(from: witnessPlaces)
  }
}
