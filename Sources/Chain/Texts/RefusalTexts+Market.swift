// The sentences for what the market and the kinds of work refuse.

extension RefusalTexts {
  static let market: [RefusalText] = [
    RefusalText("unknownOrder", "no such order is on the market"),
    RefusalText("unknownOffer", "no such offer is on the market"),
    RefusalText("unknownLease", "no such lease is alive"),
    RefusalText("unknownRun", "no such run is open"),
    RefusalText("notYours", "only the party that the rule names sends this"),
    RefusalText("wrongState", "the object is at station {is}; this needs {wanted}"),
    RefusalText("tooLate", "the deadline {deadline} has passed; market time is {now}"),
    RefusalText("outOfRange", "{1?} is {1=}; it must be from {least} to {most}"),
    RefusalText(
      "isFrozen", "the object is frozen",
      hint: "the operator releases it and returns each escrow"),
    RefusalText("notFrozen", "the object is not frozen"),
    RefusalText("turnedAway", "the other side's lists turn this account away"),
    RefusalText(
      "rejectionRate", "the rate of rejections is {is%}; the other side takes up to {limit%}"),
    RefusalText(
      "tooLittleGood", "confirmed work of {has$}; the other side wants {wanted$}"),
    RefusalText(
      "tooLittleAudited", "audited work of {has$}; the other side wants {wanted$}"),
    RefusalText("unknownWork", "no kind of work of that name is known"),
    RefusalText("unknownCheck", "no check of that name is known"),
    RefusalText(
      "checkTermsDiffer", "the check gives {given} numbers and demands {demanded} by name"),
    RefusalText("badReplicas", "{replicas} seats; it must be an odd number, {least} to {most}"),
    RefusalText(
      "termsCondition", "the terms break {1?}: {1=} must be {2?} {2=}",
      hint: "tolsey terms check shows every condition"),
    RefusalText("impossibleCase", "the case cannot happen: {1?}"),
    RefusalText("noModel", "the spec names no model"),
    RefusalText("badCustody", "no custodian of the network signed for that blob"),
    RefusalText("blobSize", "no content has {size} bytes when it is cut and encrypted"),
    RefusalText("blobTooLarge", "the blob has {size} bytes; the limit is {limit}"),
    RefusalText("badKeys", "{got} wrapped keys came; {wanted} are wanted, one a reader"),
    RefusalText("sealedKeySize", "the sealed key has {bytes} bytes; such have {wanted}"),
    RefusalText(
      "noSealingKey", "this account has published no key that others could seal to",
      hint: "tolsey buy, sell, check and offer post publish one by themselves"),
    RefusalText("keyInClear", "a content key stands in clear; only its buyer may publish an input"),
    RefusalText("wrongKey", "the key does not hash to what was promised"),
  ]

  static let bidding: [RefusalText] = [
    RefusalText("hasBids", "{bids} have bid; the order stands"),
    RefusalText("ownOrder", "nobody deals with himself"),
    RefusalText("alreadyBid", "this account has bid on the order"),
    RefusalText("noBid", "this account has no bid on the order"),
    RefusalText(
      "tooManyBidders", "the order has its {limit} bidders, none with a smaller weight"),
    RefusalText("notOffered", "the check needs an auction; no offer is made under it"),
    RefusalText("offerWithdrawn", "the offer is withdrawn"),
    RefusalText("noCapacity", "{wanted} slots are wanted and {free} are free"),
    RefusalText("sealDiffers", "what was opened is not what was sealed"),
  ]

  static let runs: [RefusalText] = [
    RefusalText("wrongRun", "run {index} was named; the next is {next}"),
    RefusalText("leaseBroken", "a seat lost its bond; no further run starts"),
    RefusalText("otherInput", "the first run starts with the input that was ordered"),
    RefusalText("notYourMove", "it is not this party's move"),
    RefusalText("alreadyAnswered", "this seat has answered"),
    RefusalText("tooManyUnits", "{used} units are billed of {asked} asked for"),
    RefusalText("alreadyDemanded", "this side has demanded once"),
    RefusalText("notDemandable", "there is no key to demand now"),
    RefusalText("badPath", "the chunk's path does not lead to the root"),
    RefusalText("chunkIsTrue", "the chunk decrypts to its leaf; nobody is at fault"),
  ]

  static let court: [RefusalText] = [
    RefusalText("unsortedSubjects", "the subjects are not in ascending order, each once"),
    RefusalText("leavesAudits", "this auditor has asked for its bond back"),
    RefusalText(
      "leftSubject", "this auditor gave the subject up; what was drawn over then still counts",
      hint: "register for it again when the unbonding time has passed"),
    RefusalText(
      "tooManyChanges", "{limit} changes are remembered; one must be forgotten first"),
    RefusalText("notAnAuditor", "this account is not registered as an auditor"),
    RefusalText(
      "auditBondTooSmall", "the bond is {is$}; the least that gets a place is {least$}"),
    RefusalText(
      "tooFewAuditors", "auditors of {operators} operators stand ready; {least} are needed",
      hint: "tolsey check registers an auditor"),
    RefusalText(
      "untiedTrace", "the trace does not begin with the input and end with the answer"),
    RefusalText("notDisputable", "nothing of this run can be disputed now"),
    RefusalText("alreadyChallenged", "this account has challenged the answer"),
    RefusalText("alreadyOpened", "that was opened for another game"),
    RefusalText("unknownGame", "no such game is played"),
    RefusalText("gameOver", "the game is over"),
    RefusalText("nothingToDispute", "the run's input is what both sides start from"),
    RefusalText("badVertex", "{got} children came that do not make the vertex of {wanted}"),
    RefusalText("wrongRound", "the game is at round {is}; the move is for round {got}"),
    RefusalText(
      "unitsDiffer", "{used} units are billed; where answers may be disputed it is all {asked}"),
  ]
}
