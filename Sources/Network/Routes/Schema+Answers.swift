// The shapes of what the API answers, part by part: rows take theirs from their field lists.

import Chain
import Inference
import Kernel
import Market
import Primitives
import Reputation

extension Schema {
  /// RFC 9457, with our own members beside those of the standard.
  static let problem = Schema.named(
    "Problem",
    .object([
      .must("type", .anyText, "names the problem; the same code, the same type"),
      .must("title", .anyText, "the code in words"),
      .must("status", .number(400...599)),
      .must("detail", .anyText, "what went wrong this time"),
      .must("code", .anyText, "stable; decide by it"),
      .must("message", .anyText, "the same as detail"),
      .must("hint", .anyText, "what to try next; may be empty"),
      .must("numbers", .list(.row(Number.self))),
      .may("candidates", .list(.anyText), "whole ids that a prefix may mean"),
    ]))

  static let outcome = Schema.named(
    "Outcome",
    .object([
      .must("done", .flag), .must("code", .anyText, "empty where it was done"),
      .must("numbers", .list(.row(Number.self))), .must("toll", .anyNumber),
      .may("message", .anyText), .may("hint", .anyText),
    ]))

  static let delivered = Schema.named(
    "Delivered", .answer(.must("id", .hash), .must("outcome", outcome)))

  static let waiting = Schema.named(
    "Waiting", .answer(.must("id", .hash), .must("waiting", .flag)))

  /// A message by its kind, from the field list of each.
  static let message = Schema.named(
    "Message",
    .either(
      MessageKind.allCases.map { kind in
        .named(
          kind.name + "Message",
          .object([
            .must("kind", .choice([kind.name])), .must("content", content(kind.contentType)),
          ]
          ))
      }))

  private static func content<M: MessageContent>(_ type: M.Type) -> Schema { .row(type) }

  static let signedMessage = Schema.named(
    "SignedMessage",
    .object([
      .must("message", .either([message, .hex]), "by its fields, or its canonical bytes"),
      .must("authorisation", .row(Authorisation.self)),
    ]))

  static let settled = Schema.list(
    .object([.must("height", .anyNumber), .must("run", .row(SettledRun.self))]))

  /// An object by its id, and whether the ledger still holds it.
  static func noun(_ kind: String, _ members: SchemaMember...) -> Schema {
    .object(
      [
        .must("height", .anyNumber, "the block that the answer reflects"),
        .must("id", .id(kind)), .must("digest", .hash),
      ] + members)
  }

  static func listed<T: Fielded>(_ kind: String, _ row: T.Type) -> Schema {
    .object([.must("id", .id(kind)), .must("digest", .hash), .must(kind, .row(row))])
  }

  static let block = Schema.named(
    "BlockAnswer",
    .object([
      .must("height", .anyNumber), .must("id", .hash), .must("header", .row(Header.self)),
      .must("signature", .hex),
      .must("messages", .list(.object([.must("id", .hash), .must("outcome", outcome)]))),
      .must("settled", .list(.row(SettledRun.self))), .must("events", .list(.row(Event.self))),
    ]))

  static let gameStates = ["open", "won", "lost", "stopped"]

  static let gameMembers: [SchemaMember] = [
    .must("id", .id("game")), .must("digest", .hash), .must("run", .id("run")),
    .must("challenger", .address), .must("providers", .list(.address)),
    .must("bond", .anyNumber), .must("began", .anyNumber, "the block of its beginning"),
    .must("state", .choice(gameStates), "by the challenger's side"),
    .must("reason", .anyText), .may("ended", .anyNumber),
  ]

  static let custody = Schema.object(
    [
      .must("root", .hash), .must("content", .hash), .must("size", .anyNumber),
      .must(
        "custody", .object([.must("custodian", .address), .must("signature", .hex)]),
        "as evidence carries it"),
      .must("expires", .anyNumber, "unix milliseconds"),
    ].withHeight)
}

extension [SchemaMember] {
  var withHeight: [SchemaMember] { [.must("height", .anyNumber)] + self }
}
