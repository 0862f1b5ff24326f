// What a bonded seller owes the ledger: the run of a claim that was drawn, opened in time.

import Payments
import Primitives

extension ChannelGate {
  /// Looks at what stands behind the door, and opens what was drawn: also what an earlier start of
  /// this program claimed. What cannot be sent now is tried again at the next look.
  func audit() async {
    do {
      try await lookAtBond()
      for claim in bond.withLock({ $0 })?.claims ?? []
      where claim.row.stage == ClaimStage.drawn.rawValue {
        guard let runs = archive?.runs(root: claim.row.root),
          let opening = RunOpening(of: claim, in: runs)
        else { continue }
        _ = try await node.open(opening)
      }
    } catch { return }
  }

  func lookAtBond() async throws {
    let found = try await node.bond(behind: authorizer)
    bond.withLock { $0 = found }
  }

  var isBonded: Bool { bond.withLock { $0 != nil } }

  /// Whether all that the bond backs is sold already.
  var isBondUsedUp: Bool {
    let unclaimed = book.unclaimed
    return bond.withLock { $0?.isUsedUp(unclaimed: unclaimed) ?? false }
  }
}
