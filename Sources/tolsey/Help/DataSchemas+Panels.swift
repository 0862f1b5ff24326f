// The data of what judges and task sellers print.

extension DataSchemas {
  private static let points = Shape.list(.orNull(.count))

  static let panels: [String: Shape] = [
    "judge.stand/1": .object(["id": .text, "height": .count, "toll": .count, "topic": .count]),
    "judge.score/1": .object([
      "id": .text, "height": .count, "toll": .count, "step": .choice(["sealed", "opened"]),
    ]),
    "judge.list/1": .object([
      "runs": .list(.object(["run": .text, "height": .count]))
    ]),
    "judge.show/1": .object([
      "run": .text, "stage": .text, "question": .text, "criteria": .text, "items": .texts,
      "pieces": .list(
        .object([
          "seat": .count, "item": .count, "text": .text, "points": points,
          "standsPpm": .orNull(.count),
        ])),
      "seats": .list(.object(["account": .text, "scorePpm": .orNull(.count)])),
      "judges": .list(.object(["account": .text, "sharePpm": .orNull(.count)])),
    ]),
    "task.order/1": .object([
      "order": .text, "runs": .texts, "outcome": .orNull(.text), "cost": .count,
    ]),
    "task.work/1": .open(["event": .text, "account": .text]),
  ]
}
