// How far a road has come, as the nine stops of its line.

import Archive
import Chain
import Kernel
import Market
import Primitives

/// The stops of a road, or of one run of it.
struct RoadTrack {
  let story: RoadStory
  /// The run that the last five stops are about; nil for the one that is furthest behind.
  var run: Bytes32?

  private var settled: SettledRun? {
    guard let run else { return story.open.isEmpty ? story.settled.last?.run : nil }
    return story.settled.first { $0.run.run.digest == run }?.run
  }

  private var current: (key: RunKey, run: Run)? {
    guard let run else { return story.open.first }
    return story.open.first { $0.key.id.digest == run }
  }

  /// Where it stands; nil when it is over.
  private var now: Station? {
    if settled != nil { return nil }
    switch story.road.state {
    case .bidding, .revealing, .closed, .drawing: return .bid
    case .awarded: return .lease
    case .funded: return .run
    case .running: return current.map { $0.run.game.phase.station } ?? .run
    case .over: return nil
    }
  }

  private func mark(_ station: Station) -> StationStrip.Mark {
    if let settled {
      return station == .verdict && !settled.verdict.outcome.isGood ? .failed : .done
    }
    if let now {
      return station.rawValue < now.rawValue ? .done : station == now ? .now : .ahead
    }
    // Over without any run that was settled.
    let end = EventWords.station(story.road.ending) ?? .order
    return station.rawValue < end.rawValue ? .done : station == end ? .failed : .ahead
  }

  private var runID: Bytes32? { settled?.run.digest ?? current?.key.id.digest ?? run }

  /// - Parameters:
  ///   - order: the road's printed id, made once, since each costs a checksum.
  ///   - run: the run's.
  private func link(_ station: Station, _ order: String, _ run: String?) -> String? {
    let road = story.road
    return switch station {
    case .request: "/messages/\(road.id)"
    case .order: "/orders/" + order
    case .bid:
      road.isOffer
        ? "/offers/" + PrintedID.full("offer", road.offer) : "/orders/\(order)#bids"
    case .lease: road.lease == .zero ? nil : "/leases/" + PrintedID.full("lease", road.lease)
    case .run: run.map { "/runs/" + $0 }
    case .evidence: run.map { "/runs/\($0)#evidence" }
    case .verdict: run.map { "/runs/\($0)#verdict" }
    case .settlement: run.map { "/runs/\($0)#money" }
    case .receipt: run.map { "/receipts/" + $0 }
    }
  }

  private func words(_ station: Station) -> String {
    let isOffer = story.road.isOffer
    return switch station {
    case .request: "What is wanted, for how much, and how it is checked"
    case .order:
      isOffer ? "The buyer takes the offer and locks the price" : "The price lies in escrow"
    case .bid: isOffer ? "A posted price that waits for a buyer" : "Providers bid sealed prices"
    case .lease: "Who serves whom, at which price, with what at stake"
    case .run: "One execution"
    case .evidence: "What the providers show for it"
    case .verdict: "What the check found"
    case .settlement: "Who was paid, and who lost a bond"
    case .receipt: "The whole road in one file that anybody can verify"
    }
  }

  var strip: StationStrip {
    let order = PrintedID.full("order", story.road.id)
    let run = runID.map { PrintedID.full("run", $0) }
    return StationStrip(
      stops: Station.allCases.map { station in
        let mark = mark(station)
        return StationStrip.Stop(
          station: station, mark: mark,
          link: mark == .ahead ? nil : link(station, order, run), words: words(station))
      }, isOffer: story.road.isOffer)
  }
}
