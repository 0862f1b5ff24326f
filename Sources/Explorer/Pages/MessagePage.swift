// One signed message: every field as it was signed, who signed it, and what came of it.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct MessagePage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) throws -> Sheet {
    let house = house
    let id = try house.find(name, "message", "message") {
      try house.records.message($0).value != nil
    }
    guard let (record, signed) = try house.signed(id) else { throw Missing.unknown("message") }
    let found = try house.records.message(id)
    let body = MessageBody(house: house, record: record, signed: signed)
    return Sheet(
      title: signed.kind?.name ?? "Message", section: .blocks, height: found.height,
      body: { try body.markup }, twin: { try body.twin })
  }
}

struct MessageBody {
  let house: House
  let record: RecordedMessage
  let signed: SignedMessage

  private var kind: MessageKind? { signed.kind }
  private var signer: Address? { try? signed.signer(domain: house.genesis.domain) }

  var markup: Markup {
    get throws {
      let name = kind?.name ?? "Message"
      let isDone = record.outcome.isDone
      return """
        <p class="over">Message</p><h1>\(name)</h1>
        <p class="lead">\(Parts.account(signed.head.from)) \(MessageWords.text(kind)). \
        \(isDone ? "It was carried out" : "The rules refused it") in block \
        \(Parts.block(record.height)).</p>
        \(try refusal)
        \(Parts.section("about", "About it", try about))
        \(Parts.section("fields", "What was signed", fields))
        \(Parts.section("made", "What it made", try made))
        \(Parts.section("raw", "Raw", raw))
        """
    }
  }

  private var refusal: Markup {
    get throws {
      guard let refusal = record.outcome.refusal else { return "" }
      let hint: Markup = refusal.hint.isEmpty ? "" : " <span>Hint: \(refusal.hint).</span>"
      return """
        <p class="note">\(Parts.badge("refused", .bad)) <code>\(refusal.code)</code>: \
        \(refusal.message).\(hint) A refused message changes nothing but its toll and its \
        sequence.</p>
        """
    }
  }

  private var about: Markup {
    get throws {
      let time: Markup =
        try house.time(of: record.height).map { Parts.time($0) } ?? Parts.none
      let signature: Markup =
        signer == signed.head.from
        ? "\(Parts.badge("the sender's", .good)) for this network"
        : "\(Parts.badge("not the sender's", .bad))"
      return Parts.fields([
        ("Id", Parts.whole("\(record.id)")),
        ("From", Parts.account(signed.head.from)),
        ("Signature", signature),
        ("Block", "\(Parts.block(record.height)), \(time)"),
        ("Outcome", MessageBody.outcome(record.outcome)),
        ("Toll", Parts.money(record.outcome.toll.units)),
        ("Size", "\(Formats.plural(UInt64(record.bytes.count), "byte"))"),
      ])
    }
  }

  static func outcome(_ outcome: MessageOutcome) -> Markup {
    if outcome.isDone { return Parts.badge("carried out", .good) }
    return """
      \(Parts.badge("refused", .bad)) <a href="/refusals/\(outcome.code)">\(outcome.code)</a>
      """
  }

  // MARK: - Fields

  /// In the order in which a wallet shows them.
  private var fields: Markup {
    let members = signed.message.json["content"]?.members ?? []
    let types = Dictionary(
      (kind?.fields ?? []).map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    let rows: [[Markup]] = members.map { member in
      [
        "<code>\(member.name)</code>", "<code>\(types[member.name] ?? "")</code>",
        MessageBody.value(member.value, named: member.name),
      ]
    }
    return Parts.table("Fields", ["Field", "Type", "Value"], rows, empty: "It has no fields.")
  }

  private static let amounts: Set = ["amount", "price", "bond"]

  private static func value(_ json: JSONValue, named name: String) -> Markup {
    switch json {
    case .unsigned(UInt64.max): "never"
    case .unsigned(let number) where amounts.contains(name):
      "\(number) = \(Parts.money(number))"
    case .unsigned(let number): "\(number)"
    case .string(let text):
      if text.utf8.count > 200 {
        "<code>\(String(text.prefix(66)))…</code> (\(text.utf8.count) characters)"
      } else {
        "<code class=\"whole\">\(text)</code>"
      }
    case .object, .array:
      "<pre class=\"inner\">\(RawText.of(json))</pre>"
    default: "\(json.text)"
    }
  }

  // MARK: - What came of it

  /// Objects that bear the message's id, and what its block says of them.
  private var made: Markup {
    get throws {
      guard record.outcome.isDone else { return "<p>Nothing.</p>" }
      var links: [(name: String, value: Markup)] = []
      switch signed.message {
      case .placeOrder: links.append(("Order", Parts.road(record.id)))
      case .postOffer: links.append(("Offer", Parts.offer(record.id)))
      case .takeOffer(let m):
        links.append(("Road", Parts.road(record.id)))
        links.append(("Lease", Parts.lease(LeaseID.of(take: record.id).digest)))
        links.append(("Offer", Parts.offer(m.offer.digest)))
      case .publishModel:
        if let model = try event(named: "modelPublished")?.subject {
          links.append(("Model", Parts.model(model)))
        }
      default: break
      }
      links += MessageBody.objects(signed.message)
      let own = try happened
      let rows: [[Markup]] = own.map {
        ["\(EventWords.text($0.name))", "\(RoadTime.numbers($0))"]
      }
      let fields = links.isEmpty ? Markup() : Parts.fields(links)
      return fields
        + Parts.table(
          "Events about it", ["What happened", "Numbers"], rows, empty: "No event names it.")
    }
  }

  private func event(named name: String) throws -> Event? {
    try events.first { $0.name == name && $0.parties.contains(signed.head.from) }
  }

  private var events: [Event] {
    get throws {
      try (house.records.block(record.height).value?.events ?? []).map {
        try CBOR.decode(Event.self, from: $0)
      }
    }
  }

  /// The events of the block that name the message's id, or its sender and its object together.
  private var happened: [Event] {
    get throws {
      let objects = MessageBody.ids(signed.message)
      return try events.filter { event in
        let named = [event.subject, event.order, event.lease] + event.objects
        return named.contains(record.id)
          || (event.parties.first == signed.head.from && named.contains(where: objects.contains))
      }
    }
  }

  private var raw: Markup {
    let typed = signed.message.typedData(domain: house.genesis.domain)
    return Parts.raw("The typed data that was signed (EIP-712)", typed)
      + "<p><a href=\"/messages/\(record.id.description).json\">All of it as JSON</a></p>"
  }

  var twin: [JSONValue.Member] {
    get throws {
      [
        .init(name: "id", value: .string("\(record.id)")),
        .init(name: "block", value: .unsigned(record.height)),
        .init(name: "kind", value: .string(kind?.name ?? "")),
        .init(name: "signer", value: signer.map { .string($0.checksummed) } ?? .null),
        .init(name: "outcome", value: record.outcome.json),
        .init(
          name: "refusal",
          value: record.outcome.refusal.map {
            ["message": .string($0.message), "hint": .string($0.hint)]
          } ?? .null),
        .init(name: "message", value: signed.message.json),
        .init(name: "bytes", value: .string(Hex.encode(record.bytes))),
        .init(name: "events", value: .array(try happened.map(\.json))),
      ]
    }
  }
}
