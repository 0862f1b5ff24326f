// The data of the commands about topics.

extension DataSchemas {
  /// What lists and the page of a topic say of it.
  private static let topic: KeyValuePairs<String, Shape> = [
    "number": .count, "name": .text, "question": .text, "owner": .text,
    "state": .choice(["open", "closing", "closed", "frozen"]), "epoch": .count,
    "quarter": .orNull(.count), "quarterEnds": .orNull(.count), "tempo": .count, "rate": .count,
    "carried": .count, "staked": .count, "deposit": .count,
  ]
  private static let role = Shape.choice(["inferer", "forecaster", "reputer"])
  private static let numbers = Shape.list(.number)
  private static let member = Shape.object([
    "role": role, "place": .count, "account": .text, "stake": .count, "counted": .count,
    "since": .count, "leaves": .flag, "idle": .count, "seal": .orNull(.text), "shown": numbers,
    "regret": .orNull(.number), "weight": .orNull(.number), "without": .orNull(.number),
    "earned": .count, "total": .count, "slashed": .count,
  ])
  private static let epoch = Shape.object([
    "epoch": .count, "outcome": .choice(["paid", "noAnswer", "noMajority"]), "budget": .count,
    "paid": .count, "answer": .orNull(.number), "naive": .orNull(.number),
    "truth": .orNull(.number), "loss": .orNull(.number), "naiveLoss": .orNull(.number),
    "lines": .list(
      .object([
        "account": .text, "role": role, "place": .count, "counts": .flag, "earned": .count,
        "values": numbers,
      ])),
  ])
  private static let grants = Shape.list(
    .object([
      "id": .text, "sponsor": .text, "perEpoch": .count, "end": .count, "left": .count,
    ]))
  private static let wholeTopic: [ShapeMember] =
    topic.map { ShapeMember(name: $0.key, shape: $0.value, isRequired: true) }
    + ([
      ("height", .count), ("marketTime", .count), ("quarters", .list(.count)),
      ("inferers", .count), ("answer", .orNull(.number)), ("naive", .orNull(.number)),
      ("loss", .orNull(.number)), ("members", .list(member)),
      (
        "newcomers",
        .list(.object(["role": role, "place": .count, "account": .text, "stake": .count]))
      ),
      ("naiveRegrets", numbers), ("oneOutRegrets", .list(numbers)),
      ("oneInRegrets", .list(numbers)), ("epochs", .list(epoch)),
      ("rules", .open(["tempo": .count])), ("grants", grants),
    ] as [(String, Shape)]).map { ShapeMember(name: $0.0, shape: $0.1, isRequired: true) }

  static let topics: [String: Shape] = [
    "topic.list/1": .object([
      "height": .count, "topics": .list(.object(topic)), "open": .count, "deposit": .count,
      "marketTime": .count, "next": .orNull(.count),
    ]),
    "topic.show/1": .members(wholeTopic, isOpen: false),
    "topic.create/1": .object(["id": .text, "height": .count, "toll": .count, "topic": .count]),
    "topic.fund/1": sent, "topic.withdraw/1": sent, "topic.join/1": sent, "topic.leave/1": sent,
    "topic.seal/1": sent, "topic.reveal/1": sent, "topic.close/1": sent,
    "topic.epoch/1": .object([
      "epochs": .list(
        .object([
          "name": .text, "columns": .open(), "compared": .count, "differences": .texts,
        ]))
    ]),
  ]
}
