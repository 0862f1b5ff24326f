// That all numbers under a root of hidden weights are those of a model: bytes, and bounded biases.

import Arithmetic
public import Graphs
public import Primitives

/// One file, made once a model: under the root of its manifest every weight is −128 … 127 and every
/// bias within its layer's bound, which proofs of runs take as they are. It shows no more of them
/// than a proof does.
public struct WeightRegistration: Fielded, Hashable {
  public static let typeName = "WeightRegistration"
  public static let currentFormat: UInt64 = 1

  public var format = WeightRegistration.currentFormat
  /// Canonical bytes of the manifest.
  public var manifest: [UInt8] = []
  /// The root of the biases' bytes and of the counts.
  public var witness = Bytes32()
  /// All messages of the sum-checks, each less a pad that is committed to.
  public var messages: [UInt8] = []
  /// Two masked factors a product of hidden messages.
  public var factors: [UInt8] = []
  /// The masked combination of rows of weights, columns, salts of their leaves, paths.
  public var row: [UInt8] = []
  public var columns: [UInt8] = []
  public var salts: [Bytes32] = []
  public var path: [Bytes32] = []
  /// The masked sum-check over the columns of what is committed to, and the same of its rows.
  public var rounds: [UInt8] = []
  public var witnessRow: [UInt8] = []
  public var witnessColumns: [UInt8] = []
  public var witnessSalts: [Bytes32] = []
  public var witnessPath: [Bytes32] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format <= WeightRegistration.currentFormat else {
      throw Refusal("newerFormat", ["format": format, "known": WeightRegistration.currentFormat])
    }
    try v("manifest", &manifest)
    try v("witness", &witness)
    try v("messages", &messages)
    try v("factors", &factors)
    try v("row", &row)
    try v("columns", &columns)
    try v("salts", &salts)
    try v("path", &path)
    try v("rounds", &rounds)
    try v("witnessRow", &witnessRow)
    try v("witnessColumns", &witnessColumns)
    try v("witnessSalts", &witnessSalts)
    try v("witnessPath", &witnessPath)
  }

  /// Reads a file; whether it shows anything is `verify` to say.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(WeightRegistration.self, from: bytes, limit: Proof.sizeLimit)
    try Proof.check(format: format, WeightRegistration.currentFormat)
  }

  public var bytes: [UInt8] { encoded }

  /// The model whose numbers they are.
  public var model: ModelID { get throws(Refusal) { try Manifest(decoding: manifest).id } }

  /// Judges the file without the weights; the refusal names the step that fails.
  @discardableResult
  public func verify() throws(Refusal) -> SecurityLevel {
    let model = try ProvableModel(manifest, hidesWeights: true)
    let own: RegistrationShape
    do throws(Refusal) { own = try RegistrationShape(model.shape, model.graph) } catch {
      throw .proofFails(.parameters, error.code)
    }
    let security = own.security
    guard security.bits >= SecurityLevel.leastBits else {
      throw .proofFails(.parameters, "bits")
    }
    for (name, list, count) in own.lengths where self[keyPath: list].count != count {
      throw .proofFails(.lengths, name)
    }
    guard salts.count == own.shape.linkQueries else { throw .proofFails(.lengths, "salts") }
    guard witnessSalts.count == own.layout.tail else {
      throw .proofFails(.lengths, "witnessSalts")
    }
    var judge = try RegistrationJudge(own, self)
    try judge.judge(model)
    return security
  }
}

/// The verifier's side.
private struct RegistrationJudge {
  let own: RegistrationShape
  let file: WeightRegistration
  let messages: [GoldilocksPair]
  let factors: [GoldilocksPair]
  let row: [GoldilocksPair]
  let letters: [Goldilocks]
  let rounds: [GoldilocksPair]
  let witnessRow: [GoldilocksPair]
  let witnessLetters: [Goldilocks]

  init(_ own: RegistrationShape, _ file: WeightRegistration) throws(Refusal) {
    (self.own, self.file) = (own, file)
    do throws(Refusal) {
      messages = try ElementBytes.pairs(file.messages)
      factors = try ElementBytes.pairs(file.factors)
      row = try ElementBytes.pairs(file.row)
      letters = try ElementBytes.elements(file.columns, count: file.columns.count / 8)
      rounds = try ElementBytes.pairs(file.rounds)
      witnessRow = try ElementBytes.pairs(file.witnessRow)
      witnessLetters = try ElementBytes.elements(
        file.witnessColumns, count: file.witnessColumns.count / 8)
    } catch { throw .proofFails(.elements, error.code) }
  }

  mutating func judge(_ model: ProvableModel) throws(Refusal) {
    var talk = PaddedFollow(
      own.layout,
      own.transcript(file, model: model.manifest.id.digest, root: model.root), messages)
    let ends = own.follow(&talk, row: row)
    let e = talk.transcript.challenge()
    talk.transcript.absorb("factors", factors)
    talk.follow(factors: factors, at: e)
    let claims = own.claims(ends, zeros: talk.zeros, gamma: talk.transcript.challenge())
    var opening = PrivateOpening(own.layout, claims.form, claims.equation)
    for _ in 0..<own.layout.rowVariables {
      let round = talk.read("round", 2)
      opening.follow(round, at: talk.transcript.challenge())
    }
    let weights = try opening.check(rounds, witnessRow, &talk.transcript)
    talk.transcript.absorb("witnessRow", file.witnessRow)
    let shape = own.shape
    let rows = ColumnOpenings(
      rows: shape.matrixRows, columnBits: shape.columnBits, rateBits: shape.rateBits,
      root: model.root,
      places: talk.transcript.places(shape.linkQueries, below: shape.length))
    try rows.check(
      row: row, bytes: file.columns, letters: letters, path: file.path,
      weights: shape.masked(shape.arrivingSlot, ends.rowWeights), salts: file.salts)
    let layout = own.layout
    let witness = ColumnOpenings(
      rows: layout.matrixRows, columnBits: layout.columnBits, rateBits: HidingLayout.rateBits,
      root: file.witness, places: talk.transcript.places(layout.tail, below: layout.length))
    try witness.check(
      row: witnessRow, bytes: file.witnessColumns, letters: witnessLetters,
      path: file.witnessPath, weights: weights, salts: file.witnessSalts)
  }
}
