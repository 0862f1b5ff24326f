// The work `inference`: one run of a named model on the input, at exactly defined bits.

import Graphs
public import Market
public import Primitives

/// What an order for a model run says: which model, by the hash of its manifest.
public struct InferenceSpec: Fielded, Hashable {
  public static let typeName = "InferenceSpec"
  /// The model's id: SHA-256 over its canonical manifest.
  public var model = Bytes32()

  public init() {}
  public init(model: Bytes32) { self.model = model }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("model", &model)
  }
}

/// Inference as the market sees it: a spec that must decode and must name a model.
public enum InferenceWork: Work {
  public static let name = "inference"

  /// Under a check whose answers can be disputed the model must be published: a game that nobody
  /// could finish is never begun. Under one that asks for proofs it must be provable, too: a run
  /// that nobody could prove would cost its seat the bond.
  public static func admit(
    _ spec: [UInt8], under check: CheckTerms, _ tables: borrowing InferenceTables
  ) throws(Refusal) {
    let model = try model(of: spec)
    switch check.known {
    case .open, .replicated, .disputable: break
    case .proved:
      let level = check.numbers.first?.value ?? 0
      _ = try card(of: spec, tables).proofBytes(at: level)
    case .judged, .panel: throw .noJury
    // Refused where the market reads it.
    case nil: break
    }
    if canBeDisputed(check), tables.card(of: model) == nil { throw .modelNotPublished }
  }

  /// An input must have the size that a published model reads.
  public static func admit(
    inputBytes: UInt64, for spec: [UInt8], _ tables: borrowing InferenceTables
  ) throws(Refusal) {
    guard let card = tables.card(of: try model(of: spec)) else { return }
    guard inputBytes == card.inputBytes else {
      throw Refusal("wrongInputBytes", ["got": inputBytes, "wanted": card.inputBytes])
    }
  }

  /// How many tensors a run has: the leaves of its trace's upper tree.
  public static func tensors(
    _ spec: [UInt8], _ tables: borrowing InferenceTables
  ) throws(Refusal) -> UInt64 {
    try card(of: spec, tables).shape.tensors
  }

  /// What lies at a place of a run's trace.
  public static func fan(
    at picks: [UInt8], _ spec: [UInt8], _ tables: borrowing InferenceTables
  ) throws(Refusal) -> Fan {
    switch try card(of: spec, tables).shape.place(at: picks) {
    case .vertex(let own): .vertex(own.children)
    case .blocks(let own): .blocks(own.children)
    case .step: .step
    case .input: .fixed
    }
  }

  /// The referee: computes one block of one tile again.
  public static func redo(_ claim: StepClaim, opening: [UInt8]) throws(Refusal) -> Bool {
    try Referee.redo(
      BlockClaim(
        model: try model(of: claim.spec), root: claim.root, keyHash: claim.input.keyHash,
        picks: claim.picks, before: claim.before, disputed: claim.disputed),
      opening: opening)
  }

  static func model(of spec: [UInt8]) throws(Refusal) -> Bytes32 {
    let read = try CBOR.decode(InferenceSpec.self, from: spec)
    guard read.model != .zero else { throw Refusal("noModel") }
    return read.model
  }

  static func card(
    of spec: [UInt8], _ tables: borrowing InferenceTables
  ) throws(Refusal) -> ModelCard {
    guard let card = tables.card(of: try model(of: spec)) else { throw .modelNotPublished }
    return card
  }

  /// Whether runs under the check may come before the referee.
  private static func canBeDisputed(_ check: CheckTerms) -> Bool {
    check.kind == "disputable"
      || check.numbers.contains { $0.name == "audit" && $0.value > 0 }
  }
}

extension Refusal {
  /// The model's manifest is not in the ledger, so nobody could judge a run of it.
  public static var modelNotPublished: Refusal { Refusal("modelNotPublished") }
}
