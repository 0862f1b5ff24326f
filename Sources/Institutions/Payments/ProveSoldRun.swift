// Proves a run that was called up from a claim, where its seller promised the check `proved`.

public import Kernel
public import Market
public import Primitives

/// Output and proof of the opened run, in clear: what the check `proved` asks of a run on the
/// market. The proof answers to the run's leaf alone.
public struct ProveSoldRun: MessageContent {
  public static let typeName = "ProveSoldRun"
  public static let kind: UInt8 = 77
  public var head = Head()
  public var claim = Bytes32.zero
  /// Ties input and output to what the run commits to.
  public var salt = Bytes32.zero
  public var output: [UInt8] = []
  public var proof: [UInt8] = []

  public init() {}

  public init(
    _ head: Head, _ claim: Bytes32, salt: Bytes32, output: [UInt8], proof: [UInt8]
  ) {
    self.head = head
    self.claim = claim
    self.salt = salt
    self.output = output
    self.proof = proof
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("claim", &claim)
    try v("salt", &salt)
    try v("output", &output)
    try v("proof", &proof)
  }

  /// What a proof of a sold run answers to.
  public static func nonce(of run: SoldRun) -> Bytes32 { RunTree.leaf(run).hash }
}

extension PaymentTables {
  /// What is no proof of this run is refused, and the right one may still come. A proof that is of
  /// this run and false ends the claim at once: only the seller may send it.
  public mutating func apply<W: Works & ~Copyable>(
    _ m: ProveSoldRun, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W
  ) throws(Refusal) {
    var row = try heldClaim(m.claim, at: .unproved)
    guard m.head.from == row.seller else { throw .notTheSeller }
    guard let bond = bonds[row.bond], case .proved(let level) = try VoucherCheck(bond.check)
    else { throw .noStandingBond }
    guard !bond.isConvicted else { throw .sellerConvicted }
    let run = try CBOR.decode(SoldRun.self, from: row.run)
    let salt = ContentSalt(value: m.salt)
    guard salt.keyHash == run.keyHash else { throw .otherSalt }
    guard ContentChunks.root(of: m.output, as: .output, salt: salt) == run.output else {
      throw .otherOutput
    }
    let input = Content(
      root: run.input, blob: .zero, size: Content.largest, keyHash: run.keyHash,
      custody: Custody())
    let claim = ProofClaim(
      level: level, spec: run.spec, run: RunID(ProveSoldRun.nonce(of: run)), input: input,
      salt: salt, output: m.output, now: k.blockTime)
    guard try works.verify(claim, proof: m.proof, of: run.work) == .holds else {
      return try settle(m.claim, row, .provider, &k)
    }
    let window = k.terms.at(row.termsVersion).disputeWindow
    try wait(m.claim, &row, .shown, seconds: window, &k)
    k.emit(
      Event(
        "runProved", subject: m.claim, parties: [row.seller, run.buyer],
        objects: [row.bond, run.payment],
        numbers: [
          Number("index", run.index), Number("proof", UInt64(m.proof.count)),
          Number("deadline", row.deadline.milliseconds),
        ]))
  }
}

extension Refusal {
  static var notTheSeller: Refusal { Refusal("notTheSeller") }
}
