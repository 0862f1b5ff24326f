// Publishes a model's manifest, so that runs of it can be disputed.

public import Kernel
public import Primitives

/// Shows the canonical manifest of a model. Anybody may, once for each model; it stays.
public struct PublishModel: MessageContent {
  public static let typeName = "PublishModel"
  public static let kind: UInt8 = 37
  public var head = Head()
  /// The bytes whose SHA-256 is the model's id.
  public var manifest: [UInt8] = []

  public init() {}

  public init(_ head: Head, manifest: [UInt8]) {
    self.head = head
    self.manifest = manifest
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("manifest", &manifest)
  }
}

extension InferenceTables {
  public mutating func apply(
    _ m: PublishModel, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let model = SHA256.hash(m.manifest)
    guard card(of: model) == nil else { throw Refusal("modelPublished") }
    var card = try ModelCard(manifest: m.manifest, publisher: m.head.from)
    card.dropProofs(beyond: k.terms.current.maxMessage)
    // The row stays for good, as an account does.
    try k.ledger.post(
      from: .account(m.head.from), to: .operator, Amount(k.terms.current.tollAccount))
    publish(card, as: model)
    k.emit(
      Event(
        "modelPublished", subject: model, parties: [m.head.from],
        numbers: [
          Number("manifest", card.manifestBytes), Number("opening", card.openingBytes),
        ]))
  }
}
