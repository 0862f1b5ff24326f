// The sums over a specimen's lines, as a node's lists would have them.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct SpecimenSums {
  private(set) var parties: [PartyLine] = []
  private(set) var subjects: [SubjectLine] = []
  private(set) var totals = Totals()

  init(_ specimen: Specimen) {
    let lists = specimen.listings
    let settled = specimen.records.settledRuns.compactMap {
      try? CBOR.decode(SettledRun.self, from: $0.bytes)
    }
    for road in lists.allRoads {
      change(road.buyer) {
        $0.roads += 1
        $0.bought += road.settled
        $0.spent += road.paid
      }
      change(road) {
        $0.roads += 1
        $0.runs += road.settled
        $0.good += road.good
        $0.paid += road.paid
      }
    }
    for run in settled { add(run) }
    for game in lists.allGames {
      change(game.challenger) {
        $0.games += 1
        if game.state == .challengerWon { $0.gamesWon += 1 }
      }
    }
    for message in specimen.records.log {
      guard let signed = try? CBOR.decode(SignedMessage.self, from: message.bytes) else { continue }
      change(signed.head.from) { $0.messages += 1 }
      if case .publishModel(let m) = signed.message { publish(m.head.from, m.manifest, message.id) }
    }
    for offer in lists.allOffers where !offer.isWithdrawn {
      change(offer.work, offer.subject) { $0.offers += 1 }
    }
    count(lists, settled, specimen.records.height)
  }

  private mutating func count(
    _ lists: MemoryListings, _ settled: [SettledRun], _ height: UInt64
  ) {
    totals.height = height
    totals.time = lists.allBlocks.last?.time ?? Time()
    totals.messages = lists.allBlocks.map(\.messages).reduce(0, +)
    totals.refused = lists.allBlocks.map(\.refused).reduce(0, +)
    totals.roads = UInt64(lists.allRoads.count)
    totals.alive = Array(repeating: 0, count: 11)
    for road in lists.allRoads where road.state != .over {
      totals.alive[Int(road.state.rawValue)] += 1
      totals.escrow += road.escrow
    }
    totals.runs = UInt64(lists.allRuns.count)
    totals.good = UInt64(lists.allRuns.count { $0.outcome.isGood })
    totals.lies = settled.flatMap(\.verdict.seats).reduce(0) {
      $0 + ($1.fate == .differs || $1.fate == .fallen ? 1 : 0)
    }
    totals.games = UInt64(lists.allGames.count)
    totals.openGames = UInt64(lists.allGames.count { $0.state == .open })
    totals.offers = UInt64(lists.allOffers.count { !$0.isWithdrawn })
    totals.accounts = UInt64(parties.count)
    totals.paid = lists.allRuns.map(\.paid).reduce(0, +)
    totals.slashed = lists.allRuns.map(\.slashed).reduce(0, +)
  }

  private mutating func add(_ run: SettledRun) {
    for (index, seat) in run.verdict.seats.enumerated() {
      let got = run.payouts.filter { $0.kind == 0 && $0.account == seat.provider }
        .reduce(UInt64(0)) { $0 + $1.amount.units }
      let stake = run.stakes[index]
      change(seat.provider) {
        $0.served += 1
        switch seat.fate {
        case .paid:
          $0.good += 1
          $0.earned += got > stake ? got - stake : 0
        case .differs, .fallen:
          $0.wrong += 1
          $0.slashed += stake
        case .silent, .absent, .left, .spoiled:
          $0.silent += 1
          $0.slashed += stake
        case .undecided, .rejected, .idle: break
        }
      }
    }
    if run.verdict.auditor != Address() { change(run.verdict.auditor) { $0.audits += 1 } }
  }

  private mutating func change(_ account: Address, _ body: (inout PartyLine) -> Void) {
    var index = parties.firstIndex { $0.account == account } ?? parties.count
    if index == parties.count {
      var line = PartyLine()
      line.account = account
      line.number = UInt64(parties.count + 1)
      line.seenHeight = 1
      line.seenAt = SpecimenMaker.start
      line.lastAt = Time(SpecimenMaker.start.milliseconds + 60_000)
      parties.append(line)
      index = parties.count - 1
    }
    body(&parties[index])
  }

  private mutating func change(_ road: Road, _ body: (inout SubjectLine) -> Void) {
    change(road.work, road.subject, body)
  }

  private mutating func change(
    _ work: String, _ subject: Bytes32, _ body: (inout SubjectLine) -> Void
  ) {
    guard subject != .zero else { return }
    var index = subjects.firstIndex { $0.subject == subject } ?? subjects.count
    if index == subjects.count {
      var line = SubjectLine()
      line.number = UInt64(subjects.count + 1)
      line.work = work
      line.subject = subject
      line.seenHeight = 2
      line.seenAt = SpecimenMaker.start
      subjects.append(line)
      index = subjects.count - 1
    }
    body(&subjects[index])
  }

  private mutating func publish(_ publisher: Address, _ manifest: [UInt8], _ message: Bytes32) {
    change("inference", SHA256.hash(manifest)) {
      $0.published = message
      $0.publisher = publisher
    }
  }
}
