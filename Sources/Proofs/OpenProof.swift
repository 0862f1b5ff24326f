// A proof of level `open`: the sums of every layer in clear, and that they are those of the model.

public import Primitives

/// One file, which says by itself what it proves.
///
/// "The model with this manifest maps each input to the output that follows from these sums." Every
/// list has exactly the length that the manifest asks for; there is no second form of a proof.
public struct OpenProof: Fielded, Hashable {
  public static let typeName = "OpenProof"
  public static let currentFormat: UInt64 = 1
  /// Bytes of the longest proof that is read.
  public static let sizeLimit = 64 << 20

  public var format = OpenProof.currentFormat
  public var level = ProofLevel.open
  /// Canonical bytes of the manifest, of which the model's id is the hash.
  public var manifest: [UInt8] = []
  /// Who asks for the proof chooses it, so that none is made beforehand.
  public var nonce = Bytes32()
  /// Milliseconds since 1970 after which the proof is not to be taken; 0 for never.
  public var expires: UInt64 = 0
  public var samples: UInt64 = 1
  /// The inputs of all samples, one after the other.
  public var input: [UInt8] = []
  /// Sums of all layers, each sample's after the other, four little-endian bytes each.
  public var sums: [UInt8] = []
  /// Two elements a round of the sum-check.
  public var rounds: [UInt8] = []
  /// What each combined row is at the sum-check's point.
  public var ends: [UInt8] = []
  /// The combination of all rows.
  public var row: [UInt8] = []
  /// The opened columns, in ascending order of their places.
  public var columns: [UInt8] = []
  public var path: [Bytes32] = []

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    guard format <= OpenProof.currentFormat else {
      throw Refusal("newerFormat", ["format": format, "known": OpenProof.currentFormat])
    }
    try v("level", &level)
    try v("manifest", &manifest)
    try v("nonce", &nonce)
    try v("expires", &expires)
    try v("samples", &samples)
    try v("input", &input)
    try v("sums", &sums)
    try v("rounds", &rounds)
    try v("ends", &ends)
    try v("row", &row)
    try v("columns", &columns)
    try v("path", &path)
  }

  /// Reads a file; whether it proves anything is the verifier's to say.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(OpenProof.self, from: bytes, limit: OpenProof.sizeLimit)
    try Proof.check(format: format, OpenProof.currentFormat)
  }

  public var bytes: [UInt8] { encoded }
}

/// The steps of the protocol, each of which may be the one that fails.
public enum ProofStep: String, Sendable, CaseIterable {
  case manifest
  case parameters
  case lengths
  case elements
  case trace
  case bytes
  case roundings
  case maxima
  case lookups
  case products
  case sums
  case sumcheck
  case witness
  case combination
  case work
  case paths
  case columns
}

extension Refusal {
  /// A proof that does not hold, with the step at which it fails.
  static func proofFails(_ step: ProofStep, _ because: String) -> Refusal {
    Refusal("proofFails", [Number(step.rawValue, 0), Number(because, 0)])
  }

  /// The step that a failed proof names.
  public var proofStep: ProofStep? {
    guard code == "proofFails", let first = numbers.first else { return nil }
    return ProofStep(rawValue: first.name)
  }
}
