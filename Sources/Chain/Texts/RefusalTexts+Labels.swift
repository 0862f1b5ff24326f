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

  /// What whoever reads the items of a run meets.
  static let items: [RefusalText] = [
    RefusalText(
      "badItems", "item {item} of the input cannot be shown: its {2?} is wrong",
      hint: "plain text, PNG or JPEG, at most 1 MiB each, as many as the spec says")
  ]
}
