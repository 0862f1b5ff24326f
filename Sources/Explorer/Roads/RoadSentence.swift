// A road in one plain sentence: who bought what from whom, how it was checked, what was paid.

import Archive
import Chain
import Inference
import Kernel
import Market
import Primitives

struct RoadSentence {
  /// Text, or an account or model that a page shows as a link.
  private enum Piece {
    case text(String)
    case account(Address)
    case accounts([Address])
    case model(Bytes32)
    case money(UInt64)
  }

  private let pieces: [Piece]

  init(_ story: RoadStory, _ bids: RoadBids) {
    pieces =
      RoadSentence.deal(story) + [.text(". ")] + RoadSentence.course(story, bids)
      + RoadSentence.end(story)
  }

  var markup: Markup {
    pieces.markup { piece in
      switch piece {
      case .text(let text): "\(text)"
      case .account(let who): Parts.account(who)
      case .accounts(let list): Parts.accountList(list)
      case .model(let id): Parts.model(id)
      case .money(let amount): Parts.money(amount)
      }
    }
  }

  var plain: String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .account(let who): who.checksummed
      case .accounts(let list): list.map(\.checksummed).joined(separator: ", ")
      case .model(let id): id.description
      case .money(let amount): Formats.dollars(amount)
      }
    }.joined()
  }

  /// Who wants what, at which price, under which check.
  private static func deal(_ story: RoadStory) -> [Piece] {
    let road = story.road
    let verb =
      story.isAlive ? "buys" : road.settled > 0 ? "bought" : "wanted to buy"
    let count = Formats.plural(road.runs, "run")
    var pieces: [Piece] = [.account(road.buyer), .text(" \(verb) \(count)")]
    if road.subject == .zero || road.work != InferenceWork.name {
      pieces.append(.text(" of \(road.work)"))
    } else {
      pieces += [.text(" of the model "), .model(road.subject)]
    }
    if road.isOffer {
      pieces += [.text(" from "), .accounts(road.seats), .text(" at the posted price of ")]
    } else {
      pieces.append(.text(" for at most "))
    }
    pieces.append(.money(road.limit))
    let seats = CheckWords.seats(road.check)
    let run = road.runs > 1 ? " a run" : ""
    let each = seats > 1 ? "\(run) for each of \(seats) seats" : run
    return pieces + [.text("\(each), checked by \(CheckWords.means(road.check))")]
  }

  /// What has happened since.
  private static func course(_ story: RoadStory, _ bids: RoadBids) -> [Piece] {
    let road = story.road
    var pieces: [Piece] = []
    if !road.isOffer, road.seats.isEmpty {
      let count = max(road.bids, UInt64(bids.bids.count))
      pieces.append(
        .text(count == 0 ? "No bid came in. " : "\(Formats.plural(count, "provider")) bid. "))
    } else if !road.isOffer {
      let lead = Formats.plural(road.bids, "provider")
      let won = road.seats.count == 1 ? " won" : " have the seats"
      pieces += [.text("\(lead) bid; "), .accounts(road.seats), .text("\(won). ")]
    }
    guard road.settled > 0 else {
      if story.isAlive { pieces.append(.text(story.stage.sentence + " ")) }
      return pieces
    }
    if road.settled == 1, let run = story.settled.first?.run {
      pieces.append(.text(answers(run) + " "))
    } else {
      pieces.append(
        .text(
          "\(Formats.grouped(road.good)) of \(Formats.plural(road.settled, "settled run")) "
            + "gave the buyer what it paid for. "
        ))
    }
    return pieces
  }

  private static func answers(_ run: SettledRun) -> String {
    let verdict = run.verdict
    let paid = verdict.seats.count { $0.fate == .paid }
    guard verdict.outcome == .majority else { return verdict.sentence }
    let others = verdict.seats.count - paid
    let same =
      paid == verdict.seats.count
      ? "All \(paid) answered" : "\(paid) of \(verdict.seats.count) answered"
    return "\(same) the same bits" + (others > 0 ? "; \(others) did not." : ".")
  }

  private static func end(_ story: RoadStory) -> [Piece] {
    let road = story.road
    var pieces: [Piece] = []
    if road.paid > 0 {
      pieces += [
        .money(road.paid), .text(" went to the provider\(road.seats.count == 1 ? "" : "s")"),
      ]
      if road.slashed == 0 { pieces.append(.text(".")) }
    }
    if road.slashed > 0 {
      pieces += [
        .text(road.paid > 0 ? ", and " : ""), .money(road.slashed), .text(" in bonds was lost."),
      ]
    }
    if !story.isAlive, road.settled == 0 {
      pieces.append(.text(EndingWords.sentence(of: road)))
    }
    return pieces
  }
}
