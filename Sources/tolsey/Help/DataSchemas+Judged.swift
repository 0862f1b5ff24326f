// The data of the commands about subnets, tournaments and labels.

extension DataSchemas {
  private static let member = Shape.list(.count)
  private static let flags = Shape.list(.flag)

  /// What lists and the page of a subnet say of it.
  private static let subnet: KeyValuePairs<String, Shape> = [
    "number": .count, "name": .text, "owner": .text,
    "state": .choice(["open", "closing", "closed"]), "members": .count, "room": .count,
    "epoch": .count, "epochEnds": .count, "lastEpoch": .count, "tempo": .count, "rate": .count,
    "carried": .count, "price": .count, "deposit": .count, "closes": .count,
  ]
  private static let seat = Shape.object([
    "uid": .count, "account": .text, "staked": .count, "leaving": .count, "stake": .count,
    "trust": .count, "consensus": .count, "incentive": .count, "dividends": .count,
    "emission": .count, "updated": .count, "registered": .count, "permit": .flag, "take": .count,
    "nextTake": .count, "takeFrom": .count, "sealed": .orNull(.text), "owed": .orNull(.text),
    "weights": .list(.list(.count)),
  ])
  private static let wholeSubnet: [ShapeMember] =
    subnet.map { ShapeMember(name: $0.key, shape: $0.value, isRequired: true) } + [
      ShapeMember(name: "height", shape: .count, isRequired: true),
      ShapeMember(name: "marketTime", shape: .count, isRequired: true),
      ShapeMember(name: "staked", shape: .count, isRequired: true),
      ShapeMember(name: "parameters", shape: .open(["tempo": .count]), isRequired: true),
      ShapeMember(name: "routing", shape: .orNull(routing), isRequired: true),
      ShapeMember(name: "seats", shape: .list(seat), isRequired: true),
      ShapeMember(name: "grants", shape: .list(grant), isRequired: true),
      ShapeMember(name: "asset", shape: .orNull(ownAsset), isRequired: true),
      ShapeMember(name: "pool", shape: .orNull(assetPool), isRequired: true),
      ShapeMember(name: "stakes", shape: .list(stake), isRequired: false),
      ShapeMember(name: "readings", shape: .list(reading), isRequired: false),
    ]
  private static let routing = Shape.object([
    "share": .count, "waiting": .count, "root": .count, "runs": .count, "earned": .count,
    "paid": .count,
    "latest": .list(
      .object(["order": .text, "run": .text, "earned": .count, "paid": .count])),
  ])
  private static let ownAsset = Shape.object([
    "name": .text, "number": .count, "cap": .count, "circulating": .count, "emission": .count,
    "halves": .orNull(.count), "carried": .count,
  ])
  private static let assetPool = Shape.object([
    "seeder": .text, "dollars": .count, "own": .count, "fee": .count, "value": .count,
    "average": .count, "fed": .count, "ends": .orNull(.count), "isOver": .flag,
    "taken": .count,
  ])
  /// A sharing of the root, with what it read of the pool.
  private static let reading = Shape.object([
    "epoch": .count, "height": .count, "time": .count, "paid": .count, "left": .count,
    "readings": .list(
      .object(["subnet": .count, "value": .count, "average": .count, "share": .count])),
  ])
  private static let root = Shape.object([
    "held": .count, "given": .count, "epoch": .count, "toShare": .count,
    "ends": .orNull(.count), "subnets": .list(.count),
  ])
  private static let grant = Shape.object([
    "id": .text, "sponsor": .text, "perEpoch": .count, "end": .count, "left": .count,
  ])
  private static let stake = Shape.object([
    "uid": .count, "validator": .text, "worth": .count, "leaving": .count,
    "leaves": .orNull(.count),
  ])
  /// What lists and the page of a tournament say of it.
  private static let tournament: KeyValuePairs<String, Shape> = [
    "number": .count, "name": .text, "owner": .text,
    "state": .choice(["open", "waiting", "scoring", "paid", "void"]), "purse": .count,
    "entries": .count, "room": .count, "staked": .count, "revealed": .count,
    "closes": .count, "revealsBegin": .count, "revealsEnd": .count, "truthEnds": .count,
    "paid": .count, "burnt": .count,
  ]
  private static let wholeTournament: [ShapeMember] =
    tournament.map { ShapeMember(name: $0.key, shape: $0.value, isRequired: true) } + [
      ShapeMember(name: "height", shape: .count, isRequired: true),
      ShapeMember(name: "marketTime", shape: .count, isRequired: true),
      ShapeMember(name: "factor", shape: .count, isRequired: true),
      ShapeMember(name: "run", shape: .orNull(.text), isRequired: true),
      ShapeMember(name: "output", shape: .orNull(.text), isRequired: true),
      ShapeMember(name: "truth", shape: .list(.number), isRequired: true),
      ShapeMember(name: "rules", shape: .open(["values": .count]), isRequired: true),
      ShapeMember(name: "source", shape: .open(["width": .count]), isRequired: true),
      ShapeMember(
        name: "board",
        shape: .list(
          .object([
            "account": .text, "stake": .count, "seal": .text, "entered": .count,
            "revealed": .flag, "forecast": .list(.count), "score": .orNull(.number),
            "interval": .list(.number), "earned": .count, "burnt": .count,
          ])), isRequired: true),
      ShapeMember(
        name: "sponsors", shape: .list(.object(["account": .text, "amount": .count])),
        isRequired: true),
    ]
  private static let actor = Shape.object([
    "name": .text, "part": .text, "does": .text, "why": .text, "account": .text,
    "uid": .orNull(.count),
    "asked": .count, "right": .count, "staked": .count, "earned": .count, "before": .count,
    "after": .count, "locked": .count,
  ])

  private static let labeller = Shape.object([
    "name": .text, "part": .text, "does": .text, "why": .text, "account": .text,
    "batches": .count, "paidBatches": .count, "bondsLost": .count, "answers": .count,
    "right": .count, "goldAnswers": .count, "goldRight": .count, "bits": .number, "paid": .count,
    "lost": .count, "before": .count, "after": .count,
  ])

  private static let earnedRun: KeyValuePairs<String, Shape> = [
    "run": .text, "fate": .text, "paid": .count, "lost": .count, "answered": .count,
    "items": .count, "why": .text,
  ]
  /// A run that was settled, as who worked in it is told.
  static let settledRun = Shape.members(
    [ShapeMember(name: "event", shape: .choice(["settled"]), isRequired: true)]
      + earnedRun.map { ShapeMember(name: $0.key, shape: $0.value, isRequired: true) },
    isOpen: false)
  private static let datasetRow = Shape.object([
    "id": .text, "label": .orNull(.text), "confidence": .number, "answers": .open(),
    "disagreementPpm": .count, "sure": .flag, "runs": .texts,
  ])
  private static let card = Shape.object([
    "question": .text, "choices": .texts, "items": .count, "sure": .count, "unanswered": .count,
    "answers": .count, "rounds": .count, "model": .text, "goldItems": .count,
    "goldAnswers": .count, "goldPpm": .count, "agreementPpm": .count, "cost": .count,
    "budget": .count, "end": .orNull(.text),
    "labellers": .list(
      .object([
        "account": .text, "answers": .count, "gold": .count, "goldRight": .count,
        "items": .count, "agreed": .count, "broken": .count, "bits": .number, "paid": .count,
      ])),
  ])

  static let judged: [String: Shape] = [
    "subnet.list/1": .object([
      "height": .count, "subnets": .list(.object(subnet)), "open": .count, "deposit": .count,
      "marketTime": .count, "next": .orNull(.count), "root": root,
    ]),
    "root.show/1": root, "root.fund/1": sent,
    "subnet.issue/1": sent, "subnet.seed/1": sent, "subnet.drain/1": sent, "subnet.buy/1": sent,
    "subnet.sell/1": sent, "subnet.collect/1": sent,
    "subnet.show/1": .members(wholeSubnet, isOpen: false),
    "subnet.create/1": .object(["id": .text, "height": .count, "toll": .count, "subnet": .count]),
    "subnet.fund/1": sent, "subnet.withdraw/1": sent, "subnet.register/1": sent,
    "subnet.take/1": sent, "subnet.stake/1": sent, "subnet.unstake/1": sent,
    "subnet.close/1": sent, "subnet.share/1": sent,
    "tournament.list/1": .object([
      "height": .count, "tournaments": .list(.object(tournament)), "marketTime": .count,
      "next": .orNull(.count),
    ]),
    "tournament.show/1": .members(wholeTournament, isOpen: false),
    "tournament.create/1": .object([
      "id": .text, "height": .count, "toll": .count, "tournament": .count,
    ]),
    "tournament.fund/1": sent, "tournament.enter/1": sent, "tournament.reveal/1": sent,
    "tournament.truth/1": sent,
    "subnet.weights/1": .object([
      "opened": .list(.count), "sealed": .orNull(.count), "epoch": .count, "epochEnds": .count,
    ]),
    "subnet.demo/1": .object(
      [
        "seed": .count, "network": .text, "blocks": .count, "epochs": .count, "budget": .count,
        "paid": .count, "moneyIn": .count, "moneyOut": .count, "escrow": .count, "tolls": .count,
        "treasury": .count, "actors": .list(actor),
        "findings": .list(.object(["says": .text, "holds": .flag])),
      ], may: ["url": .text]),
    "subnet.epoch/1": .object([
      "steps": .list(
        .object(
          [
            "stake_weight": member, "active": flags, "consensus": member,
            "validator_trust": member, "rank": member, "trust": member, "incentive": member,
            "dividends": member, "server_emission": member, "validator_emission": member,
            "emission": member, "new_validator_permit": flags,
            "bonds": .list(.list(.list(.count))),
          ], may: ["differences": .texts]))
    ]),
    "labels.demo/1": .object(
      [
        "seed": .count, "network": .text, "blocks": .count, "digits": .count, "right": .count,
        "sure": .count, "sureRight": .count, "majorityRight": .count, "rounds": .count,
        "cost": .count, "budget": .count, "moneyIn": .count, "moneyOut": .count,
        "escrow": .count, "tolls": .count, "treasury": .count,
        "card": card,
        "labellers": .list(labeller),
        "findings": .list(.object(["says": .text, "holds": .flag])),
      ], may: ["url": .text]),
    "labels.aggregate/1": .object([
      "cases": .list(
        .object(
          [
            "model": .choice(["dawidSkene", "oneCoin"]), "labels": .texts,
            "priors": .list(.number),
            "items": .list(
              .object([
                "task": .text, "label": .text, "confidence": .number, "answers": .count,
                "probas": .list(.number),
              ])),
            "workers": .list(
              .object(["worker": .text, "answers": .count, "bits": .number])),
          ], may: ["differences": .texts]))
    ]),
    "labels.order/1": .object([
      "job": .text, "end": .orNull(.text),
      "files": .object(["csv": .text, "jsonl": .text, "page": .text, "card": .text]),
      "card": card,
    ]),
    "labels.show/1": .either([
      .object([
        "kind": .choice(["job"]), "job": .text, "card": card, "waiting": .count,
        "reserved": .count, "items": .list(datasetRow),
      ]),
      .object([
        "kind": .choice(["run"]), "run": .text, "outcome": .text, "question": .text,
        "choices": .texts, "par": .count,
        "seats": .list(
          .object([
            "account": .text, "fate": .text, "paid": .count, "lost": .count, "answered": .count,
            "why": .text, "gold": .count, "goldRight": .count,
          ])),
        "items": .list(
          .object([
            "item": .count, "label": .orNull(.text), "confidence": .number,
            "answers": .list(.count), "gold": .flag,
          ])),
      ]),
      .object([
        "kind": .choice(["account"]), "account": .text, "paid": .count, "lost": .count,
        "total": .count, "runs": .list(.object(earnedRun)),
      ]),
    ]),
    "labels.work/1": .either([
      .object(
        ["event": .choice(["ready"]), "price": .count, "account": .text], may: ["url": .text]),
      settledRun,
      .object(["event": .choice(["trouble"]), "why": .text]),
      .object(["event": .choice(["stopped"]), "account": .text, "earned": .count]),
    ]),
    "labels.gold/1": .open(["event": .choice(["ready", "written"]), "items": .count]),
  ]
}
