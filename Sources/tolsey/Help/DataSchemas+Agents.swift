// The shapes of what `tolsey agent` answers.

extension DataSchemas {
  private static let intent = Shape.open(["kind": .count, "amount": .count, "origin": .text])
  private static let entry = Shape.open(
    ["number": .count, "kind": .count, "reason": .text, "intent": intent])

  private static let channel = Shape.object([
    "id": .text, "seller": .text, "payee": .text, "free": .count, "atRisk": .count,
    "owed": .count, "leaving": .flag, "broken": .flag,
  ])

  static let agents: [String: Shape] = [
    "agent.create/1": .object([
      "name": .text, "account": .text, "session": .text, "folder": .text, "total": .count,
      "perPeriod": .count, "period": .count,
    ]),
    "agent.show/1": .either([
      .object(["agents": .list(.object(["name": .text, "account": .text]))]),
      .object([
        "name": .text, "account": .text, "balance": .count, "session": .orNull(.open()),
        "left": .orNull(.count), "spentToday": .count, "stopped": .flag,
        "pending": .list(entry), "channels": .list(channel),
      ]),
    ]),
    "agent.fund/1": sent, "agent.pay/1": sent, "agent.revoke/1": sent,
    "agent.approve/1": .object(["line": .count, "entry": entry]),
    "agent.deny/1": .object(["line": .count, "entry": entry]),
    "agent.policy/1": .open(["format": .count, "perDay": .count]),
    "agent.log/1": .object(["lines": .count, "hash": .text, "entries": .list(entry)]),
    "agent.serve/1": .object([
      "event": .text, "url": .text, "name": .text, "account": .text, "pocket": .text,
      "owner": .text,
    ]),
    "agent.stop/1": .object(["name": .text, "height": .orNull(.count)]),
  ]
}
