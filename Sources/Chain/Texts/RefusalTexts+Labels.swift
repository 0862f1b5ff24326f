// The sentences for what judged runs and labels are refused for.

extension RefusalTexts {
  /// What messages meet under the check `judged`.
  static let judged: [RefusalText] = [
    RefusalText(
      "noJury", "this kind of work has one right answer: no jury judges it",
      hint: "choose replicated, disputable or proved"),
    RefusalText(
      "notForLabels", "labels have no equal bits and no steps that could be computed again",
      hint: "choose judged, or open"),
    RefusalText(
      "badSchema", "the schema of the labels cannot be answered: its {1?} is wrong",
      hint: "a question of 1 to 280 bytes, 2 to 255 names that differ, 32 to 4096 items"),
    RefusalText(
      "badAnswer", "that is no answer to the spec",
      hint: "one byte an item: zero, or the place of a choice counted from one"),
    RefusalText(
      "goldDiffers", "the gold is not what the spec commits to",
      hint: "open exactly what was committed to, with as many items as the check says"),
  ]

  /// What messages meet under the check `panel`, and orders for tasks.
  static let panel: [RefusalText] = [
    RefusalText(
      "badSheet", "that is no sheet of scores for these answers",
      hint: "one point of 1 to 10 for every part that was answered, zero for what was not"),
    RefusalText(
      "tooFewJudges",
      "judges of {operators} operators stand ready for the topic, and {least} are needed",
      hint: "order under a topic that more judges stand for, or ask for fewer judges"),
    RefusalText(
      "hiddenFromJudges", "a panel could not read the input: its key must stand in clear",
      hint: "publish the input's key when the run starts, or choose another check"),
    RefusalText(
      "badTask", "the task cannot be answered or judged: its {1?} is wrong",
      hint: "a question of 1 to 2048 bytes, 1 to 64 items, a topic that is the check's own"),
    RefusalText(
      "badPieces", "that is no answer to the task",
      hint: "one piece for each item, at most 16384 bytes in all, not all of them empty"),
    RefusalText(
      "notForTasks", "tasks have no equal bits and no steps that could be computed again",
      hint: "choose panel, or open"),
  ]

  /// What whoever reads the items of a run meets.
  static let items: [RefusalText] = [
    RefusalText(
      "badItems", "item {item} of the input cannot be shown: its {2?} is wrong",
      hint: "plain text, PNG or JPEG, at most 1 MiB each, as many as the spec says")
  ]
}
