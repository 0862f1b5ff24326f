// What a provider sells: models, and at which price.

import Graphs
import Inference
public import Market
public import Models
public import Primitives

/// What a unit costs the provider, and what it adds.
public struct PricePolicy: Hashable, Sendable {
  /// What a unit of work costs to do.
  public var cost: Rate
  /// What is added in an auction, in parts per million. The auction pays the critical value, so
  /// nothing is gained by asking for more than the cost.
  public var auctionMargin: UInt64
  /// What is added in an offer, which is paid as posted.
  public var offerMargin: UInt64

  public init(cost: Rate, auctionMargin: UInt64 = 0, offerMargin: UInt64 = 100_000) {
    self.cost = cost
    self.auctionMargin = auctionMargin
    self.offerMargin = offerMargin
  }

  /// The bid for as many units as the order's limit names, rounded up.
  public func bid(per units: UInt64) throws(Refusal) -> Amount {
    try cost.amount.ppmUp(try margin(auctionMargin)).scaledUp(units, over: cost.per)
  }

  /// The posted rate.
  public func offer() throws(Refusal) -> Rate {
    Rate(try cost.amount.ppmUp(try margin(offerMargin)), per: cost.per)
  }

  private func margin(_ ppm: UInt64) throws(Refusal) -> UInt64 {
    let (sum, overflow) = million.addingReportingOverflow(ppm)
    if overflow { throw .overflow }
    return sum
  }
}

/// A model that is on sale.
public struct Ware: Sendable {
  public let model: Model
  public let policy: PricePolicy
  /// Runs that an offer of it backs at once; 0 posts none.
  public let capacity: UInt64
  /// T that the offer promises, in seconds.
  public let runTime: UInt64
  /// Units of the largest run.
  public let maxUnits: UInt64
  public let lists: Lists
  /// How the answers of its offer are checked.
  public let check: CheckTerms
  /// Who may make the moves of a dispute in the provider's place; zero for nobody.
  public let deputy: Address

  public init(
    _ model: Model, _ policy: PricePolicy, capacity: UInt64 = 0, runTime: UInt64 = 60,
    maxUnits: UInt64 = 1, lists: Lists = Lists(), check: CheckTerms = CheckTerms(OpenCheck.name),
    deputy: Address = Address()
  ) {
    self.model = model
    self.policy = policy
    self.capacity = capacity
    self.runTime = runTime
    self.maxUnits = maxUnits
    self.lists = lists
    self.check = check
    self.deputy = deputy
  }

  /// The spec by which orders and offers name the model.
  public var spec: [UInt8] { InferenceSpec(model: model.id.digest).encoded }

  /// How often its answers are audited, ppm; zero where they cannot be disputed.
  public var auditPpm: UInt64 { check.auditPpm }
  /// Whether its answers can be disputed.
  public var goesToCourt: Bool { auditPpm > 0 }
  /// Whether the ledger judges its answers, for which it must know the model.
  var isJudged: Bool { goesToCourt || isProved }
  /// Whether its answers come with proofs.
  var isProved: Bool { check.kind == ProvedCheck.name }
}

extension CheckTerms {
  /// p: how often a run is audited, ppm; zero where the check has no court.
  var auditPpm: UInt64 { numbers.first { $0.name == "audit" }?.value ?? 0 }
}

/// All that a provider sells.
public struct Catalogue: Sendable {
  public let wares: [Ware]

  public init(_ wares: [Ware]) { self.wares = wares }

  /// The ware that a spec asks for; nil when it is none of ours.
  public func ware(for spec: [UInt8], of work: String) -> Ware? {
    guard work == InferenceWork.name else { return nil }
    return wares.first { $0.spec == spec }
  }

  /// The ware that answers under that check. The bond of a court is another order of size than a
  /// bid's, so who sells under it bids for nothing else, and nobody else bids for it; and the less
  /// is audited, the higher is the bond, so nobody answers for less than it sells under. A proof is
  /// work of its own, so who proves answers for nothing else either.
  func ware(for spec: [UInt8], of work: String, under check: CheckTerms) -> Ware? {
    guard work == InferenceWork.name else { return nil }
    let isProved = check.kind == ProvedCheck.name
    let own = check.own
    return wares.first {
      $0.spec == spec && (isProved ? $0.check == own : !$0.isProved)
        && $0.goesToCourt == (check.auditPpm > 0) && $0.auditPpm <= check.auditPpm
    }
  }
}
