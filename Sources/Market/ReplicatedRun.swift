// A replicated run while it is being settled: what of each bond is still there.

import Kernel
import Primitives

struct ReplicatedRun {
  let fee: Amount
  let seats: [ReplicatedSeat]
  let audit: ReplicaAudit?
  let games: [Settlement.PlayedGame]
  let terms: Terms
  /// What each seat still has of its bond.
  private var bonds: [Amount]
  private var auditBond: Amount
  private var pot = Pot()

  init(
    fee: Amount, seats: [ReplicatedSeat], audit: ReplicaAudit?,
    games: [Settlement.PlayedGame], terms: Terms
  ) {
    self.fee = fee
    self.seats = seats
    self.audit = audit
    self.games = games
    self.terms = terms
    bonds = seats.map(\.bond)
    auditBond = audit?.bond ?? .zero
  }

  /// The answer that more than half of all seats opened.
  var majority: Bytes32? {
    for seat in seats {
      guard let answer = seat.act.answer else { continue }
      if seats.count(where: { $0.act.answer == answer }) * 2 > seats.count { return answer }
    }
    return nil
  }

  /// The answers that lost a game, in the order of the games.
  var fallen: [Bytes32] {
    var list: [Bytes32] = []
    for game in games where game.result == .won && !list.contains(game.against) {
      list.append(game.against)
    }
    return list
  }

  func holders(of answer: Bytes32) -> [Int] {
    seats.indices.filter { seats[$0].act.answer == answer }
  }

  mutating func settle() throws(Refusal) -> Payouts {
    var escrow = fee
    for seat in seats { escrow = try escrow.adding(seat.price) }
    try pot.stake(.buyer, escrow)
    for (index, seat) in seats.enumerated() { try pot.stake(.seat(index), seat.bond) }
    if let audit { try pot.stake(.auditor, audit.bond) }
    for game in games {
      if case .volunteer = game.by { try pot.stake(game.by.party, game.bond) }
    }

    try settleLostGames()
    for answer in fallen { try settleFall(of: answer) }
    try settleSeats()
    try settleAudit()
    for index in seats.indices { try pot.pay(.seat(index), bonds[index]) }
    if audit != nil { try pot.pay(.auditor, auditBond) }
    return pot.close()
  }

  /// Who challenged in vain loses what it staked; those who gave the answer share the prize.
  private mutating func settleLostGames() throws(Refusal) {
    for game in games where game.result == .lost {
      let lost = try takeStake(of: game)
      try pot.pay(.operator, min(lost, game.tolls))
      let prize = try Settlement.prize(of: lost, less: game.tolls, terms)
      let winners = holders(of: game.against)
      let share = try prize.scaledDown(1, over: UInt64(winners.count))
      for index in winners { try pot.pay(.seat(index), share) }
    }
  }

  private mutating func takeStake(of game: Settlement.PlayedGame) throws(Refusal) -> Amount {
    let lost: Amount
    switch game.by {
    case .auditor:
      lost = min(auditBond, game.bond)
      auditBond = try auditBond.subtracting(lost)
    case .seat(let index):
      lost = min(bonds[index], game.bond)
      bonds[index] = try bonds[index].subtracting(lost)
    case .volunteer:
      lost = game.bond
    }
    return lost
  }

  /// All who gave a false answer lose their bonds, and so does an auditor who confirmed it.
  private mutating func settleFall(of answer: Bytes32) throws(Refusal) {
    let about = games.filter { $0.against == answer }
    guard let victor = Settlement.victor(of: about) else { return }
    var lost = Amount.zero
    for index in holders(of: answer) {
      lost = try lost.adding(bonds[index])
      bonds[index] = .zero
    }
    var tolls = Amount.zero
    for game in about where game.result != .lost { tolls = try tolls.adding(game.tolls) }
    try pot.pay(.operator, min(lost, tolls))
    try pot.pay(victor.party, try Settlement.prize(of: lost, less: tolls, terms))
    for game in about where game.result != .lost {
      if case .volunteer = game.by { try pot.pay(game.by.party, game.bond) }
    }
    if audit?.act.answer == answer {
      try pot.pay(victor.party, try Settlement.prize(of: auditBond, less: .zero, terms))
      auditBond = .zero
    }
  }

  /// Prices to those in a majority that stands, else back; and what each seat loses by itself.
  private mutating func settleSeats() throws(Refusal) {
    let fallen = fallen
    let standing = majority.flatMap { fallen.contains($0) ? nil : $0 }
    for (index, seat) in seats.enumerated() {
      if let standing, seat.act.answer == standing {
        try pot.pay(.seat(index), try Settlement.paid(seat.price, terms))
        continue
      }
      try pot.pay(.buyer, seat.price)
      switch seat.act {
      case .absent: try slash(index, seat.bidBond)
      case .silent: try slash(index, bonds[index])
      case .answer:
        // Who challenged the majority has staked more than this on its word.
        let challenged = games.contains { $0.by == .seat(index) && $0.against == standing }
        guard standing != nil, !challenged else { break }
        try slash(index, try seat.price.multiplied(by: terms.minority))
      }
    }
  }

  private mutating func slash(_ index: Int, _ amount: Amount) throws(Refusal) {
    bonds[index] = try bonds[index].subtracting(min(bonds[index], amount))
  }

  /// F when the auditor's answer is among those that stand; otherwise the buyer has it back.
  private mutating func settleAudit() throws(Refusal) {
    let fallen = fallen
    if let audit, let answer = audit.act.answer {
      let stands: Bool
      if let majority {
        stands = answer == majority && !fallen.contains(majority)
      } else {
        stands = !holders(of: answer).isEmpty && !fallen.contains(answer)
      }
      return try pot.pay(stands ? .auditor : .buyer, fee)
    }
    try pot.pay(.buyer, fee)
    if audit != nil { auditBond = try auditBond.subtracting(min(auditBond, fee)) }
  }
}

extension ReplicatedRun {
  /// Refuses what no run can come to, so that no sum is ever computed from it.
  func requirePossible(auditPpm: UInt64) throws(Refusal) {
    // An even number could tie.
    if seats.count % 2 == 0 { throw .impossibleCase("seats") }
    if auditPpm == 0 && (audit != nil || !games.isEmpty) { throw .impossibleCase("games") }
    let fallen = fallen
    for (place, game) in games.enumerated() {
      if holders(of: game.against).isEmpty { throw .impossibleCase("against") }
      if game.result == .stopped && !fallen.contains(game.against) {
        throw .impossibleCase("games")
      }
      if games[..<place].contains(where: { $0.by == game.by && $0.against == game.against }) {
        throw .impossibleCase("by")
      }
      guard let own = try answer(of: game.by) else { continue }
      if own == game.against { throw .impossibleCase("against") }
    }
    try requireAuditor()
  }

  /// An auditor who differs from the majority is a challenger by itself.
  private func requireAuditor() throws(Refusal) {
    guard let audit, let majority, let answer = audit.act.answer, answer != majority else {
      return
    }
    let plays = games.contains { $0.by == .auditor && $0.against == majority }
    if !plays { throw .impossibleCase("audit") }
  }

  /// The answer of a challenger, who must have opened one unless it is a stranger.
  private func answer(of challenger: Settlement.Challenger) throws(Refusal) -> Bytes32? {
    switch challenger {
    case .volunteer: return nil
    case .seat(let index):
      guard seats.indices.contains(index), let answer = seats[index].act.answer else {
        throw .impossibleCase("by")
      }
      return answer
    case .auditor:
      guard let answer = audit?.act.answer else { throw .impossibleCase("by") }
      return answer
    }
  }
}
