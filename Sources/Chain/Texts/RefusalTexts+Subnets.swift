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
      "noRanking", "no epoch of subnet {subnet} has ranked anybody yet",
      hint: "order without --subnet, or wait until its validators have judged an epoch"),
    RefusalText(
      "tooFewRanked",
      "of the ranked members of subnet {subnet} {has} may bid for this, and it takes {wanted}",
      hint: "order without --subnet, or ask for fewer seats"),
    RefusalText(
      "notRanked",
      "the order is routed to subnet {subnet}, in whose epoch {epoch} this account had no place",
      hint: "bid for orders that are routed to no subnet, or earn a place for later ones"),
    RefusalText(
      "tooFewJurors",
      "judges of {operators} operators of that subnet stand for the topic with enough bond free; "
        + "the draw needs {least}",
      hint: "order without --jury, lower the limit, or ask its validators to register as judges"),
    RefusalText(
      "routingIsFixed", "the share of what is routed there is {share} ppm and stays so",
      hint: "it is said once, before the first epoch ends; a new subnet may have another"),
    RefusalText(
      "notSubnetOwner", "only the owner of a subnet does that",
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
