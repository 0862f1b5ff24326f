// The shapes of what is said about receipts, disputes, the log, the rules and a node's upkeep.

extension DataSchemas {
  private static let receipt = Shape.open(
    ["consistent": .flag],
    may: [
      "stations": .list(.object(["name": .text, "title": .text, "text": .text])),
      "signedBy": .open(["operator": .text, "network": .text, "height": .count]),
      "known": .flag, "trust": .text, "run": .text, "outcome": .text,
      "cost": .orNull(.count), "station": .orNull(.text), "number": .count, "what": .text,
      "step": .text, "sealed": .flag, "claim": .text, "place": .count, "of": .count,
      "from": .count, "through": .count, "sum": .count, "isHeld": .flag,
      "paid": .count, "carrier": .text,
    ])
  private static let event = Shape.object([
    "height": .count, "index": .count, "name": .text, "subject": .text, "order": .text,
    "lease": .text, "parties": .texts, "objects": .texts, "numbers": .list(.open()),
  ])
  private static let auditor = Shape.open([
    "address": .text, "auditor": .open(["subjects": .texts, "bond": .count]),
  ])
  private static let message = Shape.object([
    "id": .text, "height": .count, "kind": .text, "from": .text, "code": .text,
  ])
  private static let line = Shape.object([
    "height": .count, "id": .text, "time": .count, "messages": .count, "settled": .count,
    "events": .count,
  ])

  static let checking: [String: Shape] = [
    "receipt.verify/1": receipt, "receipt.show/1": receipt,
    "receipt.list/1": .object([
      "account": .text, "total": .count,
      "receipts": .list(
        .object([
          "run": .text, "index": .count, "state": .choice(["settled"]), "outcome": .text,
          "height": .count, "price": .count, "providers": .texts,
          "part": .choice(["buyer", "provider"]), "time": .count,
        ])),
    ]),
    "dispute.list/1": .open(["disputes": .list(.open(["id": .text, "state": .text]))]),
    "dispute.show/1": .open(["id": .text, "run": .text, "state": .text]),
    "dispute.replay/1": .open(["network": .text]),
    "dispute.challenge/1": .object([
      "id": .text, "height": .count, "toll": .count, "dispute": .text,
    ]),
    "dispute.step/1": .object([
      "dispute": .text, "moves": .list(.object(["id": .text, "kind": .text])),
    ]),
    "auditor.list/1": page("auditors", of: auditor), "auditor.show/1": auditor,
    "chain.show/1": .open([
      "network": .text, "chainId": .count, "operator": .text, "height": .count, "time": .count,
      "version": .text,
    ]),
    "chain.genesis/1": .open(["chainId": .count, "operator": .text, "terms": .open()]),
    "chain.verify/1": .open(
      may: ["network": .text, "height": .count, "stateRoot": .text, "tip": .text]),
    "block.list/1": .object(["blocks": .list(line), "before": .orNull(.count), "height": .count]),
    "block.show/1": .open([
      "height": .count,
      "block": .open([
        "height": .count, "id": .text, "header": .open(), "signature": .text,
        "messages": .list(.open(["id": .text, "outcome": .open()])), "settled": .list(.open()),
        "events": .list(.open(["name": .text])),
      ]),
    ]),
    "message.list/1": .object(["run": .text, "messages": .list(message)]),
    "message.show/1": .open(["id": .text], may: ["height": .count, "outcome": .open()]),
    "event.list/1": .object(["events": .list(event), "cursor": .orNull(.text)]),
    "event.follow/1": event,
  ]

  static let rules: [String: Shape] = [
    "auction.try/1": .object([
      "cases": .list(
        .object(
          ["winners": .texts, "payments": .list(.count)], may: ["name": .text, "reason": .text]))
    ]),
    "settle.try/1": .open(["cases": .list(.open(["name": .text, "rule": .text]))]),
    "terms.show/1": .open(["audit": .count, "coalition": .count, "winner": .count]),
    "terms.check/1": .object([
      "conditions": .list(
        .object([
          "name": .text, "holds": .flag, "left": .count, "relation": .text, "right": .count,
          "unit": .text, "leftText": .text, "rightText": .text, "why": .text,
        ]))
    ]),
    "terms.amend/1": sent,
    "cheats/1": .open(["seed": .count, "runs": .count, "cheats": .list(.open(["name": .text]))]),
    "demo/1": .open(),
  ]

  private static let backup = Shape.object([
    "folder": .text, "network": .text, "height": .count, "tip": .text, "blobs": .count,
    "bytes": .orNull(.count), "keys": .flag,
  ])

  static let upkeep: [String: Shape] = [
    "up/1": .open([
      "url": .text, "rpc": .text, "agents": .orNull(.text), "network": .text,
      "operator": .text, "height": .count,
      "accounts": .list(.object(["address": .text, "key": .text, "balance": .count])),
    ]),
    "db.check/1": .object([
      "network": .text, "format": .count, "height": .count, "tip": .text, "bytes": .count,
      "blobs": .count, "blobBytes": .count, "damagedBlobs": .texts, "process": .orNull(.count),
    ]),
    "db.backup/1": backup, "db.restore/1": backup,
    "doctor/1": .object([
      "checks": .list(
        .object([
          "name": .text, "state": .choice(["ok", "warn", "fail"]), "text": .text,
          "hint": .orNull(.text),
        ]))
    ]),
    "help/1": .object([
      "concept": .text, "summary": .text, "text": .text, "page": .text, "commands": .texts,
    ]),
    "concepts/1": .object(["concepts": .list(.object(["concept": .text, "summary": .text]))]),
    "completions/1": .object(["shell": .text, "script": .text]),
    "schema.list/1": .object(["schemas": .texts]), "schema.show/1": .open(["title": .text]),
    "docs/1": .object(["page": .text]), "version/1": .object(["version": .text]),
    "error/1": .null,
  ]
}
