// That two roots of hidden weights have the same rows: both are the same at one random point.

import Arithmetic
public import Graphs
public import Primitives

/// One file, which leads from a spent root to the next. The model's id is made of the first root
/// and stays.
public struct Recommitment: Fielded, Hashable {
  public static let typeName = "Recommitment"
  public static let currentFormat: UInt64 = 1

  public var format = Recommitment.currentFormat
  /// Canonical bytes of the manifest.
  public var manifest: [UInt8] = []
  /// Of the root that it leads to; 1 or more.
  public var epoch: UInt64 = 1
  public var from = Bytes32()
  public var to = Bytes32()
  /// By how much the masks differ at the point.
  public var difference: [UInt8] = []
  /// The masked combination of rows, columns, salts of their leaves, paths: of the old matrix,
  public var oldRow: [UInt8] = []
  public var oldColumns: [UInt8] = []
  public var oldSalts: [Bytes32] = []
  public var oldPath: [Bytes32] = []
  /// and of the new one.
  public var newRow: [UInt8] = []
  public var newColumns: [UInt8] = []
  public var newSalts: [Bytes32] = []
  public var newPath: [Bytes32] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format <= Recommitment.currentFormat else {
      throw Refusal("newerFormat", ["format": format, "known": Recommitment.currentFormat])
    }
    try v("manifest", &manifest)
    try v("epoch", &epoch)
    try v("from", &from)
    try v("to", &to)
    try v("difference", &difference)
    try v("oldRow", &oldRow)
    try v("oldColumns", &oldColumns)
    try v("oldSalts", &oldSalts)
    try v("oldPath", &oldPath)
    try v("newRow", &newRow)
    try v("newColumns", &newColumns)
    try v("newSalts", &newSalts)
    try v("newPath", &newPath)
  }

  /// Reads a file; whether it shows anything is `verify` to say.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(Recommitment.self, from: bytes, limit: Proof.sizeLimit)
    try Proof.check(format: format, Recommitment.currentFormat)
  }

  public var bytes: [UInt8] { encoded }

  /// Judges the file without the weights; the refusal names the step that fails.
  public func verify() throws(Refusal) { try verify(ProvableModel(manifest, hidesWeights: true)) }

  /// The error of every step.
  static func security(_ shape: MatrixShape) -> SecurityLevel {
    var level = SecurityLevel()
    let rows = MatrixShape.bits(shape.rows)
    level.add("points", UInt128(rows + shape.columnBits))
    level.add("ends", 1)
    level.add("combination", UInt128(2 * (rows + 1)) * UInt128(shape.length))
    level.add(
      "queries",
      SecurityLevel.queryUnits(
        columns: UInt64(shape.rowLength), length: UInt64(shape.length),
        queries: shape.linkQueries, work: 0))
    return level
  }

  /// The root of an epoch: the manifest's, or what the re-commitments in their order lead to.
  static func root(
    of model: ProvableModel, epoch: UInt64, _ all: [Recommitment]
  ) throws(Refusal) -> Bytes32 {
    guard epoch <= UInt64(all.count) else { throw .proofFails(.parameters, "noRecommitment") }
    var root = model.root
    for (index, own) in all.prefix(Int(epoch)).enumerated() {
      guard own.manifest == model.manifest.encoded else { throw .proofFails(.manifest, "other") }
      guard own.epoch == UInt64(index) + 1 else { throw .proofFails(.parameters, "epoch") }
      guard own.from == root else { throw .proofFails(.parameters, "root") }
      try own.verify(model)
      root = own.to
    }
    return root
  }
}

/// What both sides know of a re-commitment.
struct RecommitmentTalk {
  let shape: MatrixShape
  var transcript: Transcript
  /// eq of the point over the rows, and the point over the columns.
  let rows: [GoldilocksPair]
  let column: PairVector

  init(
    _ file: Recommitment, _ shape: MatrixShape, model: Bytes32, lies: ProverLies = ProverLies()
  ) {
    self.shape = shape
    var transcript = lies.said(
      RecommitmentTalk.preamble(file, shape, model: model)
    ).transcript
    rows = Array(
      Multilinear.weights(at: transcript.challenges(MatrixShape.bits(shape.rows)))[..<shape.rows])
    column = PairVector.weights(at: transcript.challenges(shape.columnBits))
    self.transcript = transcript
  }

  /// Everything that is fixed before the first challenge.
  static func preamble(
    _ file: Recommitment, _ shape: MatrixShape, model: Bytes32
  ) -> Preamble {
    var said = Preamble("tolsey/recommitment/1")
    said.add("model", model)
    said.add(
      "shape",
      [
        shape.columnBits, shape.rateBits, shape.budget, shape.rows, shape.linkQueries,
      ])
    said.add("epoch", file.epoch)
    said.add("from", file.from)
    said.add("to", file.to)
    return said
  }

  /// τ times eq, drawn behind the masks' difference.
  mutating func coefficients(_ difference: [UInt8]) -> [GoldilocksPair] {
    transcript.absorb("difference", difference)
    let tau = transcript.challenge()
    return rows.map { $0 * tau }
  }

  mutating func places(_ old: [UInt8], _ new: [UInt8]) -> (old: [Int], new: [Int]) {
    transcript.absorb("oldRow", old)
    transcript.absorb("newRow", new)
    let first = transcript.places(shape.linkQueries, below: shape.length)
    return (first, transcript.places(shape.linkQueries, below: shape.length))
  }
}

extension Recommitment {
  /// Shows that both have the same rows. Weights, secrets and epochs determine it, so that it made
  /// twice is one file; the old root's counter has to be closed before it leaves.
  public init(
    _ manifest: Manifest, from old: CommittedWeights, to new: CommittedWeights
  ) throws(Refusal) {
    try old.checkHidden(manifest)
    try new.checkHidden(manifest)
    guard let from = old.hiding, let to = new.hiding, to.epoch == from.epoch + 1 else {
      throw Refusal("otherWeights")
    }
    try self.init(manifest, from: old, to: new, epoch: to.epoch, lies: ProverLies())
  }

  /// - Parameter epoch: that of the new root, unless somebody lies.
  init(
    _ manifest: Manifest, from old: CommittedWeights, to new: CommittedWeights, epoch: UInt64,
    lies: ProverLies
  ) throws(Refusal) {
    guard let from = old.hiding, let to = new.hiding else { throw Refusal("otherWeights") }
    self.init()
    self.manifest = manifest.encoded
    self.epoch = epoch
    self.from = old.root
    self.to = new.root
    let shape = old.shape
    var talk = RecommitmentTalk(self, shape, model: manifest.id.digest, lies: lies)
    let (leaving, arriving) = (shape.leavingSlot, shape.arrivingSlot)
    difference = ElementBytes.of([
      from.mask(leaving).inner(talk.column) - to.mask(arriving).inner(talk.column)
    ])
    let coefficients = talk.coefficients(difference)
    oldRow = ElementBytes.of(old.maskedRow(leaving, coefficients).elements)
    newRow = ElementBytes.of(new.maskedRow(arriving, coefficients).elements)
    let places = talk.places(oldRow, newRow)
    (oldColumns, newColumns) = (old.matrix.letters(places.old), new.matrix.letters(places.new))
    (oldSalts, newSalts) = (places.old.map { from.salts[$0] }, places.new.map { to.salts[$0] })
    oldPath = old.matrix.tree.path(from: places.old)
    newPath = new.matrix.tree.path(from: places.new)
  }

  func verify(_ model: ProvableModel) throws(Refusal) {
    let shape = model.shape
    guard epoch > 0 else { throw .proofFails(.parameters, "epoch") }
    guard from != to, epoch > 1 || from == model.root else {
      throw .proofFails(.parameters, "root")
    }
    guard Recommitment.security(shape).bits >= SecurityLevel.leastBits else {
      throw .proofFails(.parameters, "bits")
    }
    let columns = 8 * shape.linkQueries * shape.matrixRows
    let wanted: [(String, Int, Int)] = [
      ("difference", difference.count, 16),
      ("oldRow", oldRow.count, 16 * shape.rowLength),
      ("newRow", newRow.count, 16 * shape.rowLength),
      ("oldColumns", oldColumns.count, columns), ("newColumns", newColumns.count, columns),
      ("oldSalts", oldSalts.count, shape.linkQueries),
      ("newSalts", newSalts.count, shape.linkQueries),
    ]
    for (name, got, wanted) in wanted where got != wanted { throw .proofFails(.lengths, name) }
    let rows: [[GoldilocksPair]]
    let letters: [[Goldilocks]]
    let delta: GoldilocksPair
    do throws(Refusal) {
      rows = [try ElementBytes.pairs(oldRow), try ElementBytes.pairs(newRow)]
      letters = [
        try ElementBytes.elements(oldColumns, count: columns / 8),
        try ElementBytes.elements(newColumns, count: columns / 8),
      ]
      delta = try ElementBytes.pairs(difference, count: 1)[0]
    } catch { throw .proofFails(.elements, error.code) }
    var talk = RecommitmentTalk(self, shape, model: model.manifest.id.digest)
    let coefficients = talk.coefficients(difference)
    let values = rows.map { PairVector($0).inner(talk.column) }
    guard values[0] - values[1] == delta else { throw .proofFails(.combination, "difference") }
    let places = talk.places(oldRow, newRow)
    func openings(_ root: Bytes32, _ places: [Int]) -> ColumnOpenings {
      ColumnOpenings(
        rows: shape.matrixRows, columnBits: shape.columnBits, rateBits: shape.rateBits,
        root: root, places: places)
    }
    try openings(from, places.old).check(
      row: rows[0], bytes: oldColumns, letters: letters[0], path: oldPath,
      weights: shape.masked(shape.leavingSlot, coefficients), salts: oldSalts)
    try openings(to, places.new).check(
      row: rows[1], bytes: newColumns, letters: letters[1], path: newPath,
      weights: shape.masked(shape.arrivingSlot, coefficients), salts: newSalts)
  }
}

extension CommittedWeights {
  /// Refuses weights that are not hidden, or not those that a manifest commits to. After a
  /// re-commitment their root is another than the manifest's.
  func checkHidden(_ manifest: Manifest) throws(Refusal) {
    try manifest.checkHidesWeights()
    guard let commitment = manifest.commitment(CommittedWeights.hidingScheme), let hiding,
      try CommittedWeights.shape(of: commitment, manifest.graph()) == shape,
      hiding.epoch > 0 || commitment.root == root
    else { throw Refusal("otherWeights") }
  }
}
