// Routes that read what stands beside the road: subnets and tournaments.

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
