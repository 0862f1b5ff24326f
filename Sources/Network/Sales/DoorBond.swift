// What stands behind a seller's door, and what of it is under audit.

import Kernel
import Market
public import Payments
public import Primitives

/// The standing bond of a door as the ledger has it.
public struct DoorBond: Hashable, Sendable {
  public var row: StandingBond
  /// Its claims that are not settled.
  public var claims: [HeldClaimEntry]
  /// What may be sold on it and not be settled: the claims that it can back together.
  public var capacity: Amount

  public init(row: StandingBond, claims: [HeldClaimEntry], capacity: Amount) {
    self.row = row
    self.claims = claims
    self.capacity = capacity
  }

  /// What was claimed and is not settled.
  public var held: Amount {
    claims.reduce(.zero) { (try? $0.adding($1.row.amount)) ?? Amount(.max) }
  }

  /// Whether nothing more may be sold on it beside what is not claimed yet.
  func isUsedUp(unclaimed: Amount) -> Bool {
    if row.isConvicted { return true }
    guard let exposure = try? held.adding(unclaimed) else { return true }
    return exposure >= capacity
  }
}

/// A run of a claim, as it is opened.
public struct RunOpening: Hashable, Sendable {
  public var claim: Bytes32
  public var index: UInt64
  public var count: UInt64
  public var word: RunWord
  public var path: [RunNode]

  /// The run that holds a claim's drawn millionth; nil where these are not the claim's runs.
  init?(of claim: HeldClaimEntry, in runs: [SignedRun]) {
    guard let tree = try? RunTree(runs.map { RunTree.leaf($0.run) }),
      tree.root == claim.row.root, let index = tree.index(at: claim.row.offset),
      let path = tree.path(to: index)
    else { return nil }
    self.claim = claim.id
    self.index = UInt64(index)
    count = UInt64(runs.count)
    word = RunWord(runs[index])
    self.path = path
  }
}

extension RemoteChannels {
  public func bond(behind door: Address) async throws -> DoorBond? {
    let bonds = try await client.standingBonds(of: key.address)
    guard let row = bonds.first(where: { $0.door == door }) else { return nil }
    let claims = try await client.heldClaims(of: key.address)
    let own = StandingBond.key(row.seller, row.door)
    let capacity = try Bonds.backed(by: row.bond, terms: try await client.terms())
    return DoorBond(row: row, claims: claims.filter { $0.row.bond == own }, capacity: capacity)
  }

  public func open(_ opening: RunOpening) async throws -> ChannelSending {
    try await send {
      .openSoldRun(
        OpenSoldRun(
          $0, opening.claim, index: opening.index, of: opening.count, opening.word,
          path: opening.path))
    }
  }
}
