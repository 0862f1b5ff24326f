// Roads and runs as sentences, for those who read them the first time.

import Archive
import Chain
import Inference
import Kernel
import Market
import Primitives

enum Feed {
  static func runs(_ runs: [RunLine], now: Time) -> Markup {
    list(runs, empty: "No run is settled yet. The first will stand here with its verdict.") { run in
      let lost: Markup =
        run.slashed > 0
        ? " <strong class=\"bad\">\(money(run.slashed)) of bonds lost.</strong>" : ""
      let paid: Markup =
        run.paid > 0 ? "\(money(run.paid)) paid." : "Nothing was paid to a provider."
      return (
        Parts.badge(run.outcome.title, run.outcome.tone),
        """
        \(Parts.accounts(run.providers)) \(WorkWords.did(run.work)) \
        \(thing(run.work, run.subject)) for \
        \(Parts.account(run.buyer)), checked by \(means(run.check)). \(paid)\(lost)
        """, Parts.run(run.run), run.time
      )
    }(now)
  }

  static func roads(_ roads: [Road], now: Time) -> Markup {
    list(roads, empty: "No road has begun yet. The first order will stand here.") { road in
      let runs: Markup =
        road.runs == 1 ? "a run" : "\(Formats.plural(road.runs, "run"))"
      let verb = road.state == .over ? "asked" : "asks"
      let terms: Markup =
        " of \(thing(road.work, road.subject)), checked by \(means(road.check))"
      let sentence: Markup =
        road.isOffer
        ? """
        \(Parts.account(road.buyer)) took an \(Parts.offer(road.offer, "offer")) of \
        \(Parts.accounts(road.seats)) for \(money(road.limit)): \(runs)\(terms).
        """
        : """
        \(Parts.account(road.buyer)) \(verb) for \(runs)\(terms), for at most \
        \(money(road.limit)) each; \(Formats.plural(road.bids, "bid")).
        """
      return (Parts.state(road), sentence, Parts.road(road.id), road.placedAt)
    }(now)
  }

  private static func money(_ units: UInt64) -> Markup { Parts.money(units) }

  private static func thing(_ work: String, _ subject: Bytes32) -> Markup {
    subject == .zero || work != InferenceWork.name
      ? "\(work)" : "\(work) of model \(Parts.model(subject))"
  }

  private static func means(_ check: CheckTerms) -> Markup {
    "<a class=\"check\" href=\"/docs/concepts/checks\">\(CheckWords.means(check))</a>"
  }

  private static func list<Line>(
    _ lines: [Line], empty: String,
    _ parts: @escaping (Line) -> (badge: Markup, sentence: Markup, link: Markup, time: Time)
  ) -> (Time) -> Markup {
    { now in
      guard !lines.isEmpty else { return "<p class=\"empty\">\(empty)</p>" }
      let items = lines.markup { line in
        let (badge, sentence, link, time) = parts(line)
        return """
          <li><span>\(badge)</span><p>\(sentence)</p>\
          <span class="when">\(link) \(Parts.age(time, now: now))</span></li>
          """
      }
      return "<ul class=\"feed\">\(items)</ul>"
    }
  }
}
