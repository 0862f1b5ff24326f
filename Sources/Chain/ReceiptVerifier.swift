// Checks a receipt with nothing but the receipt, and says apart how far it can be trusted.

public import Kernel
public import Market
public import Primitives

/// A network and its operator that somebody has met before, and so knows.
public struct KnownNetwork: Fielded, Hashable {
  public static let typeName = "KnownNetwork"
  public var network = Bytes32()
  public var `operator` = Address.zero

  public init() {}

  public init(network: Bytes32, operator: Address) {
    self.network = network
    self.operator = `operator`
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("network", &network)
    try v("operator", &`operator`)
  }
}

/// A receipt that was found consistent: every link, signature and sum holds.
public struct VerifiedReceipt: Sendable {
  public let receipt: Receipt
  public let network: Bytes32
  /// Who signed the header.
  public let `operator`: Address
  /// What binds the input of a proof that hides it; nil where there is none.
  let binding: [UInt8]?
  public var settled: SettledRun { receipt.settled }
  public var height: UInt64 { receipt.header.height }
  public var time: Time { receipt.header.time }

  /// Whether its verdict follows from a proof that it holds.
  public var isProved: Bool { settled.verdict.outcome == .proved }

  /// Whether its verdict follows from answers that it holds.
  public var isJudged: Bool { settled.verdict.outcome.isJudged }

  /// Whether its proof says nothing of the input, so that whoever lacks it cannot tell that the
  /// proof is about it.
  public var hidesInput: Bool { binding != nil }

  /// What the proof in it says, without anybody's word; nil where there is none that holds.
  private var proved: String? {
    guard isProved || hidesInput else { return nil }
    if !hidesInput { return "proved: the proof in it was verified again, without anybody's word" }
    let some =
      "proved: the proof in it, that the model gave this output for some input, was verified "
      + "again, without anybody's word; "
    return settled.verdict.outcome == .otherInput
      ? some + "the operator's word is that the input is another one than was bought"
      : some + "whoever has the input and its salt can check that it is the one that was bought"
  }

  /// Whether the one who asks knows this operator of this network.
  public func isKnown(_ known: [KnownNetwork]) -> Bool {
    known.contains(KnownNetwork(network: network, operator: `operator`))
  }

  /// A seat that stayed silent, or gold that did, is what no message shows: the operator says so.
  private var judgement: String {
    let silent = settled.verdict.seats.contains { $0.fate == .silent || $0.fate == .absent }
    var words: [String] = []
    if settled.verdict.outcome == .goldWithheld { words.append("the gold was not opened in time") }
    if silent { words.append("a seat was not heard in time") }
    let told = words.joined(separator: " and ")
    let rest = told.isEmpty ? "" : "; that \(told) is the operator's word"
    if settled.check.kind == PanelCheck.name {
      return "judged: the scores in it were counted again, with the same result; that these judges "
        + "were drawn is the operator's word\(rest)"
    }
    return "judged: the answers in it were judged again, with the same result\(rest)"
  }

  /// What can be said, apart: that it is consistent, who vouches for it, whether they are known.
  public func trust(_ known: [KnownNetwork]) -> [String] {
    [proved, isJudged ? judgement : nil].compactMap(\.self) + [
      "consistent: all nine stations, every link and signature",
      "signed by operator \(`operator`.checksummed) of network \(network), block \(height)",
      isKnown(known)
        ? "known to you: this operator of this network"
        : "not known to you: anybody can found a network and sign for it",
    ]
  }
}

/// The check of a receipt, which needs no node and no network.
public enum ReceiptVerifier {
  /// Reads a file and checks everything in it. A refusal names the station.
  public static func verify(_ bytes: [UInt8]) throws(Refusal) -> VerifiedReceipt {
    let receipt = try Receipt(bytes: bytes)
    // Decoding is strict; comparing what is read to the file costs little and trusts nothing.
    guard receipt.bytes == bytes else { throw .broken(.receipt, "notCanonical") }
    return try verify(receipt)
  }

  public static func verify(_ receipt: Receipt) throws(Refusal) -> VerifiedReceipt {
    let check = ReceiptCheck(receipt)
    try check.header()
    try check.order()
    try check.promises()
    try check.start()
    try check.evidence()
    try check.verdict()
    let binding = try check.proof()
    try check.judgement()
    try check.settlement()
    try check.path()
    return VerifiedReceipt(
      receipt: receipt, network: receipt.genesis.network, operator: receipt.genesis.operator,
      binding: binding)
  }
}
