// Where messages come in, and where one asks later what became of them.

import Archive
public import Chain
import Hummingbird
public import Primitives

extension API {
  static let heightField = "Tolsey-Height"
  /// Messages of one batch.
  static let batchLimit = 1000

  /// Takes a message as canonical CBOR or as JSON, and answers when it is durable.
  func post(_ asked: Asked) async throws -> Response {
    let signed = try await message(of: asked)
    let waits = asked.value("wait") != "0"
    let sender = signed.head.from
    try rates.mayStillSign(sender, from: asked.peer)
    let delivery = try await node.door.deliver(signed, waits: waits)
    // The door let it in, so the signature is the sender's.
    try? rates.signed(by: sender, from: asked.peer)
    switch delivery {
    case .done(let record): return answer(of: record)
    case .waiting:
      return answer(
        [
          .init(name: "id", value: .string("\(signed.id)")),
          .init(name: "waiting", value: .bool(true)),
        ], height: node.gate.height, status: .accepted)
    }
  }

  private func message(of asked: Asked) async throws -> SignedMessage {
    let bytes = try await body(of: asked)
    if MediaTypes.name(asked.request.headers[.contentType] ?? "") == "application/cbor" {
      return try reading { () throws(Refusal) in try CBOR.decode(SignedMessage.self, from: bytes) }
    }
    return try reading { () throws(Refusal) in
      try API.signedMessage(try JSONValue(parsing: bytes, limit: bytes.count))
    }
  }

  /// `{"message": …, "authorisation": {"kind": 0, "signature": "0x…"}}`. The message is an object
  /// of kind and content, or the hex of its canonical bytes.
  static func signedMessage(_ json: JSONValue) throws(Refusal) -> SignedMessage {
    guard let message = json["message"], message.members != nil else {
      return try SignedMessage(json: json)
    }
    guard let authorisation = json["authorisation"] else { throw .missingField("authorisation") }
    return SignedMessage(try Message(json: message), try Authorisation(json: authorisation))
  }

  /// Many messages at once: an array of byte strings, each a signed message. One answer each, in
  /// order; a message that is refused at the door does not hold up the others.
  func postBatch(_ asked: Asked) async throws -> Response {
    let bytes = try await body(of: asked)
    let batch = try reading { () throws(Refusal) in
      let batch = try CBOR.decode(MessageBatch.self, from: bytes)
      guard batch.messages.count <= API.batchLimit else {
        throw Refusal(
          "batchTooLong",
          ["got": UInt64(batch.messages.count), "limit": UInt64(API.batchLimit)])
      }
      return batch
    }
    for signed in batch.messages { try rates.mayStillSign(signed.head.from, from: asked.peer) }
    let door = node.door
    let answers = await withTaskGroup(of: (Int, JSONValue).self) { group in
      for (index, signed) in batch.messages.enumerated() {
        group.addTask {
          do throws(Problem) {
            guard case .done(let record) = try await door.deliver(signed, waits: true) else {
              return (index, Problem.broken.json)
            }
            try? self.rates.signed(by: signed.head.from, from: asked.peer)
            return (index, self.json(record))
          } catch { return (index, error.json) }
        }
      }
      var answers = [JSONValue](repeating: .null, count: batch.messages.count)
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
    return answer("answers", .array(answers), height: node.gate.height)
  }

  /// What became of a message: 404 says that no block holds it and none waits.
  func message(_ asked: Asked) throws -> Response {
    let stem = try IDStem(asked.name, kind: asked.name.contains("_") ? "message" : nil)
    let id = try stem.whole ?? resolve(asked.name, "message") { try isMessage($0) }
    let found = try node.records.message(id)
    guard let record = found.value else {
      guard node.door.isWaiting(id) else {
        throw Problem.notFound(
          "message \(id)", hint: "it never entered a block: send it, or send it again")
      }
      return answer(
        [
          .init(name: "id", value: .string("\(id)")),
          .init(name: "waiting", value: .bool(true)),
        ], height: found.height, status: .accepted)
    }
    let signed = try CBOR.decode(SignedMessage.self, from: record.bytes)
    guard case .object(var members) = json(record) else { return Response(.broken) }
    members.append(.init(name: "message", value: signed.message.json))
    members.append(.init(name: "authorisation", value: signed.authorisation.json))
    return Response(json: .object(members))
  }

  private func isMessage(_ id: Bytes32) throws -> Bool {
    try node.records.message(id).value != nil
  }

  /// The answer for a message that a block holds: the same for ever.
  func answer(of record: RecordedMessage) -> Response { Response(json: json(record)) }

  func json(_ record: RecordedMessage) -> JSONValue {
    [
      "height": .unsigned(record.height), "id": .string("\(record.id)"),
      "outcome": json(record.outcome),
    ]
  }

  /// An outcome with the words for its code.
  func json(_ outcome: MessageOutcome) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "done", value: .bool(outcome.isDone)),
      .init(name: "code", value: .string(outcome.code)),
      .init(name: "numbers", value: .array(outcome.numbers.map(\.json))),
      .init(name: "toll", value: .unsigned(outcome.toll.units)),
    ]
    if let refusal = outcome.refusal {
      members.append(.init(name: "message", value: .string(refusal.message)))
      members.append(.init(name: "hint", value: .string(refusal.hint)))
    }
    return .object(members)
  }
}

/// Messages that travel together; each stands or falls by itself.
public struct MessageBatch: Fielded {
  public static let typeName = "MessageBatch"
  public var messages: [SignedMessage] = []

  public init() {}
  public init(_ messages: [SignedMessage]) { self.messages = messages }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("messages", &messages)
  }
}
