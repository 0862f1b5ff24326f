// Routes that read what stands behind vouchers.

import Payments
import Primitives

extension RouteTable {
  static let bondRoutes: [Route] = [
    .get(
      "/api/standing-bonds", .market, "Bonds behind doors that sell by voucher.", .byHeight,
      [.query("account", .address, "keeps those of this seller"), .limit, .cursor],
      gives: .json(
        "a page of bonds",
        .page(
          "standingBonds",
          of: .object([.must("id", .hash), .must("bond", .row(StandingBond.self))]))),
      problems: [.badCursor]
    ) { api, asked in try api.standingBonds(asked) },
    .get(
      "/api/held-claims", .market, "Claims of vouchers that are under audit.", .byHeight,
      [.query("account", .address, "keeps those of this seller"), .limit, .cursor],
      gives: .json(
        "a page of claims",
        .page(
          "heldClaims",
          of: .object([.must("id", .hash), .must("claim", .row(HeldClaim.self))]))),
      problems: [.badCursor]
    ) { api, asked in try api.heldClaims(asked) },
    .get(
      "/api/channels/:channel/claim", .market,
      "The claim that paid for a millionth of a channel, with its proofs.", .settled,
      [
        .path("channel", .hash, "its id"),
        .query("at", .number(0...UInt64.max), "which millionth, from 0", isRequired: true),
      ],
      gives: .bytes("application/cbor", "the claim in its block"),
      problems: [.notClaimed, .claimWithoutRoot, .claimTooFar]
    ) { api, asked in try api.sealedClaim(asked) },
  ]
}
