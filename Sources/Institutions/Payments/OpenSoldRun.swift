// Opens the run of a claim that was drawn: the leaf, where it stands, and who was told the same.

public import Kernel
import Market
public import Primitives

/// The run that holds the drawn millionth of a claim, with its path to the claim's root. It proves
/// itself, so anybody may carry it.
public struct OpenSoldRun: MessageContent {
  public static let typeName = "OpenSoldRun"
  public static let kind: UInt8 = 76
  public var head = Head()
  /// The claim: the id of its message.
  public var claim = Bytes32.zero
  /// Which of the claim's runs it is, of how many.
  public var index: UInt64 = 0
  public var count: UInt64 = 0
  public var word = RunWord()
  public var path: [RunNode] = []

  public init() {}

  public init(
    _ head: Head, _ claim: Bytes32, index: UInt64, of count: UInt64, _ word: RunWord,
    path: [RunNode]
  ) {
    self.head = head
    self.claim = claim
    self.index = index
    self.count = count
    self.word = word
    self.path = path
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("claim", &claim)
    try v("index", &index)
    try v("count", &count)
    try v("word", &word)
    try v("path", &path)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: OpenSoldRun, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    var row = try heldClaim(m.claim, at: .drawn)
    guard let bond = bonds[row.bond] else { throw .noStandingBond }
    guard !bond.isConvicted else { throw .sellerConvicted }
    let run = m.word.run
    guard m.path.count <= RunTree.longestPath else { throw .notInClaim }
    let place = RunTree.place(
      of: RunTree.leaf(run), at: m.index, of: m.count, path: m.path, root: row.root)
    guard let place else { throw .notInClaim }
    // A tree of another sum is none of this claim: its leaves would share the draw wrongly.
    guard place.sum == row.amount else {
      throw .otherSum(is: place.sum, claimed: row.amount)
    }
    guard place.interval.contains(row.offset) else {
      throw .otherRun(offset: row.offset, from: place.interval.lowerBound)
    }
    try admit(run, at: place.interval, in: row, bond)
    try check(m.word, k)
    let terms = k.terms.at(row.termsVersion)
    if case .proved = try VoucherCheck(bond.check) {
      row.run = CBOR.encode(run)
      try wait(m.claim, &row, .unproved, seconds: terms.demandWindow, &k)
    } else {
      try wait(m.claim, &row, .shown, seconds: terms.disputeWindow, &k)
    }
    k.emit(
      Event(
        "runOpened", subject: m.claim, parties: [row.seller, run.buyer],
        objects: [row.bond, run.payment, RunTree.leaf(run).hash],
        numbers: [
          Number("index", run.index), Number("price", run.price.units),
          Number("deadline", row.deadline.milliseconds),
        ]))
  }

  /// A claim at a stage, before its deadline: the timer would have gone first.
  func heldClaim(_ id: Bytes32, at stage: ClaimStage) throws(Refusal) -> HeldClaim {
    guard let row = claims[id] else { throw .unknownClaim }
    guard row.stage == stage.rawValue else { throw .notItsTurn(stage: UInt64(row.stage)) }
    return row
  }

  /// Whether a run may stand where it does, and is of what was promised.
  private func admit(
    _ run: SoldRun, at interval: Range<UInt64>, in row: HeldClaim, _ bond: StandingBond
  ) throws(Refusal) {
    guard run.provider == bond.seller else { throw .notTheProvider }
    guard row.place(of: run) == interval else { throw .otherPlace }
    guard run.buyer == channels[run.payment]?.config.payer else { throw .otherBuyer }
    guard run.work == bond.work, bond.spec.isEmpty || run.spec == bond.spec else {
      throw .otherPromise
    }
  }
}

extension Refusal {
  /// There is no such claim, or it is settled.
  static var unknownClaim: Refusal { Refusal("unknownClaim") }

  static func notItsTurn(stage: UInt64) -> Refusal { Refusal("notItsTurn", ["stage": stage]) }

  /// No path leads from the run to the claim's root.
  static var notInClaim: Refusal { Refusal("notInClaim") }

  static func otherSum(is sum: Amount, claimed: Amount) -> Refusal {
    Refusal("otherSum", ["is": sum.units, "claimed": claimed.units])
  }

  static func otherRun(offset: UInt64, from start: UInt64) -> Refusal {
    Refusal("otherRun", ["offset": offset, "from": start])
  }

  /// The run stands in the claim where its channel's count does not put it.
  static var otherPlace: Refusal { Refusal("otherPlace") }

  /// The run names another buyer than the payer of its channel.
  static var otherBuyer: Refusal { Refusal("otherBuyer") }
}
