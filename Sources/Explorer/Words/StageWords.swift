// What is awaited now, and from whom: states of roads and stages of games in words.

import Archive
import Market
import Primitives

/// A state in a few words, and whose turn it is.
struct StageWords {
  /// For a badge.
  var title: String
  /// A sentence for those who wonder what happens next.
  var sentence: String

  init(_ title: String, _ sentence: String) {
    self.title = title
    self.sentence = sentence
  }

  init(_ state: RoadState, check: String = "") {
    switch state {
    case .bidding: self.init("taking bids", "Providers hand in sealed prices.")
    case .revealing:
      self.init("opening bids", "Bidders open their prices; who does not loses a bond.")
    case .closed:
      self.init("bids fixed", "The random beacon of the next block is awaited, which nobody knows.")
    case .drawing:
      self.init("drawing", "The buyer opens its salt, which with the beacon draws the seats.")
    case .awarded: self.init("awarded", "The winners lock their bonds.")
    case .funded:
      self.init("waiting for input", "The bonds are locked; the buyer hands over the input.")
    case .running: self.init("running", "The work is under way.")
    case .over: self.init("over", "Nothing of it is left in the ledger.")
    }
  }

  init(_ game: Game) { self.init(game.phase) }

  init(_ phase: Phase) {
    switch phase {
    case .working: self.init("running", "The work is under way.")
    case .sealing: self.init("running", "The seats work, and seal what they find.")
    case .looking: self.init("answered", "The buyer looks at the output; silence accepts.")
    case .beacon:
      self.init("answered", "The next beacon is awaited for the audit's lot.")
    case .salt:
      self.init("drawing an audit", "The buyer opens the salt that says whether it is audited.")
    case .called: self.init("audit called", "An auditor is called; the provider seals its trace.")
    case .auditing: self.init("audit under way", "A drawn auditor runs the work again, blindly.")
    case .committed: self.init("audit opening", "Both have sealed; the provider opens first.")
    case .confirming:
      self.init("audit opening", "The provider has opened; the auditor opens now.")
    case .opening: self.init("opening answers", "The seats open the answers that they sealed.")
    case .scoring: self.init("scoring", "Drawn judges score the answers, blindly.")
    case .showing: self.init("opening scores", "The judges open the scores that they sealed.")
    case .gold:
      self.init("opening gold", "The buyer opens the answers that it knew beforehand.")
    case .window: self.init("open to disputes", "Anybody may dispute an answer.")
    case .playing: self.init("disputed", "Disputes are being played.")
    }
  }
}

/// How a road ended, from the event that ended it.
enum EndingWords {
  /// Of a road all of whose runs are settled, nothing was left to be started.
  static func sentence(of road: Road) -> String {
    road.ending == "leaseBroken" && road.settled == road.runs
      ? "Every run is settled; a seat lost its bond." : sentence(road.ending)
  }

  private static func sentence(_ ending: String) -> String {
    switch ending {
    case "orderCancelled": "The buyer took the order back before the first bid."
    case "orderNoMatch": "Too few bids fitted, so everything went back."
    case "orderSaltWithheld":
      "The buyer kept the salt of the draw to itself and forfeited a price; the bonds went back."
    case "orderReleased", "leaseReleased":
      "The operator released it: each got back what it paid in."
    case "leaseServed": "Every run is settled."
    case "leaseBroken": "A seat lost a bond, so no further run was started."
    case "leaseLeft": "The buyer left between two runs."
    case "leaseNotHonoured": "Too few winners locked their bonds, so the buyer got everything back."
    case "leaseInputWithheld": "The buyer did not hand over the input."
    default: ending
    }
  }
}

/// Why a game ended, from its event.
enum GameWords {
  static func reason(_ reason: String) -> String {
    switch reason {
    case "stepFails": "the ledger computed the disputed step and got something else"
    case "stepHolds": "the ledger computed the disputed step and got what was claimed"
    case "defenderSilent": "the provider did not move in time"
    case "challengerSilent": "the challenger did not move in time"
    case "claimFell": "another dispute had shown the same answer to be wrong"
    case "", "runSettled": "another dispute had decided the run"
    default: reason
    }
  }
}
