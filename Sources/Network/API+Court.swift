// Reading the court: who stands ready, which models can be judged, games with all their moves.

import Archive
import Chain
import Hummingbird
import Inference
import Kernel
import Market
import Primitives

extension API {
  func auditors(_ asked: Asked) throws -> Response {
    let subject = asked.hash("model").map {
      Subject.of(work: InferenceWork.name, spec: InferenceSpec(model: $0).encoded)
    }
    let leaving = asked.value("state").map { $0 == "leaving" }
    return try page(asked, "auditors", Auditor.self) { entry, row in
      if let subject, !row.subjects.contains(subject) { return nil }
      if let leaving, leaving != (row.leaves != .never) { return nil }
      return [
        "address": .string(try Address(keyBytes: entry.key).checksummed), "auditor": row.json,
      ]
    }
  }

  func auditor(_ asked: Asked) throws -> Response {
    let address = try self.address(asked.name)
    let found = try row(Auditor.self, "auditors", address.keyBytes)
    guard let row = found.value else {
      throw Problem.notFound("auditor \(address)", hint: "see 'tolsey check'")
    }
    return answer(
      [
        .init(name: "address", value: .string(address.checksummed)),
        .init(name: "auditor", value: row.json),
      ], height: found.height)
  }

  func models(_ asked: Asked) throws -> Response {
    let publisher = asked.address("account")
    return try page(asked, "models", ModelCard.self) { entry, card in
      if let publisher, card.publisher != publisher { return nil }
      return ["model": .string("\(try Bytes32(keyBytes: entry.key))"), "card": card.json]
    }
  }

  /// The card of a published model.
  func model(_ asked: Asked) throws -> Response {
    let id = try modelID(asked.name)
    let found = try row(ModelCard.self, "models", id.keyBytes)
    guard let card = found.value else { throw Problem.notFound("published model \(id)") }
    return answer(
      [
        .init(name: "model", value: .string("\(id)")), .init(name: "card", value: card.json),
      ], height: found.height)
  }

  /// The manifest of a published model, from the message that carried it.
  func manifest(_ asked: Asked) throws -> Response {
    let id = try modelID(asked.name)
    let filter = EventsFilter(names: ["modelPublished"], subjects: [id])
    for event in try node.records.events(after: nil, filter, limit: 1).value.events {
      for message in try node.records.messages(at: event.height) {
        let signed = try CBOR.decode(SignedMessage.self, from: message.bytes)
        guard case .publishModel(let m) = signed.message, SHA256.hash(m.manifest) == id else {
          continue
        }
        return answer("manifest", .string(Hex.encode(m.manifest)), height: event.height)
      }
    }
    throw Problem.notFound("published model \(id)")
  }

  private func modelID(_ text: String) throws -> Bytes32 {
    guard let id = Bytes32(hex: text) else {
      throw Problem.malformed("the model", hint: "its id is 0x and 64 hex digits")
    }
    return id
  }

  // MARK: - Messages of a run

  /// Every message about a run that a block holds, in the order of the log: its bytes and what
  /// came of it.
  func messages(_ asked: Asked) throws -> Response {
    let id = try resolve(asked.name, "run") { try runKey($0) != nil }
    guard let key = try runKey(id) else { throw Problem.notFound("run \(RunID(id).short)") }
    let list = try messages(about: key).map { entry -> JSONValue in
      [
        "height": .unsigned(entry.height), "id": .string("\(entry.id)"),
        "code": .string(entry.outcome.code), "signed": .string(Hex.encode(entry.bytes)),
      ]
    }
    return answer("messages", .array(list), height: node.gate.height)
  }

  /// The blocks in which something happened to the run hold its messages; a refused one changed
  /// nothing, and is only found where others did.
  private func messages(about key: RunKey) throws -> [RecordedMessage] {
    var found: [RecordedMessage] = []
    for height in try heights(of: key.id.digest) {
      for message in try node.records.messages(at: height) {
        let signed = try CBOR.decode(SignedMessage.self, from: message.bytes)
        if signed.message.run == key { found.append(message) }
      }
    }
    return found
  }

  private func heights(of run: Bytes32) throws -> [UInt64] {
    var heights: [UInt64] = []
    for event in try events(of: run) where heights.last != event.height {
      heights.append(event.height)
    }
    return heights
  }

  private func events(of run: Bytes32) throws -> [RecordedEvent] {
    let filter = EventsFilter(subjects: [run])
    return try node.records.events(after: nil, filter, limit: API.mostEvents).value.events
  }

  // MARK: - Games

  /// Games in the order in which they began, those after the height `after`, or after the place
  /// of the cursor. A page looks at the games of a bounded number of blocks.
  func disputes(_ asked: Asked) throws -> Response {
    let cursor = PageCursor(asked, node.facts.network)
    var after = asked.number("after")
    if let text = asked.value("cursor") {
      after = try UInt64(keyBytes: try cursor.key(in: text))
    }
    // Of one run only its own events are looked at. Of a run that nobody knows there are none: a
    // filter finds nothing, where a path would be wrong.
    let run = try asked.value("run").map { text in
      do { return try resolve(text, "run") { try runKey($0) != nil } } catch let problem as Problem
        where problem.code == "notFound"
      { return Bytes32.zero }
    }
    let page = try node.records.events(
      after: after, EventsFilter(names: ["gameBegun"], subjects: run.map { [$0] } ?? []),
      limit: API.listLength)
    var items: [JSONValue] = []
    for entry in page.value.events {
      let event = try CBOR.decode(Event.self, from: entry.bytes)
      guard let game = event.objects.first, run == nil || run == event.subject else { continue }
      if let party = asked.address("party"), !event.parties.contains(party) { continue }
      if let account = asked.address("account"), event.parties.first != account { continue }
      if let provider = asked.address("provider"),
        !event.parties.dropFirst().contains(provider)
      {
        continue
      }
      let members = try members(of: GameID(game), begun: event, at: entry.height)
      if let state = asked.value("state"), JSONValue.object(members)["state"]?.string != state {
        continue
      }
      items.append(.object(members))
    }
    let through = page.value.through
    let next = through < page.height ? cursor.text(after: through.keyBytes) : nil
    return answer(
      [
        .init(name: "disputes", value: .array(items)),
        .init(name: "through", value: .unsigned(through)),
        .init(name: "cursor", value: next.map { .string($0) } ?? .null),
      ], height: page.height)
  }

  func dispute(_ asked: Asked) throws -> Response {
    let id = try resolve(asked.name, "game") { try begun($0) != nil }
    guard let begun = try begun(id) else { throw Problem.notFound("game \(GameID(id).short)") }
    let event = try CBOR.decode(Event.self, from: begun.bytes)
    var members = try members(of: GameID(id), begun: event, at: begun.height)
    let found = try row(Dispute.self, "disputes", id.keyBytes)
    if let dispute = found.value {
      members.append(.init(name: "dispute", value: dispute.json))
      let claim = Claim.id(dispute.key.run, dispute.key.answer)
      let roots = try row(Claim.self, "claims", claim.keyBytes).value?.roots ?? []
      let index = Int(clamping: dispute.rootIndex)
      let root = roots.indices.contains(index) ? roots[index] : .zero
      members.append(.init(name: "root", value: .string("\(root)")))
      let place = Opening.id(claim, root, dispute.picks)
      if let opening = try row(Opening.self, "openings", place.keyBytes).value {
        members.append(.init(name: "opening", value: opening.json))
      }
    }
    return answer(members, height: found.height)
  }

  private func begun(_ id: Bytes32) throws -> RecordedEvent? {
    let filter = EventsFilter(names: ["gameBegun"], subjects: [id])
    for entry in try node.records.events(after: nil, filter, limit: 1).value.events {
      if try CBOR.decode(Event.self, from: entry.bytes).objects.first == id { return entry }
    }
    return nil
  }

  private func members(
    of id: GameID, begun: Event, at height: UInt64
  ) throws -> [JSONValue.Member] {
    var state = "open"
    var reason = ""
    var ended: UInt64?
    for entry in try events(of: begun.subject) {
      let event = try CBOR.decode(Event.self, from: entry.bytes)
      switch event.name {
      case "gameWon" where event.objects.first == id.digest: state = "won"
      case "gameLost" where event.objects.first == id.digest: state = "lost"
      case "runSettled" where state == "open": state = "stopped"
      default: continue
      }
      guard ended == nil, state != "open" else { continue }
      ended = entry.height
      if state != "stopped" { reason = event.numbers.first?.name ?? "" }
    }
    var members: [JSONValue.Member] = [
      .init(name: "id", value: .string(id.description)),
      .init(name: "digest", value: .string("\(id.digest)")),
      .init(name: "run", value: .string(RunID(begun.subject).description)),
      .init(name: "challenger", value: .string(begun.parties.first?.checksummed ?? "")),
      .init(
        name: "providers",
        value: .array(begun.parties.dropFirst().map { .string($0.checksummed) })),
      .init(name: "bond", value: .unsigned(begun.numbers.first?.value ?? 0)),
      .init(name: "began", value: .unsigned(height)),
      .init(name: "state", value: .string(state)), .init(name: "reason", value: .string(reason)),
    ]
    if let ended { members.append(.init(name: "ended", value: .unsigned(ended))) }
    return members
  }

  /// Events of one run that are looked through.
  private static let mostEvents = 100_000
}
