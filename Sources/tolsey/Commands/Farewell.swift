// What a checker that leaves is told: how many calls may still come, and what silence would cost.

import Kernel
import Primitives
import Workers

/// Follows a checker from the list of auditors to the last call that can reach it.
actor Farewell {
  private var last: Leaving?

  struct Line: Sendable {
    let leaving: Leaving
    let now: Time

    var data: JSONValue {
      [
        "event": "leaving", "underWay": .unsigned(UInt64(leaving.underWay)),
        "mayCall": .unsigned(UInt64(leaving.mayCall)),
        "atRisk": .unsigned(leaving.atRisk.units),
        "bond": leaving.bond.map { .unsigned($0.units) } ?? .null,
        "returns": leaving.returns.map { .unsigned($0.milliseconds) } ?? .null,
      ]
    }

    var text: String {
      guard let bond = leaving.bond, let returns = leaving.returns else {
        return "not on the list of auditors"
      }
      let wait = (returns.milliseconds - min(returns.milliseconds, now.milliseconds)) / 3_600_000
      let left =
        "off the list of auditors; \(Dollars.text(bond)) comes back in \(wait / 24) days and "
        + "\(wait % 24) hours of market time, by itself"
      guard leaving.underWay + leaving.mayCall > 0 else { return left + "; no call can come" }
      return left + "; staying for \(leaving.underWay) audits and \(leaving.mayCall) runs that may "
        + "still call it"
    }
  }

  /// What to say when something has changed since it was said last.
  func line(_ checker: Checker, now: Time) async -> Line? {
    guard let leaving = await checker.leaving, leaving != last else { return nil }
    last = leaving
    return Line(leaving: leaving, now: now)
  }

  /// What whoever stops now risks; nil where it is nothing.
  func warning(_ checker: Checker) async -> String? {
    if let leaving = await checker.leaving {
      guard leaving.underWay + leaving.mayCall > 0 else { return nil }
      return "stopped while \(leaving.underWay) audits are under way and \(leaving.mayCall) runs "
        + "may still call it: silence about all of them costs \(Dollars.text(leaving.atRisk)), and "
        + "a game that is left is lost with its stake; 'tolsey check --leave' goes on"
    }
    return await checker.isIdle
      ? nil
      : "stopped with audits or games under way: silence costs a fee each, and a game that is left "
        + "is lost with its stake; the same command goes on"
  }
}
