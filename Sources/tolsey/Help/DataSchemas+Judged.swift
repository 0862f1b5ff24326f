// The data of the commands about subnets, topics and labels.

extension DataSchemas {
  private static let member = Shape.list(.count)
  private static let flags = Shape.list(.flag)

  static let judged: [String: Shape] = [
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
    "topic.epoch/1": .object([
      "epochs": .list(
        .object([
          "name": .text, "columns": .open(), "compared": .count, "differences": .texts,
        ]))
    ]),
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
  ]
}
