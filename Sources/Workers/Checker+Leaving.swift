// What a checker owes after it has left: answers about evidence that was given while it stood.

import Agents
import Inference
public import Kernel
import Market
public import Primitives

/// How far a checker has come with leaving.
public struct Leaving: Hashable, Sendable {
  /// Audits and games under way.
  public var underWay: Int
  /// Runs over which it may still be called.
  public var mayCall: Int
  /// What silence about all of them would cost it in fees.
  public var atRisk: Amount
  /// Its bond, and when that comes back, in market time; nil where it had none.
  public var bond: Amount?
  public var returns: Time?
}

extension Checker {
  /// How it stands with leaving; nil until it is off the list.
  public var leaving: Leaving? {
    get async {
      guard isLeaving, hasLeft else { return nil }
      var leaving = Leaving(
        underWay: jobs.count, mayCall: owed.count, atRisk: .zero, bond: departure?.bond,
        returns: departure?.returns)
      let called = jobs.values.filter(\.isCalled).map(\.lease)
      for lease in called + owed.values.map(\.lease) {
        let fee = (try? await fee(of: lease)) ?? .zero
        leaving.atRisk = (try? leaving.atRisk.adding(fee)) ?? leaving.atRisk
      }
      return leaving
    }
  }

  private func fee(of id: LeaseID) async throws -> Amount {
    guard let lease = try await client.lease(id), let seat = lease.seats.first else {
      return .zero
    }
    let terms = try await client.genesis().terms
    return try Bonds.auditFee(price: seat.rate.price(of: lease.units), terms: terms)
  }

  /// Runs of its subjects whose evidence lay when it left, and for which nobody is drawn yet, or
  /// somebody who may turn out to be silent.
  func mayStillCall() async throws -> [RunID: RunKey] {
    let specs = plan.models.map { InferenceSpec(model: $0.id.digest).encoded }
    var found: [RunID: RunKey] = [:]
    for (id, key) in alive {
      guard let run = try await client.run(key), let lease = try await client.lease(key.lease),
        lease.auditPpm > 0, specs.contains(lease.spec), run.game.phase.mayCall
      else { continue }
      found[id] = key
    }
    return found
  }

  /// Forgets the runs for which nobody can be called any more.
  func forgetOwed() async throws {
    for (id, key) in owed {
      if let run = try await client.run(key), run.game.phase.mayCall { continue }
      owed[id] = nil
    }
  }
}
