// The money of a whole road: what the buyer locked, and where it and the lost bonds went.

import Archive
import Chain
import Kernel
import Market
import Primitives

/// Sums over the runs of a road, so that what came in is what went out or still lies there.
struct RoadMoney {
  let escrow: UInt64
  /// Still in escrow.
  let locked: UInt64
  /// Of the price, to those who served and those who checked.
  private(set) var gains: [(who: Address, amount: UInt64)] = []
  private(set) var losses: [(who: Address, amount: UInt64)] = []
  private(set) var treasury: UInt64 = 0
  private(set) var tolls: UInt64 = 0
  /// Of the buyer's, what was used up.
  private(set) var spent: UInt64 = 0

  init(_ story: RoadStory) {
    let road = story.road
    escrow = road.escrow
    locked = road.state == .over ? 0 : story.lease?.escrow.units ?? road.escrow
    for entry in story.settled { add(entry.run) }
    for happening in story.happenings { add(happening.event) }
  }

  /// Back to the buyer so far.
  var returned: UInt64 { escrow >= spent + locked ? escrow - spent - locked : 0 }

  private mutating func add(_ run: SettledRun) {
    for line in RunMoney(run).lines {
      switch line.role {
      case "buyer": spent &+= line.put > line.got ? line.put - line.got : 0
      case "treasury": treasury &+= line.got
      case "operator": tolls &+= line.got
      default:
        guard let who = line.account else { continue }
        if line.got > line.put { RoadMoney.add(line.got - line.put, who, to: &gains) }
        if line.got < line.put { RoadMoney.add(line.put - line.got, who, to: &losses) }
      }
    }
  }

  /// Bonds that were lost before any run, and prices that were forfeited.
  private mutating func add(_ event: Event) {
    func number(_ name: String) -> UInt64 {
      event.numbers.first { $0.name == name }?.value ?? 0
    }
    switch event.name {
    case "bidNotRevealed", "seatNotHonoured":
      guard let who = event.parties.first, number("lost") > 0 else { return }
      RoadMoney.add(number("lost"), who, to: &losses)
      treasury &+= number("lost")
    case "orderSaltWithheld":
      let forfeit = escrow - min(escrow, number("returned"))
      spent &+= forfeit
      treasury &+= forfeit
    default: return
    }
  }

  private static func add(
    _ amount: UInt64, _ who: Address, to list: inout [(who: Address, amount: UInt64)]
  ) {
    if let known = list.firstIndex(where: { $0.who == who }) {
      list[known].amount &+= amount
    } else {
      list.append((who, amount))
    }
  }

  var flow: MoneyFlow {
    let sources =
      [MoneyFlow.Branch(label: "escrow", amount: escrow)]
      + losses.map {
        MoneyFlow.Branch(label: "bond \($0.who.brief)", amount: $0.amount, isBad: true)
      }
    let sinks =
      gains.map { MoneyFlow.Branch(label: $0.who.brief, amount: $0.amount) }
      + [
        MoneyFlow.Branch(label: "treasury", amount: treasury),
        MoneyFlow.Branch(label: "operator, tolls", amount: tolls),
        MoneyFlow.Branch(label: "back to buyer", amount: returned),
        MoneyFlow.Branch(label: "still in escrow", amount: locked),
      ]
    return MoneyFlow(title: "Where the money went", sources: sources, sinks: sinks)
  }

  var json: JSONValue {
    func list(_ pairs: [(who: Address, amount: UInt64)]) -> JSONValue {
      .array(
        pairs.map {
          ["account": .string($0.who.checksummed), "amount": .unsigned($0.amount)]
        })
    }
    return [
      "escrow": .unsigned(escrow), "locked": .unsigned(locked), "spent": .unsigned(spent),
      "returned": .unsigned(returned), "gains": list(gains), "losses": list(losses),
      "treasury": .unsigned(treasury), "tolls": .unsigned(tolls),
    ]
  }
}
