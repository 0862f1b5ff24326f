// What a message would do now: the dry run that a wallet shows before it signs.

import Chain
import Hummingbird
import Kernel
import Primitives

extension API {
  /// Carries a message out on the state after the last block and takes everything back. Only who
  /// would sign it may ask, and only for what wallets sign: a rehearsal costs the node what the
  /// message would, and its asker nothing.
  func rehearse(_ asked: Asked) async throws -> Response {
    let bytes = try await body(of: asked)
    let signer = try signer(asked, body: bytes)
    let (message, session) = try reading { () throws(Refusal) in
      let json = try JSONValue(parsing: bytes, limit: bytes.count)
      guard let message = json["message"] else { throw .missingField("message") }
      let session = json["session"]?.string.flatMap { Address(hex: $0) }
      if json["session"] != nil, session == nil { throw .missingField("session") }
      return (try Message(json: message), session)
    }
    guard signer == session ?? message.head.from else {
      throw Problem(Refusal("notTheSigner"), status: 401)
    }
    guard let kind = message.kind, MessageKind.forSessions.contains(kind) else {
      throw API.notRehearsed
    }
    let turn = try rehearsals.take(signer, isKnown: try isKnown(signer, for: message.head.from))
    // On this task, and not on the queue of the state.
    let unsigned = UnsignedMessage(message, by: session)
    let rehearsal = try await node.door.rehearse(unsigned)
    withExtendedLifetime(turn) {}
    return answer(API.members(of: rehearsal), height: node.gate.height)
  }

  /// Whether it has an account, or may act for one that has.
  private func isKnown(_ signer: Address, for sender: Address) throws -> Bool {
    if try node.records.row("accounts", key: signer.keyBytes).value != nil { return true }
    let session = Sessions.id(of: sender, signer)
    return try node.records.row("sessions", key: session.keyBytes).value != nil
  }

  static let notRehearsed = Problem(
    422, "notRehearsed", "messages of that kind are not rehearsed",
    hint: "what a session may sign is: transfers, orders, taken offers and what follows them")

  private static func members(of rehearsal: Rehearsal) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init(name: "done", value: .bool(rehearsal.refusal == nil)),
      .init(name: "code", value: .string(rehearsal.refusal?.code ?? "")),
      .init(name: "admitted", value: .bool(rehearsal.isAdmitted)),
      .init(name: "toll", value: .unsigned(rehearsal.toll.units)),
      .init(name: "postings", value: .array(rehearsal.postings.map(\.json))),
    ]
    if let refusal = rehearsal.refusal {
      members.append(.init(name: "message", value: .string(refusal.message)))
      members.append(.init(name: "hint", value: .string(refusal.hint)))
    }
    return members
  }
}

extension RouteTable {
  static let rehearsalRoutes: [Route] = [
    .send(
      .post, "/api/rehearsals", .messages,
      "What a message would do now, before anybody signs it; nothing of it happens.",
      body: RouteBody(
        types: [
          (
            "application/json",
            .object([
              .must("message", .message),
              .may("session", .address, "the key that would sign it, where that is not the sender"),
            ])
          )
        ], limit: .messages(1)),
      isSigned: true,
      gives: .json(
        "what it would come to",
        .answer(
          .must("done", .flag), .must("code", .anyText, "empty where it would be done"),
          .must("admitted", .flag, "whether it would enter a block, and so cost its toll"),
          .must("toll", .anyNumber),
          .must("postings", .list(.row(Posting.self)), "money as it would move, tolls first"),
          .may("message", .anyText), .may("hint", .anyText))),
      problems: [
        Problem(Refusal("notTheSigner"), status: 401), API.notRehearsed, .slowDown(1), .stopping,
      ]
    ) { api, asked in try await api.rehearse(asked) }
  ]
}
