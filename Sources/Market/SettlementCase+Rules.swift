// The given numbers of a worked case, rule by rule.

import Kernel
import Primitives

extension SettlementCase {
  static func open(_ given: CaseReader, _ terms: Terms) throws(Refusal) -> Payouts {
    try given.require(only: ["price", "bidBond", "outcome"])
    return try Settlement.open(
      price: try given.amount("price"), bidBond: try given.amount("bidBond"),
      outcome: try given.choice("outcome", OpenOutcome.self), terms: terms)
  }

  static func proved(_ given: CaseReader, _ terms: Terms) throws(Refusal) -> Payouts {
    try given.require(only: ["price", "bidBond", "outcome"])
    return try Settlement.proved(
      price: try given.amount("price"), bidBond: try given.amount("bidBond"),
      outcome: try given.choice("outcome", ProvedOutcome.self), terms: terms)
  }

  static func bidding(_ given: CaseReader, _ terms: Terms) throws(Refusal) -> Payouts {
    try given.require(only: ["bids", "lapsed", "limit", "price", "fee", "k"])
    var bids: [BidStake] = []
    for bid in try given.objects("bids") {
      try bid.require(only: ["bond", "revealed"])
      bids.append(BidStake(bond: try bid.amount("bond"), kept: try bid.bool("revealed")))
    }
    guard given.optional("lapsed") != nil else {
      return try Settlement.bidding(bids: bids, terms: terms)
    }
    let lapse: Lapse
    let each: Amount
    switch try given.string("lapsed") {
    case "noMatch":
      each = try given.amount("limit")
      lapse = .noMatch
    case "saltWithheld":
      each = try given.amount("price")
      lapse = .saltWithheld(price: each)
    default: throw .badField(given.place("lapsed"), wants: "known word")
    }
    let escrow = try each.multiplied(by: try given.number("k")).adding(try given.amount("fee"))
    return try Settlement.bidding(bids: bids, lapsed: lapse, escrow: escrow, terms: terms)
  }

  static func replicated(_ given: CaseReader, _ terms: Terms) throws(Refusal) -> Payouts {
    try given.require(only: ["auditPpm", "fee", "seats", "audit", "games"])
    var seats: [ReplicatedSeat] = []
    for seat in try given.objects("seats") {
      try seat.require(only: ["price", "bond", "bidBond", "act"])
      seats.append(
        ReplicatedSeat(
          price: try seat.amount("price"), bond: try seat.amount("bond"),
          bidBond: try seat.amount("bidBond"), act: act(try seat.string("act"))))
    }
    var audit: ReplicaAudit?
    if given.optional("audit") != nil {
      let reader = try given.object("audit")
      try reader.require(only: ["answer", "bond"])
      audit = ReplicaAudit(
        act: act(try reader.string("answer")), bond: try reader.amount("bond"))
    }
    var games: [Settlement.PlayedGame] = []
    if given.optional("games") != nil {
      for game in try given.objects("games") {
        games.append(try replicaGame(game, order: games.count, audit))
      }
    }
    return try Settlement.replicated(
      auditPpm: try given.number("auditPpm"), fee: try given.amount("fee"), seats: seats,
      audit: audit, games: games, terms: terms)
  }

  private static func replicaGame(
    _ game: CaseReader, order: Int, _ audit: ReplicaAudit?
  ) throws(Refusal) -> Settlement.PlayedGame {
    try game.require(only: ["by", "against", "won", "tolls", "bond"])
    let by: Settlement.Challenger
    let bond: Amount
    if let index = try game.required("by").uint64, let seat = Int(exactly: index) {
      by = .seat(seat)
      bond = try game.amount("bond")
    } else {
      guard try game.string("by") == "auditor", let audit else {
        throw .badField(game.place("by"), wants: "seat or auditor")
      }
      by = .auditor
      bond = audit.bond
    }
    return Settlement.PlayedGame(
      by: by, against: token(try game.string("against")),
      result: try game.bool("won") ? .won : .lost, end: UInt64(order),
      tolls: try game.amount("tolls"), bond: bond)
  }

  static func disputable(
    _ given: CaseReader, _ terms: Terms, _ challengers: inout [String]
  ) throws(Refusal) -> Payouts {
    try given.require(only: [
      "price", "auditPpm", "bond", "bidBond", "fee", "challengeBond", "outcome", "audit", "games",
    ])
    guard try given.number("auditPpm") <= million else {
      throw .badField(given.place("auditPpm"), wants: "ppm")
    }
    var games: [Settlement.PlayedGame] = []
    if given.optional("games") != nil {
      for game in try given.objects("games") {
        try game.require(only: ["by", "won", "end", "tolls", "bond"])
        games.append(try courtGame(game, &challengers))
      }
    }
    let stakes = DisputableStakes(
      price: try given.amount("price"), bond: try given.amount("bond"),
      bidBond: try given.amount("bidBond"), fee: try given.amount("fee"),
      auditBond: try given.amount("challengeBond"))
    return try Settlement.disputable(
      stakes, outcome: try given.choice("outcome", DisputableOutcome.self),
      audit: try given.choice("audit", RunAudit.self), games: games, terms: terms)
  }

  private static func courtGame(
    _ game: CaseReader, _ challengers: inout [String]
  ) throws(Refusal) -> Settlement.PlayedGame {
    let who = try game.string("by")
    let by: Settlement.Challenger
    if who == "auditor" {
      by = .auditor
    } else {
      by = .volunteer(challengers.count)
      // A second game of one name would be counted as a second challenger.
      if challengers.contains(who) { throw .badField(game.place("by"), wants: "another name") }
      challengers.append(who)
    }
    let result: Settlement.GameResult
    switch try game.string("won") {
    case "challenger": result = .won
    case "claim": result = .lost
    case "stopped": result = .stopped
    default: throw .badField(game.place("won"), wants: "known word")
    }
    return Settlement.PlayedGame(
      by: by, result: result, end: try game.number("end"), tolls: try game.amount("tolls"),
      bond: try game.amount("bond"))
  }

  static func claim(_ given: CaseReader, _ terms: Terms) throws(Refusal) -> Payouts {
    try given.require(only: [
      "delta", "runPrice", "slice", "fee", "auditBond", "audit", "tolls",
    ])
    _ = try given.number("runPrice")
    return try Settlement.claim(
      delta: try given.amount("delta"), slice: try given.amount("slice"),
      fee: try given.amount("fee"), auditBond: try given.amount("auditBond"),
      audit: try given.choice("audit", ClaimAudit.self), tolls: try given.amount("tolls"),
      terms: terms)
  }

  private static func act(_ word: String) -> ReplicaAct {
    switch word {
    case "absent": .absent
    case "silent": .silent
    default: .answer(token(word))
    }
  }

  /// Letters stand for answers: equal letters, equal answers.
  private static func token(_ word: String) -> Bytes32 { SHA256.hash(Array(word.utf8)) }
}
