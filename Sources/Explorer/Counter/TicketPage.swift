// A purchase as it goes on: its road, then the answer beside the drawing, then the receipt.

import Archive
import Chain
import Market
import Primitives

struct TicketPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) async throws -> Sheet {
    guard let ticket = await house.counter?.ticket(name) else {
      throw Missing(
        404, "noTicket", "there is no such ticket",
        hint: "tickets are kept for an hour; what was bought is under Orders for ever")
    }
    let height = try house.listings.totals().height
    let story = try ticket.road.flatMap { try RoadStory($0, in: house) }
    return Sheet(
      title: "Your purchase", section: .buy, height: height,
      body: { body(ticket, story) }, twin: { TicketPage.twin(ticket) })
  }

  /// The script draws the inside of `ticket` again every so many milliseconds, until it is over.
  private func body(_ ticket: CounterTicket, _ story: RoadStory?) -> Markup {
    let pace: Markup =
      ticket.stage.isOver ? "" : ticket.answer == nil ? " data-pace=\"700\"" : " data-pace=\"2500\""
    let sign: Markup = ticket.documents.isEmpty ? "" : " data-sign"
    return """
      <p class="over">The counter</p>
      <h1>Your purchase</h1>
      <p id="wallet-says" role="status" aria-live="polite"></p>
      <div id="ticket"\(pace)\(sign)>
      \(strip(story))
      <div class="answer">
      \(brought(ticket))
      <div role="status" aria-live="polite">\(news(ticket, story))</div>
      \(bars(ticket))
      </div>
      \(facts(ticket, story))
      </div>
      <noscript><p>This page does not move without JavaScript: \
      <a href="/buy/\(ticket.name)">look again</a>.</p></noscript>
      <p><a class="button" href="/buy">Buy another</a></p>
      <p class="none">Keep the address of this page to yourself: whoever has it sees your input \
      and the answer. It is forgotten after an hour; the receipt is not.</p>
      <script src="\(Asset.buying.path)" defer></script>
      """
  }

  private func brought(_ ticket: CounterTicket) -> Markup {
    guard !ticket.pixels.isEmpty else { return "" }
    let words = ticket.isDigits ? "Your digit" : "Your picture"
    return """
      <figure>\(DigitPicture(pixels: ticket.pixels, words: words).markup)
      <figcaption>\(words)</figcaption></figure>
      """
  }

  private func bars(_ ticket: CounterTicket) -> Markup {
    guard let answer = ticket.answer, answer.shares.count == 10 else { return "" }
    return WeightBars(answer: answer).markup
  }

  /// Of the digits model the answer is a digit; of any other, numbers.
  private func said(_ answer: CounterAnswer, _ ticket: CounterTicket) -> Markup {
    if ticket.isDigits {
      return "It is \(answer.digit == 8 ? "an" : "a") <strong>\(answer.digit)</strong>"
    }
    if answer.values.count == 1 { return "It says <strong>\(answer.values[0])</strong>" }
    return """
      Output <strong>\(answer.digit)</strong> is the greatest of \(answer.values.count)
      """
  }

  private func numbers(_ answer: CounterAnswer, _ ticket: CounterTicket) -> Markup {
    guard !ticket.isDigits, answer.values.count > 1 else { return "" }
    let shown = answer.values.prefix(20).joined(separator: " ")
    let rest = answer.values.count > 20 ? " …" : ""
    return "<p class=\"none\"><code>\(shown)\(rest)</code></p>"
  }

  private func strip(_ story: RoadStory?) -> Markup {
    if let story { return RoadTrack(story: story).strip.markup }
    let stops = Station.allCases.map {
      StationStrip.Stop(
        station: $0, mark: $0 == .request ? .now : .ahead, link: nil, words: "Not yet")
    }
    return StationStrip(stops: stops).markup
  }

  // MARK: - What there is to say now

  private func news(_ ticket: CounterTicket, _ story: RoadStory?) -> Markup {
    if let trouble = ticket.trouble {
      let hint: Markup = trouble.hint.isEmpty ? "" : "<p>\(trouble.hint.sentenced)</p>"
      return """
        <p class="big">\(ticket.stage == .failed ? "No answer" : "Not yet")</p>
        <p><strong>\(trouble.message.sentenced)</strong></p>\(hint)
        """
    }
    if let answer = ticket.answer {
      return """
        <p class="big">\(said(answer, ticket))</p>\(numbers(answer, ticket))\
        \(afterwards(ticket, story))
        """
    }
    switch ticket.stage {
    case .signing:
      return """
        <p class="big">Waiting for your wallet</p><p>Nothing is bought before it has signed.</p>
        """
    case .handing:
      return """
        <p class="big">Sign once more</p><p>Three providers are drawn and have locked their bonds. \
        They wait ten minutes for your input; should it not come, each is paid a tenth of its \
        price for waiting, and the rest comes back.</p>
        <p><button type="button" id="sign">Sign in your wallet</button></p>
        """
    case .starting: return "<p class=\"big\">Handed in</p><p>The next block holds it.</p>"
    case .done, .failed: return "<p class=\"big\">Over</p>"
    case .underway:
      let stage = story?.stage ?? StageWords("under way", "The node works on it.")
      return "<p class=\"big\">\(stage.title.sentenced)</p><p>\(stage.sentence)</p>"
    }
  }

  private func afterwards(_ ticket: CounterTicket, _ story: RoadStory?) -> Markup {
    guard !ticket.stage.isOver else {
      return """
        <p>That is settled: \(Parts.money(ticket.cost?.units ?? 0)) were paid. The receipt says so \
        to anybody, without this node.</p>
        """
    }
    let until: Markup = story?.deadline.map { " Until \($0.markup)." } ?? ""
    let what: String =
      switch ticket.check.kind {
      case "open": "Silence accepts: then the provider is paid and there is a receipt."
      default:
        "Your money still waits: should the answer fall, it comes back. The receipt comes with the "
          + "settlement."
      }
    return "<p>\(what)\(until)</p><p class=\"none\">\(story?.stage.sentence ?? "")</p>"
  }

  private func facts(_ ticket: CounterTicket, _ story: RoadStory?) -> Markup {
    var rows: [(name: String, value: Markup)] = [
      ("State", Parts.badge(ticket.stage.title, ticket.stage.tone)),
      ("Model", Parts.model(ticket.model)),
      ("Checked by", "\(CheckWords.means(ticket.check))"),
      ("Paid by", "\(Parts.account(ticket.payer)) \(ticket.isWallet ? "" : "(a test account)")"),
    ]
    if let cost = ticket.cost {
      rows.append(("Paid", "\(Parts.money(cost.units)), tolls left out"))
    } else {
      rows.append(("Locked", "\(Parts.money(ticket.most.units)) at most"))
    }
    if story != nil, let road = ticket.road { rows.append(("Road", Parts.road(road))) }
    if let seats = story?.road.seats, !seats.isEmpty {
      rows.append((seats.count == 1 ? "Provider" : "Providers", Parts.accounts(seats)))
    }
    if ticket.stage == .done, let run = ticket.run {
      let name = PrintedID.full("run", run)
      rows.append(
        (
          "Receipt",
          """
          <a href="/receipts/\(name)">what it says</a>, \
          <a href="/api/receipts/\(name)" download="\(name).receipt">the file</a>; \
          <code>tolsey verify</code> checks it offline
          """
        ))
    }
    return Parts.fields(rows)
  }

  // MARK: - The twin

  static func twin(_ ticket: CounterTicket) -> [JSONValue.Member] {
    let trouble = ticket.trouble.map { trouble -> JSONValue in
      [
        "code": .string(trouble.code), "message": .string(trouble.message),
        "hint": .string(trouble.hint),
      ]
    }
    return [
      .init(name: "ticket", value: .string(ticket.name)),
      .init(name: "stage", value: .string(ticket.stage.rawValue)),
      .init(name: "model", value: .string(PrintedID.full("model", ticket.model))),
      .init(name: "check", value: .string(ticket.check.kind)),
      .init(name: "payer", value: .string(ticket.payer.checksummed)),
      .init(name: "wallet", value: .bool(ticket.isWallet)),
      .init(
        name: "road", value: ticket.road.map { .string(PrintedID.full("order", $0)) } ?? .null),
      .init(name: "run", value: ticket.run.map { .string(PrintedID.full("run", $0)) } ?? .null),
      .init(
        name: "digit", value: ticket.answer.map { .unsigned(UInt64($0.digit)) } ?? .null),
      .init(
        name: "shares", value: .array((ticket.answer?.shares ?? []).map { .unsigned($0) })),
      .init(
        name: "values", value: .array((ticket.answer?.values ?? []).map { .decimal($0) })),
      .init(name: "most", value: .unsigned(ticket.most.units)),
      .init(name: "paid", value: ticket.cost.map { .unsigned($0.units) } ?? .null),
      .init(name: "documents", value: .array(ticket.documents)),
      .init(name: "trouble", value: trouble ?? .null),
    ]
  }
}
