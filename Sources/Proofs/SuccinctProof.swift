// A proof of level `succinct`: inputs and outputs in clear, everything between committed to.

public import Primitives

/// One file, which says by itself what it proves: the model with this manifest maps each of these
/// inputs to these outputs. Every list has exactly the length that the manifest asks for.
public struct SuccinctProof: Fielded, Hashable {
  public static let typeName = "SuccinctProof"
  /// Of one run and of a batch; each of a model without products of activations, tables and
  /// symbols, or one more of a model with any of them, whose proof has three lists more.
  public static let runFormat: UInt64 = 2
  public static let batchFormat: UInt64 = 4

  /// What a proof of so many samples is written in.
  static func format(samples: Int, isWide: Bool) -> UInt64 {
    (samples > 1 ? batchFormat : runFormat) + (isWide ? 1 : 0)
  }

  public var format = SuccinctProof.runFormat
  public var level = ProofLevel.succinct
  /// Canonical bytes of the manifest, of which the model's id is the hash.
  public var manifest: [UInt8] = []
  /// Who asks for the proof chooses it, so that none is made beforehand.
  public var nonce = Bytes32()
  /// Milliseconds since 1970 after which the proof is not to be taken; 0 for never.
  public var expires: UInt64 = 0
  public var samples: UInt64 = 1
  /// The inputs of all samples, one after the other, and their outputs.
  public var input: [UInt8] = []
  public var output: [UInt8] = []
  /// The root of the witness, and how often each byte occurs in it, four little-endian bytes each.
  public var witness = Bytes32()
  public var counts: [UInt8] = []
  /// That the witness holds bytes: a tree of products.
  public var products: [UInt8] = []
  /// That every rounding's clamp is right.
  public var roundings: [UInt8] = []
  /// That every maximum is attained; empty where the model has none.
  public var maxima: [UInt8] = []
  /// What all sums come to in the one equation, and its way to a point of theirs.
  public var sums: [UInt8] = []
  /// Two elements a round of the sum-check over the columns of the weights.
  public var rounds: [UInt8] = []
  /// What each combined row of weights is at its point.
  public var ends: [UInt8] = []
  /// What each folded input is there.
  public var values: [UInt8] = []
  /// The rounds over the witness, and what it is at their point.
  public var claims: [UInt8] = []
  /// The combination of rows, the columns opened, and their paths: of the weights,
  public var row: [UInt8] = []
  public var columns: [UInt8] = []
  public var path: [Bytes32] = []
  /// and of the witness.
  public var witnessRow: [UInt8] = []
  /// Found when both rows are said, before the places are drawn.
  public var work: UInt64 = 0
  public var witnessColumns: [UInt8] = []
  public var witnessPath: [Bytes32] = []
  /// Of a wide format: how often each entry of each table is read, four little-endian bytes each;
  public var tables: [UInt8] = []
  /// that every result of a table is the table's: a tree of products;
  public var lookups: [UInt8] = []
  /// that products of activations are products: a sum-check, and both factors at its point.
  public var factors: [UInt8] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format <= SuccinctProof.batchFormat + 1 else {
      throw Refusal("newerFormat", ["format": format, "known": SuccinctProof.batchFormat + 1])
    }
    try v("level", &level)
    try v("manifest", &manifest)
    try v("nonce", &nonce)
    try v("expires", &expires)
    try v("samples", &samples)
    try v("input", &input)
    try v("output", &output)
    try v("witness", &witness)
    try v("counts", &counts)
    try v("products", &products)
    try v("roundings", &roundings)
    try v("maxima", &maxima)
    try v("sums", &sums)
    try v("rounds", &rounds)
    try v("ends", &ends)
    try v("values", &values)
    try v("claims", &claims)
    try v("row", &row)
    try v("columns", &columns)
    try v("path", &path)
    try v("witnessRow", &witnessRow)
    try v("work", &work)
    try v("witnessColumns", &witnessColumns)
    try v("witnessPath", &witnessPath)
    guard isWide else { return }
    try v("tables", &tables)
    try v("lookups", &lookups)
    try v("factors", &factors)
  }

  /// Reads a file; whether it proves anything is the verifier's to say.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(SuccinctProof.self, from: bytes, limit: Proof.sizeLimit)
    if format < SuccinctProof.runFormat {
      try Proof.check(format: format, SuccinctProof.runFormat)
    }
  }

  /// Whether there are the three lists more.
  public var isWide: Bool {
    format == SuccinctProof.runFormat + 1 || format == SuccinctProof.batchFormat + 1
  }

  public var bytes: [UInt8] { encoded }
}
