// A proof of level `private`: what is hidden is not in the file, in clear or as a function of it.

public import Primitives

/// One file, which says by itself what it proves: the model with this manifest maps some inputs,
/// bound as `HiddenInput` says, to these outputs. Every list has exactly one length; what belongs
/// to hidden weights is zero or empty where they are not.
public struct PrivateProof: Fielded, Hashable {
  public static let typeName = "PrivateProof"
  public static let currentFormat: UInt64 = 3

  public var format = PrivateProof.currentFormat
  public var level = ProofLevel.private
  /// What is hidden, as `Hiding` numbers it.
  public var hides: UInt8 = Hiding.input.rawValue
  /// Canonical bytes of the manifest, of which the model's id is the hash.
  public var manifest: [UInt8] = []
  /// Who asks for the proof chooses it, so that none is made beforehand.
  public var nonce = Bytes32()
  /// Milliseconds since 1970 after which the proof is not to be taken; 0 for never.
  public var expires: UInt64 = 0
  public var samples: UInt64 = 1
  /// The outputs of all samples.
  public var output: [UInt8] = []
  /// A random tag. What binds a hidden input: its value under a pad; inputs that are not hidden are
  /// here in clear.
  public var tag = Bytes32()
  public var input: [UInt8] = []
  /// Which opening of hidden weights this is: how many re-commitments lead to their root, which
  /// proof of its budget, and the root.
  public var epoch: UInt64 = 0
  public var index: UInt64 = 0
  public var root = Bytes32()
  /// The root of the witness.
  public var witness = Bytes32()
  /// All messages of the sum-checks, each less a pad that is committed to.
  public var messages: [UInt8] = []
  /// What each combined row of weights is at its point, which says nothing of the run; among the
  /// messages where weights are hidden.
  public var ends: [UInt8] = []
  /// Two masked factors a product of hidden messages.
  public var factors: [UInt8] = []
  /// The combination of rows of weights, under a mask where they are hidden, the columns opened,
  /// the salts of hidden ones, and their paths.
  public var row: [UInt8] = []
  public var columns: [UInt8] = []
  public var salts: [Bytes32] = []
  public var path: [Bytes32] = []
  /// The masked sum-check over the columns of the witness: its masks' sum, its rounds, its ends.
  public var rounds: [UInt8] = []
  /// The masked combination of rows of the witness, columns, the salts of their leaves, paths.
  public var witnessRow: [UInt8] = []
  /// Found when both rows are said, before the places are drawn.
  public var work: UInt64 = 0
  public var witnessColumns: [UInt8] = []
  public var witnessSalts: [Bytes32] = []
  public var witnessPath: [Bytes32] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format <= PrivateProof.currentFormat else {
      throw Refusal("newerFormat", ["format": format, "known": PrivateProof.currentFormat])
    }
    try v("level", &level)
    try v("hides", &hides)
    try v("manifest", &manifest)
    try v("nonce", &nonce)
    try v("expires", &expires)
    try v("samples", &samples)
    try v("output", &output)
    try v("tag", &tag)
    try v("input", &input)
    try v("epoch", &epoch)
    try v("index", &index)
    try v("root", &root)
    try v("witness", &witness)
    try v("messages", &messages)
    try v("ends", &ends)
    try v("factors", &factors)
    try v("row", &row)
    try v("columns", &columns)
    try v("salts", &salts)
    try v("path", &path)
    try v("rounds", &rounds)
    try v("witnessRow", &witnessRow)
    try v("work", &work)
    try v("witnessColumns", &witnessColumns)
    try v("witnessSalts", &witnessSalts)
    try v("witnessPath", &witnessPath)
  }

  /// Reads a file; whether it proves anything is the verifier's to say.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(PrivateProof.self, from: bytes, limit: Proof.sizeLimit)
    try Proof.check(format: format, PrivateProof.currentFormat)
  }

  public var bytes: [UInt8] { encoded }
}
