// Tournaments in a walk: owners, sponsors and forecasters, who keep their word or do not.

import Chain
import Kernel
import Market
import Primitives
import Tournaments

extension Walker {
  /// What somebody could sensibly send to a tournament now: mostly several at once, as a board
  /// needs several people.
  mutating func writeTournament() -> [any MessageContent] {
    var known: [(number: UInt64, row: Tournament)] = []
    state.tournaments.forEachTournament { if $1.isAlive { known.append(($0, $1)) } }
    guard let (number, row) = random.pick(known), random.chance(90) || known.count > 3 else {
      return [createTournament()]
    }
    let now = state.kernel.now
    if random.chance(8) { return [createTournament()] }
    if now < row.closes {
      if random.chance(25) { return [fund(tournament: number)] }
      if random.chance(5) { return [open(number, row)] }
      if random.chance(5) { return [reveal(number, row, by: person())] }
      return (0..<(1 + random.below(4))).map { _ in enter(number, row) }
    }
    if random.chance(20) || row.source.kind == .run && random.chance(60) {
      return [nameTruth(number, row)]
    }
    if row.state == .open { return reveal(number, row) }
    return [open(number, row)]
  }

  private mutating func below(_ limit: Int) -> UInt64 { UInt64(random.below(limit)) }

  private mutating func createTournament() -> CreateTournament {
    var rules = TournamentRules()
    rules.values = 2 + below(3)
    rules.entries = 2 + below(3)
    rules.quorum = 1 + below(2)
    rules.leastStake = Amount(10_000)
    rules.limit = 1_000 + below(400_000)
    rules.entryTime = 60
    rules.nameTime = 60
    rules.revealTime = 60
    rules.truthTime = 60 + below(200)
    rules.bond = Amount(4_000_000)
    var source = TruthSource()
    var owner = person()
    if random.chance(50) {
      // Somebody whose runs of that work are open most of the time.
      var runs: [Lease] = []
      state.market.forEachLease { if !$1.spec.isEmpty { runs.append($1) } }
      let lease = random.pick(runs)
      owner = lease?.buyer ?? owner
      let usual = CheckTerms(DisputableCheck.name, [Number("audit", 50_000)])
      source = TruthSource(
        runUnder: random.chance(95) ? lease?.check ?? usual : CheckTerms(OpenCheck.name),
        spec: lease?.spec ?? cast.court.spec)
    }
    source.width = 1
    return CreateTournament(
      head(owner), name: "walk", rules, source,
      purse: Amount(random.chance(95) ? 1_000_000 + below(3_000_000) : below(1_000_000)))
  }

  private mutating func fund(tournament number: UInt64) -> FundTournament {
    FundTournament(head(person()), tournament: number, Amount(900_000 + below(2_000_000)))
  }

  private mutating func enter(_ number: UInt64, _ row: Tournament) -> EnterTournament {
    let account = random.chance(5) ? row.owner : person()
    let seal = Entry.seal(
      tournament: number, by: account, forecast: Self.forecast(account, row),
      salt: Self.forecastSalt)
    return EnterTournament(
      head(account), tournament: number, seal: seal,
      stake: Amount(random.chance(5) ? 1 : 10_000 + below(2_000_000)))
  }

  /// Everybody who has entered, and now and then somebody who has not.
  private mutating func reveal(_ number: UInt64, _ row: Tournament) -> [any MessageContent] {
    var messages: [any MessageContent] = []
    for place in 0..<row.entries {
      guard let entry = state.tournaments.entry(number, place),
        !entry.isRevealed || random.chance(10), random.chance(80)
      else { continue }
      messages.append(reveal(number, row, by: entry.account))
    }
    if random.chance(10) { messages.append(reveal(number, row, by: person())) }
    return messages
  }

  private mutating func reveal(
    _ number: UInt64, _ row: Tournament, by account: Address
  ) -> RevealForecast {
    RevealForecast(
      head(account), tournament: number, forecast: Self.forecast(account, row),
      salt: Self.forecastSalt)
  }

  private static let forecastSalt = Cast.secret(Array("forecast".utf8))

  /// What an account forecasts; of some it is of the wrong length, of others the same everywhere.
  private static func forecast(_ account: Address, _ row: Tournament) -> [UInt64] {
    let noise = Cast.secret(account.bytes, [UInt8(truncatingIfNeeded: row.created.milliseconds)])
    let count = Int(row.rules.values) + (noise.bytes[0] < 16 ? 1 : 0)
    return (0..<count).map { UInt64(noise.bytes[noise.bytes[0] > 239 ? 1 : 1 + $0]) }
  }

  /// Mostly a run of the owner's that is open.
  private mutating func nameTruth(_ number: UInt64, _ row: Tournament) -> NameTruth {
    var own: [RunKey] = []
    var any: [RunKey] = []
    state.market.forEachRun { key, _ in any.append(key) }
    for key in any where state.market.facts(of: key)?.buyer == row.owner { own.append(key) }
    let key = random.chance(80) ? random.pick(own) : random.pick(any)
    return NameTruth(
      head(random.chance(90) ? row.owner : person()), tournament: number,
      run: key ?? RunKey())
  }

  private mutating func open(_ number: UInt64, _ row: Tournament) -> OpenTruth {
    // What runs give here is of no tournament's length: only a word fits.
    let truth = (0..<Int(row.rules.values)).map { _ in UInt8(random.below(256)) }
    return OpenTruth(
      head(random.chance(90) ? row.owner : person()), tournament: number, truth: truth,
      salt: row.source.kind == .run ? ContentSalt(contentKey: Cast.inputKey).value : .zero)
  }

  // MARK: - Spoiling

  /// One thing wrong about a message to a tournament; nil for other messages.
  mutating func spoilTournament(
    _ content: any MessageContent, _ noise: Bytes32
  ) -> (any MessageContent)? {
    switch content {
    case var m as CreateTournament:
      switch random.below(5) {
      case 0: m.name = "<script>"
      case 1: m.rules.values = .max
      case 2: m.source.width = 3
      case 3: m.source.spec = noise
      default: m.purse = Amount(.max)
      }
      return m
    case var m as FundTournament:
      if random.chance(50) { m.tournament = .max } else { m.amount = Amount(.max) }
      return m
    case var m as EnterTournament:
      if random.chance(50) { m.seal = noise } else { m.stake = Amount(.max) }
      return m
    case var m as RevealForecast:
      switch random.below(3) {
      case 0: m.forecast.append(70_000)
      case 1: m.forecast = []
      default: m.salt = noise
      }
      return m
    case var m as NameTruth:
      if random.chance(50) { m.run = RunKey(LeaseID(noise), 0) } else { m.tournament = .max }
      return m
    case var m as OpenTruth:
      switch random.below(3) {
      case 0: m.truth = []
      case 1: m.truth = [UInt8](repeating: 0, count: 60_000)
      default: m.salt = noise
      }
      return m
    default: return nil
    }
  }

  // MARK: - Invariants

  /// What purses, stakes and bonds hold.
  func oweTournaments(_ owed: inout [Bytes32: UInt64]) {
    // A sum that does not fit shows as an escrow that its rows do not explain.
    try? state.tournaments.forEachEscrow { owed[$0] = $1.units }
  }

  /// Counts, sums and deadlines of tournaments that do not fit each other.
  func brokenTournament(isFull: Bool) -> String? {
    var wrong: String?
    var sums: [UInt64: (count: UInt64, staked: UInt64, revealed: UInt64)] = [:]
    state.tournaments.forEachEntry { key, entry in
      let number = key.tournament
      sums[number, default: (0, 0, 0)].count += 1
      sums[number, default: (0, 0, 0)].staked += entry.stake.units
      if entry.isRevealed { sums[number, default: (0, 0, 0)].revealed += 1 }
      if state.tournaments.entry(of: entry.account, in: number)?.seal != entry.seal {
        wrong = "tournament \(number): the place of \(entry.account)"
      }
    }
    var purses: [UInt64: UInt64] = [:]
    state.tournaments.forEachSponsorship { purses[$0.tournament, default: 0] += $1.amount.units }
    state.tournaments.forEachTournament { number, row in
      let sum = sums[number] ?? (0, 0, 0)
      if row.entries != sum.count || row.staked.units != sum.staked {
        wrong = "tournament \(number): entries"
      }
      if row.revealed != sum.revealed { wrong = "tournament \(number): revealed" }
      if row.purse > row.rules.bond { wrong = "tournament \(number): bond" }
      if row.purse.units != purses[number] ?? 0 { wrong = "tournament \(number): purse" }
      if row.entries > row.rules.entries { wrong = "tournament \(number): places" }
      if row.paid > row.purse { wrong = "tournament \(number): overdrawn" }
      // A truth that was opened in this block is scored in the next.
      if !isFull && row.state != .scoring && row.deadline <= state.kernel.now {
        wrong = "tournament \(number): late"
      }
    }
    return wrong
  }
}
