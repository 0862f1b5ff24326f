// A sold run that a claim of vouchers sealed: one file that needs no node and no seller.

import Kernel
public import Payments
public import Primitives

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
    do throws(Refusal) { try v("signed", &signed) } catch { throw .unsealed(.run, error) }
    do throws(Refusal) {
      try v("index", &index)
      try v("count", &count)
      try v("path", &path)
    } catch { throw .unsealed(.place, error) }
    do throws(Refusal) { try v("sealed", &sealed) } catch { throw .unsealed(.claim, error) }
  }
}

extension Refusal {
  /// A refusal of a field, as the step to which the field belongs.
  static func unsealed(_ step: SealStep, _ refusal: Refusal) -> Refusal {
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
}

extension SealedRun {
  /// Reads a file and checks everything in it. A refusal names the step.
  public static func verify(_ bytes: [UInt8]) throws(Refusal) -> VerifiedSealedRun {
    try CBOR.decode(SealedRun.self, from: bytes, limit: sizeLimit).verify()
  }

  public func verify() throws(Refusal) -> VerifiedSealedRun {
    let run = signed.run
    try sealed.checkWord(signed)
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
