// Runs: from the input to the settlement, and what each party has of it.

import Kernel
import Market
import Primitives

extension Projection {
  mutating func startRun(_ event: Event, _ id: Bytes32) throws -> UInt64 {
    var run = OpenRun()
    run.run = event.subject
    run.road = id
    run.lease = event.lease
    run.index = event.number("index") ?? 0
    changes.openRuns.put(run, as: run.run)
    try change(road: id) {
      $0.started += 1
      $0.state = .running
    }
    return run.index
  }

  /// A seat opened its answer.
  mutating func enterAnswer(_ event: Event) throws {
    guard let sender = event.parties.first,
      let output = body.outputs[BlockBody.Answer(run: event.subject, sender: sender)]
    else { throw fault("an answer of no message") }
    try change(openRun: event.subject) { $0.answers.append(SeatAnswer(sender, output)) }
  }

  mutating func enterAuditor(_ event: Event) throws {
    guard let auditor = event.parties.first else { throw fault("an auditor of no name") }
    if event.name == "auditorCalled" {
      try change(party: auditor) { $0.audits += 1 }
    } else {
      try change(openRun: event.subject) { $0.silent.append(auditor) }
    }
  }

  mutating func change(openRun id: Bytes32, _ body: (inout OpenRun) -> Void) throws {
    guard var run = try openRun(id) else { throw fault("an unknown run") }
    body(&run)
    changes.openRuns.put(run, as: id)
  }

  /// The settlement that the event announces: the next of the block's settled runs.
  mutating func settle(_ event: Event, _ id: Bytes32) throws -> UInt64 {
    guard nextSettled < settled.count, settled[nextSettled].run.run.digest == event.subject else {
      throw fault("a settlement of no run")
    }
    let position = settled[nextSettled].position
    let record = settled[nextSettled].run
    nextSettled += 1
    let shares = try SettledShares(record, silent: openRun(event.subject)?.silent ?? [])
    if try self.road(id)?.disputes ?? 0 > 0 { try stopGames(ofRun: event.subject) }
    if try openRun(event.subject) != nil { changes.openRuns.put(nil, as: event.subject) }
    let isGood = record.verdict.outcome.isGood
    let road = try change(road: id) {
      $0.settled += 1
      if isGood { $0.good += 1 }
      $0.paid.gain(shares.paid)
      $0.slashed.gain(shares.slashed)
      // Where more was settled than started the input never came, and the end follows.
      if $0.settled >= $0.started { $0.state = .funded }
    }
    count { totals in
      totals.runs += 1
      if isGood { totals.good += 1 }
      totals.lies += UInt64(record.verdict.seats.count { $0.fate.isWrong })
      totals.paid.gain(shares.paid)
      totals.slashed.gain(shares.slashed)
    }
    var line = RunLine(record, on: road)
    line.number = progress.totals.runs
    line.price = shares.price
    line.paid = shares.paid
    line.slashed = shares.slashed
    line.height = height
    line.position = UInt64(position)
    line.time = time
    changes.runs.append(line)
    try credit(record, shares, road)
    return record.index
  }

  private mutating func credit(
    _ record: SettledRun, _ shares: SettledShares, _ road: Road
  ) throws {
    let isGood = record.verdict.outcome.isGood
    try change(party: record.buyer) {
      if isGood { $0.bought += 1 }
      $0.spent.gain(shares.spent)
    }
    try change(subject: road.subject, work: road.work) {
      $0.runs += 1
      if isGood { $0.good += 1 }
      $0.paid.gain(shares.paid)
    }
    for seat in record.verdict.seats {
      try change(party: seat.provider) {
        $0.served += 1
        if seat.fate == .paid { $0.good += 1 }
        if seat.fate.isWrong { $0.wrong += 1 }
        if seat.fate.isSilent { $0.silent += 1 }
      }
    }
    for (provider, amount) in shares.income { try pay(provider, amount, from: record.buyer) }
    for (account, amount) in shares.earned where amount > 0 {
      try change(party: account) { $0.earned.gain(amount) }
    }
    for (account, amount) in shares.lost where amount > 0 {
      try change(party: account) { $0.slashed.gain(amount) }
    }
  }
}

extension Projection {
  /// A provider is paid for its seat: its income, and who pays most of it.
  private mutating func pay(
    _ provider: Address, _ amount: UInt64, from buyer: Address
  ) throws {
    try open(provider)
    try open(buyer)
    guard amount > 0, let own = changes.parties[provider], let other = changes.parties[buyer]
    else { return }
    let key = TradeKey(provider: own.number, buyer: other.number)
    var total = try changes.trades[key] ?? source.paid(key)
    total.gain(amount)
    changes.trades.put(total, as: key)
    let sum = total
    try change(party: provider) {
      $0.income.gain(amount)
      $0.enter(Patron(buyer: buyer, paid: sum))
    }
  }
}

/// What a settlement gave and took beyond what was put in.
struct SettledShares {
  /// Of one run of all seats.
  var price: UInt64 = 0
  /// To the seats.
  var paid: UInt64 = 0
  var slashed: UInt64 = 0
  /// What was kept of the buyer's money.
  var spent: UInt64 = 0
  /// To each seat.
  var income: [(account: Address, amount: UInt64)] = []
  var earned: [(account: Address, amount: UInt64)] = []
  var lost: [(account: Address, amount: UInt64)] = []

  /// Payouts are listed as they were paid: the buyer, the seats, the auditor where a bond was tied,
  /// and then prizes, tolls and the treasury.
  init(_ record: SettledRun, silent: [Address]) throws(Refusal) {
    let seats = record.verdict.seats.count
    guard record.payouts.count > seats, record.prices.count == seats, record.stakes.count == seats
    else { throw Refusal("unknownKind", ["kind": UInt64(record.payouts.count)]) }
    for price in record.prices { self.price.gain(price) }
    var put = price
    put.gain(record.fee)
    let back = record.payouts[0].amount.units
    spent = put > back ? put - back : 0
    for place in 0..<seats {
      let share = Stake(record.payouts[place + 1], staked: record.stakes[place])
      paid.gain(share.won)
      income.append((record.verdict.seats[place].provider, share.won))
      enter(share)
    }
    var next = seats + 1
    if record.auditBond > 0, next < record.payouts.count {
      enter(Stake(record.payouts[next], staked: record.auditBond))
      next += 1
    }
    for payout in record.payouts.dropFirst(next) where payout.kind == 0 {
      enter(Stake(payout, staked: 0))
    }
    // A called auditor who says nothing loses the fee, and never more than its bond.
    let fine = record.auditBond > 0 ? min(record.fee, record.auditBond) : record.fee
    for auditor in silent { lose(fine, auditor) }
  }

  private mutating func enter(_ share: Stake) {
    if share.won > 0 { earned.append((share.account, share.won)) }
    lose(share.lost, share.account)
  }

  private mutating func lose(_ amount: UInt64, _ account: Address) {
    guard amount > 0 else { return }
    slashed.gain(amount)
    lost.append((account, amount))
  }

  private struct Stake {
    var account: Address
    var won: UInt64
    var lost: UInt64

    init(_ payout: Payout, staked: UInt64) {
      let amount = payout.amount.units
      account = payout.account
      won = amount > staked ? amount - staked : 0
      lost = amount < staked ? staked - amount : 0
    }
  }
}

extension RunLine {
  init(_ record: SettledRun, on road: Road) {
    self.init()
    run = record.run.digest
    self.road = road.id
    lease = record.lease.digest
    index = record.index
    buyer = record.buyer
    providers = record.verdict.seats.map(\.provider)
    work = road.work
    subject = road.subject
    check = record.check
    outcome = record.verdict.outcome
    audit = record.verdict.audit
  }
}

extension Fate {
  /// The answer was found wrong.
  var isWrong: Bool { self == .differs || self == .fallen }

  /// There is no answer, nobody can open it, or nobody stands by it.
  var isSilent: Bool {
    switch self {
    case .silent, .absent, .spoiled, .left: true
    case .paid, .differs, .undecided, .rejected, .idle, .fallen: false
    }
  }
}
