// Routes that read what stands beside the road: subnets, their pools, the root, tournaments.

import Primitives
import Subnets
import Tournaments

extension RouteTable {
  static let institutionRoutes: [Route] = [
    .get(
      "/api/subnets", .market, "Subnets, in the order of their numbers.", .byHeight,
      [
        .query("owner", .address, "keeps those of this owner"),
        .query(
          "state", .choice(SubnetState.allCases.map { "\($0)" }), "keeps those in this state"),
        .limit, .cursor,
      ],
      gives: .json(
        "a page of subnets",
        .page(
          "subnets",
          of: .object([.must("number", .anyNumber), .must("subnet", .row(Subnet.self))]))),
      problems: [.badCursor]
    ) { api, asked in try api.subnets(asked) },
    .get(
      "/api/pools", .market,
      "Pools of subnets' own assets, in the order of the subnets' numbers.", .byHeight,
      [.limit, .cursor],
      gives: .json(
        "a page of pools",
        .page(
          "pools",
          of: .object([.must("number", .anyNumber), .must("pool", .row(AssetPool.self))]))),
      problems: [.badCursor]
    ) { api, asked in try api.pools(asked) },
    .get(
      "/api/root", .market, "The root fund, which subnets with a pool share.", .byHeight,
      gives: .json("the root fund", .answer(.must("root", .row(RootFund.self))))
    ) { api, _ in try api.root() },
    .get(
      "/api/tournaments", .market, "Tournaments, in the order of their numbers.", .byHeight,
      [
        .query("owner", .address, "keeps those of this owner"),
        .query(
          "state", .choice(TournamentState.allCases.map { "\($0)" }),
          "keeps those in this state"),
        .limit, .cursor,
      ],
      gives: .json(
        "a page of tournaments",
        .page(
          "tournaments",
          of: .object([
            .must("number", .anyNumber), .must("tournament", .row(Tournament.self)),
          ]))),
      problems: [.badCursor]
    ) { api, asked in try api.tournaments(asked) },
  ]
}
