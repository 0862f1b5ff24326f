// The sentences for what topics refuse.

extension RefusalTexts {
  static let topics: [RefusalText] = [
    RefusalText("noSuchTopic", "there is no topic {topic}", hint: "see 'tolsey topic list'"),
    RefusalText(
      "badTopicName", "a topic's name is 1 to 32 small letters, digits and dashes",
      hint: "write it like eth-hour"),
    RefusalText(
      "badQuestion", "a topic's question is 1 to 256 printable letters of ASCII",
      hint: "say what the answer of an epoch is to be, and when it is known"),
    RefusalText(
      "badTolerance", "the tolerance is a decimal number from 0 to a billion",
      hint: "write it like 0.001: truths so near to each other are the same"),
    RefusalText(
      "tooManyTopics", "there are {limit} topics, which is the most",
      hint: "wait until one is closed"),
    RefusalText(
      "notTopicOwner", "only the owner of a topic closes it",
      hint: "'tolsey topic show' says who that is"),
    RefusalText(
      "topicCloses", "the topic is being closed: nothing new begins there",
      hint: "look for another with 'tolsey topic list'"),
    RefusalText(
      "topicClosed", "the topic is closed; only grants can be taken back",
      hint: "'tolsey topic withdraw' does that"),
    RefusalText(
      "topicStands", "an epoch of the topic could not be computed, and it stands still",
      hint: "'tolsey topic leave' gives stakes back at once"),
    RefusalText(
      "otherQuarter", "quarter {quarter} of the epoch runs; this belongs into quarter {wanted}",
      hint: "work is sealed in 1 and shown in 2, the truth sealed in 3 and shown in 4; "
        + "--wait stays until then"),
    RefusalText(
      "otherRole", "the account has another role in this topic",
      hint: "another role needs another account"),
    RefusalText(
      "leavesTopic", "the account leaves the topic when the epoch ends",
      hint: "join again in the next epoch"),
    RefusalText(
      "topicIsFull", "every place to be had in this epoch is taken by a stake of {least$} or more",
      hint: "stake more than that, or try in the next epoch"),
    RefusalText(
      "notInTopic", "the account has no place in this topic",
      hint: "'tolsey topic join' takes one"),
    RefusalText(
      "notYetInTopic", "the account has its place from the next epoch on",
      hint: "send it again then"),
    RefusalText(
      "noInferers", "the epoch has no inferer whose loss could be forecast",
      hint: "wait for an epoch that has some"),
    RefusalText(
      "nothingToShow", "nothing of the account is sealed in this epoch",
      hint: "seal in the quarter before"),
    RefusalText(
      "shownAlready", "what was sealed is shown already", hint: "there is nothing left to do"),
    RefusalText(
      "valuesDiffer", "these values and this salt are not what was sealed",
      hint: "show exactly what you sealed last: it costs stake not to"),
    RefusalText(
      "badValues", "{values} values are shown where {wanted} are wanted, or one is no number here",
      hint: "decimal numbers; answers up to a billion, logarithms of losses up to 100"),
  ]
}
