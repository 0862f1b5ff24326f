// The sentences for what subnets, topics and labels refuse.

extension RefusalTexts {
  /// What messages about subnets are refused with.
  static let subnets: [RefusalText] = [
    RefusalText("noSuchSubnet", "there is no subnet {subnet}", hint: "see 'tolsey subnet list'"),
    RefusalText(
      "badSubnetName", "a subnet's name is 1 to 32 small letters, digits and dashes",
      hint: "write it like digits-8"),
    RefusalText(
      "tooManySubnets", "there are {limit} subnets, which is the most",
      hint: "wait until one is closed"),
    RefusalText(
      "priceAboveMost", "it costs {price$} now; the message allows {most$}",
      hint: "allow more, or wait: the price falls with time"),
    RefusalText(
      "notSubnetOwner", "only the owner of a subnet closes it, or gives it an asset",
      hint: "'tolsey subnet show' says who that is"),
    RefusalText(
      "subnetCloses", "the subnet is being closed: nothing new begins there",
      hint: "look for another with 'tolsey subnet list'"),
    RefusalText(
      "subnetClosed", "the subnet is closed; only stake and grants can be taken back",
      hint: "'tolsey subnet unstake' and 'tolsey subnet withdraw' do that"),
    RefusalText(
      "epochIsDue", "the epoch is over and about to be computed",
      hint: "send it again after the next block"),
    RefusalText(
      "alreadyMember", "the account has a seat in this subnet already",
      hint: "'tolsey subnet show' has its uid; another seat needs another account"),
    RefusalText(
      "notMember", "the account has no seat in this subnet",
      hint: "'tolsey subnet register' takes one"),
    RefusalText(
      "everySeatImmune", "all {members} seats are taken by members that are still immune",
      hint: "wait until the oldest of them can be displaced"),
    RefusalText(
      "stakeTooSmall", "that is too little to stake; the least is {least$}", hint: "stake more"),
    RefusalText(
      "nothingStaked", "there is nothing of yours staked there",
      hint: "name the member that you staked on, if it is not yourself"),
    RefusalText(
      "noPermit", "the last epoch gave this member no permit to judge",
      hint: "permits go to the greatest stakes, at each epoch's end"),
    RefusalText(
      "sealedAlready", "weights for epoch {epoch} are sealed already",
      hint: "open them in the next epoch, and seal others there"),
    RefusalText(
      "nothingSealed", "nothing waits to be opened: weights are opened in the epoch after theirs",
      hint: "'tolsey subnet show' says who owes weights"),
    RefusalText(
      "weightsDiffer", "these weights and this salt are not what was sealed",
      hint: "open exactly what you sealed: it costs stake not to"),
    RefusalText(
      "badWeights", "entry {place} of the weights is wrong",
      hint: "uids ascend and name members; each has a share from 0 to 65535"),
    RefusalText(
      "notYourGrant", "no grant of yours has that id",
      hint: "it is the id that 'tolsey subnet fund' or 'tolsey topic fund' gave, for that key"),
    RefusalText(
      "grantIsSpent", "nothing of the grant is left beyond the running epoch",
      hint: "the running epoch stays paid"),
  ]

  /// What cases in files are refused with, beside what the ledger refuses.
  static let consensus: [RefusalText] = [
    RefusalText(
      "tooManyMembers", "{members} are more than the {limit} that are taken",
      hint: "leave some out; a subnet has at most that many seats"),
    RefusalText(
      "unequalLists", "a list has {entries} entries where there are {members} members",
      hint: "give one entry a member in every list"),
    RefusalText(
      "noSuchMember", "number {member} is none of the {members} that there are",
      hint: "members are numbered from 0; tolsey subnet show lists them"),
    RefusalText(
      "memberNamedTwice", "a row names member {member} twice",
      hint: "name each member once a row"),
    RefusalText(
      "negativeStake", "the stake of member {member} is below nothing",
      hint: "give stakes of 0 or more"),
    RefusalText(
      "answeredTwice", "worker {worker} answered item {item} twice",
      hint: "leave one of the two answers away"),
  ]
}
