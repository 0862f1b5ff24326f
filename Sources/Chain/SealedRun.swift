// A sold run that a claim of vouchers sealed: one file that needs no node and no seller.

import Kernel
public import Payments
public import Primitives

/// A step in which a sealed run can fail, in the order of the checks.
public enum SealStep: UInt8, CaseIterable, Sendable {
  /// The seller's word for the run.
  case run = 1
  /// The operator's word for the block.
  case block = 2
  /// The claim, carried out in that block.
  case claim = 3
  /// The run under the claim's root.
  case place = 4
  /// The run's money within what the claim took of its channel.
  case value = 5

  public var title: String {
    switch self {
    case .run: "the signed run"
    case .block: "the block"
    case .claim: "the claim in its block"
    case .place: "the run's place under the claim's root"
    case .value: "the value that the claim took"
    }
  }
}

extension Refusal {
  /// A sealed run that does not hold together: the first number bears the step's name and ordinal,
  /// the second the name of what failed there.
  static func unsealed(_ step: SealStep, _ because: String) -> Refusal {
    Refusal("sealBroken", [Number("\(step)", UInt64(step.rawValue)), Number(because, 0)])
  }

  /// The step that a broken seal names.
  public var sealStep: SealStep? {
    guard code == "sealBroken", let first = numbers.first else { return nil }
    return SealStep(rawValue: UInt8(truncatingIfNeeded: first.value))
  }
}

/// The file: the signed run, its place among the runs of a claim, and the claim in its block.
public struct SealedRun: Fielded, Hashable {
  public static let typeName = "SealedRun"
  public static let currentFormat: UInt64 = 1
  /// Bytes of the longest file that is read.
  public static let sizeLimit = 4 << 20

  public private(set) var format = SealedRun.currentFormat
  public var signed = SignedRun()
  /// Which of the claim's runs it is, of how many, and the siblings up to the claim's root.
  public var index: UInt64 = 0
  public var count: UInt64 = 0
  public var path: [RunNode] = []
  public var sealed = SealedClaim()

  public init() {}

  public init(
    _ signed: SignedRun, index: UInt64, of count: UInt64, path: [RunNode], in sealed: SealedClaim
  ) {
    self.signed = signed
    self.index = index
    self.count = count
    self.path = path
    self.sealed = sealed
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("format", &format)
    try Format.check(format, known: SealedRun.currentFormat)
    do throws(Refusal) { try v("signed", &signed) } catch { throw .at(.run, error) }
    do throws(Refusal) {
      try v("index", &index)
      try v("count", &count)
      try v("path", &path)
    } catch { throw .at(.place, error) }
    do throws(Refusal) { try v("sealed", &sealed) } catch { throw .at(.claim, error) }
  }
}

extension Refusal {
  fileprivate static func at(_ step: SealStep, _ refusal: Refusal) -> Refusal {
    refusal.code == "newerFormat" ? refusal : .unsealed(step, refusal.code)
  }
}

// MARK: - Verifying

/// A sealed run that was found consistent.
public struct VerifiedSealedRun: Sendable {
  public let file: SealedRun
  /// The millionths of the claim that paid for the run, in the tree of its runs.
  public let interval: Range<UInt64>
  /// What all runs of that tree cost.
  public let sum: Amount
  /// What was claimed of the run's channel before, and after.
  public let from: Amount
  public let through: Amount
  /// Whether the claim's money waited for an audit, with a bond behind it.
  public let isHeld: Bool

  public var run: SoldRun { file.signed.run }
  public var claim: Bytes32 { file.sealed.claim.id }
  public var header: Header { file.sealed.header }
  public var network: Bytes32 { file.sealed.genesis.network }
  public var `operator`: Address { file.sealed.genesis.operator }

  /// Whether the one who asks knows this operator of this network.
  public func isKnown(_ known: [KnownNetwork]) -> Bool {
    known.contains(KnownNetwork(network: network, operator: `operator`))
  }
}

extension SealedRun {
  /// Reads a file and checks everything in it. A refusal names the step.
  public static func verify(_ bytes: [UInt8]) throws(Refusal) -> VerifiedSealedRun {
    try CBOR.decode(SealedRun.self, from: bytes, limit: sizeLimit).verify()
  }

  public func verify() throws(Refusal) -> VerifiedSealedRun {
    let run = signed.run
    do throws(Refusal) { try signed.verify() } catch { throw .at(.run, error) }
    let genesis = sealed.genesis
    try sealed.checkBlock()
    guard run.network == genesis.network, signed.chainId == genesis.chainId else {
      throw .unsealed(.run, "network")
    }
    let claim = try sealed.checkClaim()
    guard path.count <= RunTree.longestPath,
      let place = RunTree.place(
        of: RunTree.leaf(run), at: index, of: count, path: path, root: claim.root)
    else { throw .unsealed(.place, "path") }
    let (from, through) = try sealed.checkPayment(of: run, by: claim)
    guard from <= run.before, let end = run.end, end <= through else {
      throw .unsealed(.value, "bounds")
    }
    let held = try sealed.checkHeld(claim.root)
    // The ledger pays a held claim for the runs of its tree and nothing beside them.
    if let held, held != place.sum { throw .unsealed(.value, "sum") }
    return VerifiedSealedRun(
      file: self, interval: place.interval, sum: place.sum, from: from, through: through,
      isHeld: held != nil)
  }
}
