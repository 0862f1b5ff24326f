// The data of what judges and task sellers print.

import Workers

extension DataSchemas {
  private static let points = Shape.list(.orNull(.count))

  static let panels: [String: Shape] = [
    "judge.stand/1": .object(["id": .text, "height": .count, "toll": .count, "topic": .count]),
    "judge.score/1": .object([
      "id": .text, "height": .count, "toll": .count, "step": .choice(["sealed", "opened"]),
    ]),
    "judge.leave/1": sent,
    "judge.serve/1": .either([
      .object(["event": .choice(["ready"]), "account": .text, "bond": .count]),
      .object(["event": .choice(["drawn"]), "run": .text, "until": .count]),
      .object(["event": .choice(["scored"]), "run": .text, "pieces": .count]),
      .object(["event": .choice(["sealed", "opened"]), "run": .text]),
      .object([
        "event": .choice(["trouble"]), "run": .text, "why": .text,
        "code": .choice(ScoringTrouble.Code.allCases.map(\.rawValue)),
      ]),
      .object([
        "event": .choice(["settled"]), "run": .text, "outcome": .text, "earned": .count,
        "lost": .count,
      ]),
      .object([
        "event": .choice(["stopped"]), "account": .text, "settled": .count, "earned": .count,
        "lost": .count, "waiting": .count, "failing": .count,
      ]),
    ]),
    "judge.list/1": .object([
      "runs": .list(.object(["run": .text, "height": .count]))
    ]),
    "judge.show/1": .object([
      "run": .text, "stage": .text, "question": .text, "criteria": .text, "items": .texts,
      "pieces": .list(
        .object([
          "seat": .count, "item": .count, "text": .text, "points": points,
          "standsPpm": .orNull(.count), "goldPpm": .orNull(.count),
        ])),
      "seats": .list(.object(["account": .text, "scorePpm": .orNull(.count)])),
      "judges": .list(
        .object([
          "account": .text, "sharePpm": .orNull(.count), "goldErrorPpm": .orNull(.count),
        ])),
    ]),
    "task.order/1": .object([
      "order": .text, "runs": .texts, "outcome": .orNull(.text), "cost": .count,
    ]),
    "task.work/1": .either([
      .object(["event": .choice(["ready"]), "price": .count, "account": .text]),
      settledRun,
      .object(["event": .choice(["trouble"]), "why": .text]),
      .object(["event": .choice(["stopped"]), "account": .text, "earned": .count]),
    ]),
  ]
}
