// The sentences for what subnets, topics and labels refuse.

extension RefusalTexts {
  static let subnets: [RefusalText] = [
    RefusalText("tooManyMembers", "{members} are more than the {limit} that are taken"),
    RefusalText(
      "unequalLists", "a list has {entries} entries where there are {members} members"),
    RefusalText("noSuchMember", "number {member} is none of the {members} that there are"),
    RefusalText("memberNamedTwice", "a row names member {member} twice"),
    RefusalText("negativeStake", "the stake of member {member} is below nothing"),
    RefusalText(
      "answeredTwice", "worker {worker} answered item {item} twice",
      hint: "leave one of the two answers away"),
  ]
}
