// Two words of one seller for one place: whoever has both ends its bond in one message.

public import Kernel
import Market
public import Primitives

/// A run as its seller signed it.
public struct RunWord: Fielded, Hashable {
  public static let typeName = "RunWord"
  public var run = SoldRun()
  public var signature: [UInt8] = []

  public init() {}

  public init(_ run: SoldRun, signature: [UInt8]) {
    self.run = run
    self.signature = signature
  }

  public init(_ file: SignedRun) { self.init(file.run, signature: file.signature) }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("run", &run)
    try v("signature", &signature)
  }
}

extension SoldRun {
  /// What its payment has paid once it is paid.
  public var end: Amount? { try? before.adding(price) }

  /// Whether no honest seller signs both: they are of one payment and take the same place in it,
  /// or a part of the same money.
  ///
  /// Equal numbers alone are no contradiction: a seller that lost its count begins again at what
  /// the ledger says that it was paid.
  public func contradicts(_ other: SoldRun) -> Bool {
    guard self != other, network == other.network, provider == other.provider,
      payment == other.payment, let end, let otherEnd = other.end
    else { return false }
    if index == other.index && before == other.before { return true }
    return max(before, other.before) < min(end, otherEnd)
  }
}

/// Shows two runs of one seller that contradict each other: two receipts, or a receipt and the run
/// that a claim opened in its place.
///
/// The whole standing bond is lost. The payer of the channel gets its share, whoever carries the
/// message, so that nobody gains by being quicker, but no more than backs what was claimed of that
/// channel; the rest is the treasury's. A seller that convicts itself by a channel of its own gets
/// back what it put through that channel warrants, at most half.
public struct ShowEquivocation: MessageContent {
  public static let typeName = "ShowEquivocation"
  public static let kind: UInt8 = 75
  public var head = Head()
  public var first = RunWord()
  public var second = RunWord()

  public init() {}

  public init(_ head: Head, _ first: RunWord, _ second: RunWord) {
    self.head = head
    self.first = first
    self.second = second
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try head.fields(&v)
    try v("first", &first)
    try v("second", &second)
  }
}

extension PaymentTables {
  public mutating func apply(
    _ m: ShowEquivocation, as id: Bytes32, _ k: inout KernelTables
  ) throws(Refusal) {
    let (one, other) = (m.first.run, m.second.run)
    guard one.contradicts(other) else { throw .noContradiction }
    guard let channel = channels[one.payment] else { throw .unknownChannel }
    let config = channel.config
    guard config.receiver == one.provider else { throw .notTheProvider }
    let key = StandingBond.key(of: config)
    guard var bond = bonds[key] else { throw .noStandingBond }
    guard !bond.isConvicted else { throw .sellerConvicted }
    for word in [m.first, m.second] { try check(word, k) }
    let payouts = try Settlement.equivocation(
      bond: bond.bond, claimed: channel.claimed, terms: k.terms.current)
    try k.ledger.post(from: .escrow(key), to: .account(config.payer), payouts[.buyer])
    try k.ledger.post(from: .escrow(key), to: .treasury, payouts[.treasury])
    let lost = bond.bond
    bond.bond = .zero
    bond.convictedBy = id
    bond.leaves = .never
    bonds[key] = bond
    k.emit(
      Event(
        "sellerConvicted", subject: key,
        parties: [bond.seller, bond.door, config.payer, m.head.from], objects: [one.payment],
        numbers: [Number("lost", lost.units), Number("paid", payouts[.buyer].units)]))
  }

  /// Whether the provider that a run names signed it, or a key that it named, on this network.
  func check(_ word: RunWord, _ k: borrowing KernelTables) throws(Refusal) {
    guard word.run.network == k.charter.network else { throw .runOfOtherNetwork }
    let domain = SignedRun.domain(network: word.run.network, chainId: token.chainId)
    let account = word.run.accountSignature(word.signature, domain: domain)
    guard k.signer(of: account.digest, account.bytes) == word.run.provider,
      word.run.isSignedByNamedKey(word.signature)
    else { throw .notTheProvider }
  }
}

extension Refusal {
  /// Both may be true: they are the same run, or of different places.
  static var noContradiction: Refusal { Refusal("noContradiction") }

  /// The run was signed for another network.
  static var runOfOtherNetwork: Refusal { Refusal("runOfOtherNetwork") }

  /// The signature over the run is not that of the provider that it names.
  public static var notTheProvider: Refusal { Refusal("notTheProvider") }
}
