// What stands behind a seller's door, and what of it is under audit.

public import Chain
public import Kernel
import Market
public import Payments
public import Primitives

/// The standing bond of a door as the ledger has it.
public struct DoorBond: Hashable, Sendable {
  public var row: StandingBond
  /// Its claims that are not settled.
  public var claims: [HeldClaimEntry]
  /// By which the ledger ties slices of it.
  public var terms: Terms

  public init(row: StandingBond, claims: [HeldClaimEntry], terms: Terms) {
    self.row = row
    self.claims = claims
    self.terms = terms
  }

  /// The most that a claim may come to now, and what must be worth one slice: less ties as much.
  var room: Amount { row.isConvicted ? .zero : backed(by: row.free) }
  var leastSlice: Amount { backed(by: Amount(terms.courtFloor)) }

  private func backed(by bond: Amount) -> Amount {
    (try? Bonds.backed(by: bond, terms: terms)) ?? .zero
  }

  /// Whether a claim of so much could still be held: what is under way counts by its slices, as
  /// the ledger counts it.
  func backs(_ exposure: Amount) -> Bool {
    guard !row.isConvicted, let slice = try? Bonds.sliceBond(claim: exposure, terms: terms) else {
      return false
    }
    return slice <= row.free
  }

  /// A claim was sent and is held: until the row is read again its slice counts as tied.
  mutating func tie(_ amount: Amount) {
    let slice = (try? Bonds.sliceBond(claim: amount, terms: terms)) ?? row.bond
    row.tied = (try? row.tied.adding(slice)) ?? row.bond
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
    return DoorBond(
      row: row, claims: claims.filter { $0.row.bond == own }, terms: try await client.terms())
  }

  public func sealedClaim(
    of channel: Bytes32, at value: UInt64
  ) async throws -> SealedClaim? { try await client.sealedClaim(of: channel, at: value) }

  public func open(_ opening: RunOpening) async throws -> ChannelSending {
    try await send {
      .openSoldRun(
        OpenSoldRun(
          $0, opening.claim, index: opening.index, of: opening.count, opening.word,
          path: opening.path))
    }
  }
}
