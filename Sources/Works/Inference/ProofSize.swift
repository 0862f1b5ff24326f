// How long a proof of a model's run gets and what verifying it takes, from its manifest alone.

import Graphs
public import Kernel
import Market
public import Primitives
public import Proofs

/// The bounds of a proof, known before there is one.
///
/// A block is full by bytes, and a toll is paid by bytes. So that neither needs another measure for
/// proofs, a model is provable on the ledger only where the verifier's work is in proportion to the
/// bytes that it reads.
struct ProofSize {
  /// The most bytes of a proof of one run.
  let bytes: UInt64
  /// Multiply-adds, transforms and comparisons of the verifier, about.
  let work: UInt64
  /// The bytes that every proof of the model has at least.
  let leastBytes: UInt64

  /// Bytes of the longest proof that the ledger reads: with its message it fits `leastMessage`.
  static let mostBytes: UInt64 = TermsCheck.leastMessage - besideIt
  /// Bytes of a message beside the proof or the input that it carries, at most.
  static let besideIt: UInt64 = 4_096
  /// The most steps of the verifier for each byte: a full block takes it about a second.
  static let mostWorkPerByte: UInt64 = 64

  /// Whether the ledger takes such proofs.
  var isTaken: Bool {
    bytes <= ProofSize.mostBytes && work <= leastBytes * ProofSize.mostWorkPerByte
  }

  /// Of a model at a level; nil where it cannot be proved at it.
  init?(_ level: ProofLevel, _ manifest: Manifest, _ graph: Graph) {
    guard let commitment = manifest.commitment(CommittedWeights.scheme),
      let shape = try? CommittedWeights.shape(of: commitment, graph),
      shape.queries < shape.length
    else { return nil }
    switch level {
    case .open: self.init(open: manifest, graph, shape)
    case .succinct:
      guard let bounds = try? SuccinctBounds(manifest, graph, shape) else { return nil }
      self.init(bounds)
    case .private:
      // An input that no message could show could not be contested.
      guard graph.input.byteCount <= Int(ProofSize.mostBytes),
        let bounds = try? PrivateBounds(manifest, graph, shape)
      else { return nil }
      self.init(bounds)
    }
  }

  /// The same, of a manifest as a proof shows it.
  init?(_ level: ProofLevel, of manifest: [UInt8]) throws(Refusal) {
    let manifest = try Manifest(decoding: manifest)
    self.init(level, manifest, try manifest.graph())
  }

  /// Of level `succinct`: what the proof's own room makes of a manifest.
  init(_ bounds: SuccinctBounds) {
    leastBytes = UInt64(bounds.leastBytes)
    bytes = UInt64(bounds.mostBytes)
    work = ProofSize.steps(bounds.steps)
  }

  /// Of level `private`, which hides the input and nothing of the model.
  init(_ bounds: PrivateBounds) {
    leastBytes = UInt64(bounds.leastBytes)
    bytes = UInt64(bounds.mostBytes)
    work = ProofSize.steps(bounds.steps)
  }

  /// Of level `open`: manifest, input and sums in clear, one row, and the opened columns.
  init(open manifest: Manifest, _ graph: Graph, _ shape: MatrixShape) {
    var sums = 0
    var work = shape.length * shape.lengthBits * 2 + Int(clamping: graph.work)
    for type in graph.types { work += type.shape.count }
    for layer in graph.layers {
      let type = graph.types[layer.node + 1]
      sums += type.byteCount
      // The layer itself is not run again: its inputs are folded, once for each place.
      work -= type.shape.count * layer.columns
      work += type.shape.count / layer.rows * layer.columns
    }
    var pieces = shape.rows - shape.biasRow
    for block in shape.blocks { pieces += 1 << max(0, block.inputBits - shape.columnBits) }
    let columns = shape.queries * shape.rows * 8
    work += pieces * shape.columns * 2 + columns
    let fixed =
      manifest.encoded.count + graph.input.byteCount + sums + shape.columnBits * 32
      + pieces * 16 + shape.columns * 16 + columns
    leastBytes = UInt64(fixed)
    // A hash of the path takes 34 bytes; names, lengths and small fields less than 200.
    bytes = UInt64(fixed + shape.queries * shape.lengthBits * 34 + 200)
    self.work = ProofSize.steps(work)
  }

  /// A count below zero does not add up and is no small one: nothing takes such a proof.
  static func steps(_ counted: Int) -> UInt64 { UInt64(exactly: counted) ?? .max }
}

extension ModelCard {
  /// The levels at which runs of a model can be proved to the ledger, by name, each with the most
  /// bytes of a proof.
  static func proofs(of manifest: Manifest, _ graph: Graph) -> [Number] {
    var proofs: [Number] = []
    for level in ProofLevel.allCases {
      guard let size = ProofSize(level, manifest, graph), size.isTaken else { continue }
      proofs.append(Number(level.name, size.bytes))
    }
    return proofs
  }

  /// Drops the levels whose proofs, or whose contests, no message of this network could carry: a
  /// seat that took such an order would lose its bond, a buyer its price.
  public mutating func dropProofs(beyond maxMessage: UInt64) {
    let most = maxMessage - min(maxMessage, ProofSize.besideIt)
    proofs.removeAll {
      $0.value > most || ($0.name == ProofLevel.private.name && inputBytes > most)
    }
  }

  /// Refuses a proof that is longer than one of the model can be.
  func admit(_ proof: [UInt8], at level: UInt64) throws(Refusal) {
    let most = try proofBytes(at: level)
    guard UInt64(proof.count) <= most else {
      throw Refusal("proofTooLong", ["bytes": UInt64(proof.count), "most": most])
    }
  }

  /// The most that it costs to hand in a proof of that level.
  public func proofToll(at level: UInt64, _ terms: Terms) throws(Refusal) -> Amount {
    let bytes = try proofBytes(at: level) + ProofSize.besideIt
    return try Toll.price(bytes: Int(clamping: bytes), terms: terms)
  }

  /// The most bytes of a proof of that level.
  func proofBytes(at level: UInt64) throws(Refusal) -> UInt64 {
    guard let name = ProofLevel(number: level)?.name,
      let bytes = proofs.first(where: { $0.name == name })?.value
    else { throw .notProvable(level) }
    return bytes
  }
}

extension ProofLevel {
  /// A level as the terms of the check `proved` number it.
  public init?(number: UInt64) {
    guard let byte = UInt8(exactly: number), let level = ProofLevel(rawValue: byte) else {
      return nil
    }
    self = level
  }

  /// A level as people write it.
  public var name: String { "\(self)" }
}

extension Refusal {
  /// Runs of the model cannot be proved to the ledger at that level.
  static func notProvable(_ level: UInt64) -> Refusal {
    Refusal("notProvableHere", ["level": level])
  }
}
