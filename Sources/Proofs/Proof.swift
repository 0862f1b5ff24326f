// A proof of any level: one door through which files come, whatever they hide.

public import Primitives

/// How much a proof holds in clear.
public enum ProofLevel: UInt8, ByteChoice {
  /// Input, output and all sums in clear: nothing is hidden, the weights least of all.
  case open = 1
  /// Input and output in clear, everything between them committed to; nothing is hidden either.
  case succinct = 2
  /// Activations and sums hidden, and the input, the weights, or both; output in clear.
  case `private` = 3

  /// The level of a word that somebody typed; what is not built is refused by that word.
  public static func named(_ word: String) throws(Refusal) -> ProofLevel {
    guard let level = ProofLevel.allCases.first(where: { "\($0)" == word }) else {
      throw Refusal("levelNotBuilt", [Number(word, 0)])
    }
    return level
  }
}

/// What every proof says about itself, before anything is judged.
public enum Proof: Sendable, Hashable {
  case open(OpenProof)
  case succinct(SuccinctProof)
  case `private`(PrivateProof)

  /// Bytes of the longest proof that is read.
  public static let sizeLimit = OpenProof.sizeLimit

  /// Reads a file; whether it proves anything is `verify` to say.
  public init(bytes: [UInt8]) throws(Refusal) {
    switch try Proof.level(of: bytes) {
    case .open: self = .open(try OpenProof(bytes: bytes))
    case .succinct: self = .succinct(try SuccinctProof(bytes: bytes))
    case .private: self = .private(try PrivateProof(bytes: bytes))
    }
  }

  /// Judges a file; the refusal names the step that fails, or says why it cannot be read.
  public static func verify(
    bytes: [UInt8], recommitments: [Recommitment] = []
  ) throws(Refusal) -> ProvedRun {
    try Proof(bytes: bytes).verify(recommitments: recommitments)
  }

  /// Judges the proof without the weights.
  ///
  /// - Parameter recommitments: what leads from the root in the manifest to that of a later epoch
  ///   of hidden weights, in order.
  public func verify(recommitments: [Recommitment] = []) throws(Refusal) -> ProvedRun {
    switch self {
    case .open(let proof): try OpenVerifier.verify(proof)
    case .succinct(let proof): try SuccinctVerifier.verify(proof)
    case .private(let proof):
      try PrivateVerifier.verify(proof, recommitments: recommitments)
    }
  }

  public var level: ProofLevel {
    switch self {
    case .open: .open
    case .succinct: .succinct
    case .private: .private
    }
  }

  /// The file.
  public var bytes: [UInt8] {
    switch self {
    case .open(let proof): proof.bytes
    case .succinct(let proof): proof.bytes
    case .private(let proof): proof.bytes
    }
  }

  /// The transcript does not take the format in, so a proof has one, or it would have two forms.
  static func check(format: UInt64, _ known: UInt64) throws(Refusal) {
    guard format == known else {
      throw Refusal("unknownFormat", ["got": format, "known": known])
    }
  }

  /// A file opens with the head of its list of fields, its format and its level, a byte each.
  static func level(of bytes: [UInt8]) throws(Refusal) -> ProofLevel {
    guard bytes.count > 3, bytes[0] >> 5 == 4 else { throw Refusal("noProof") }
    // Lists of more than 23 fields have their length in a second byte.
    let at = bytes[0] & 31 < 24 ? 1 : 2
    guard bytes[at] < 24 else { throw Refusal("noProof") }
    guard let level = ProofLevel(rawValue: bytes[at + 1]) else {
      throw Refusal("levelNotBuilt", [Number("\(bytes[at + 1])", 0)])
    }
    return level
  }
}
