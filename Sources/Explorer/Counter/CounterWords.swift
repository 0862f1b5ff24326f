// What each way to buy promises and costs, said to who has never bought a run.

import Market
import Primitives

/// Words beside a choice at the counter.
struct CounterWords {
  let ware: CounterWare

  var title: String {
    switch ware.check.kind {
    case "open": "Trust one provider"
    case "replicated": "Let \(CheckWords.seats(ware.check)) agree"
    case "disputable": "One provider under a bond"
    default: ware.check.kind
    }
  }

  var promise: String {
    switch ware.check.kind {
    case "open":
      return "One provider answers at its posted price, and nobody looks over its shoulder. It is "
        + "the cheapest and the quickest, and only as good as the provider."
    case "replicated":
      return "\(CheckWords.seats(ware.check)) providers answer without seeing each other. More "
        + "than half must give the same bits, or you get everything back. They are found by "
        + "sealed bids."
    case "disputable":
      let audit = Formats.percent(ppm: CheckWords.number("audit", ware.check))
      return "One provider answers under a bond of many prices. By lot, \(audit) of such runs are "
        + "run again blindly, and anybody may dispute the answer. You see it at once; your money "
        + "moves when the time for disputes is over, and comes back if the answer falls."
    default: return "Checked by \(CheckWords.means(ware.check))."
    }
  }

  var cost: Markup {
    switch ware.check.kind {
    case "replicated":
      return """
        at most \(Parts.money(ware.most.units)): \(CheckWords.seats(ware.check)) providers at \
        \(Parts.money(ware.price.units)) or less
        """
    case "disputable":
      return """
        \(Parts.money(ware.price.units)), and \
        \(Parts.money(ware.most.units - ware.price.units)) more if it is audited
        """
    default: return Parts.money(ware.price.units)
    }
  }

  var time: String {
    ware.seconds < 10 ? "a few seconds" : "about " + Formats.span(ware.seconds * 1_000)
  }
}

extension CounterStage {
  var title: String {
    switch self {
    case .signing: "waiting for the wallet"
    case .starting: "handed in"
    case .underway: "under way"
    case .handing: "waiting for the wallet"
    case .done: "settled"
    case .failed: "not bought"
    }
  }

  var tone: Parts.Tone {
    switch self {
    case .done: .good
    case .failed: .bad
    case .signing, .starting, .underway, .handing: .wait
    }
  }
}
