// The sentences for what the market and the kinds of work refuse.

extension RefusalTexts {
  static let market: [RefusalText] = [
    RefusalText(
      "unknownOrder", "no such order is on the market",
      hint: "tolsey order list has those that are there; what is over has gone"),
    RefusalText(
      "unknownOffer", "no such offer is on the market",
      hint: "tolsey offer list has those that are there; a withdrawn one goes when it is idle"),
    RefusalText(
      "unknownLease", "no such lease is alive",
      hint: "tolsey order show says how it ended"),
    RefusalText(
      "unknownRun", "no such run is open",
      hint: "tolsey run list has those that are settled"),
    RefusalText(
      "notYours", "only the party that the rule names sends this",
      hint: "sign with the key of that party"),
    RefusalText(
      "wrongState", "the object is at station {is}; this needs {wanted}",
      hint: "tolsey order show says where it is and who moves next"),
    RefusalText(
      "tooLate", "the deadline {deadline} has passed; market time is {now}",
      hint: "begin anew; docs/reference/states has all deadlines"),
    RefusalText(
      "outOfRange", "{1?} is {1=}; it must be from {least} to {most}",
      hint: "choose a number in that range"),
    RefusalText(
      "isFrozen", "the object is frozen",
      hint: "the operator releases it and returns each escrow"),
    RefusalText(
      "notFrozen", "the object is not frozen",
      hint: "nothing: it goes its usual way"),
    RefusalText(
      "turnedAway", "the other side's lists turn this account away",
      hint: "choose another side; only its owner changes the lists"),
    RefusalText(
      "rejectionRate", "the rate of rejections is {is%}; the other side takes up to {limit%}",
      hint: "accept good work: the rate falls with what is accepted"),
    RefusalText(
      "tooLittleGood", "confirmed work of {has$}; the other side wants {wanted$}",
      hint: "serve smaller orders first, under checks that confirm work"),
    RefusalText(
      "tooLittleAudited", "audited work of {has$}; the other side wants {wanted$}",
      hint: "serve runs that are audited first"),
    RefusalText(
      "unknownWork", "no kind of work of that name is known",
      hint: "inference, labels and tasks are known here"),
    RefusalText(
      "unknownCheck", "no check of that name is known",
      hint: "tolsey help checks names them"),
    RefusalText(
      "checkTermsDiffer", "the check gives {given} numbers and demands {demanded} by name",
      hint: "name the check as tolsey help checks shows it, or update the client"),
    RefusalText(
      "badReplicas", "{replicas} seats; it must be an odd number, {least} to {most}",
      hint: "choose 3, 5 or 7: an odd number cannot split in half"),
    RefusalText(
      "termsCondition", "the terms break {1?}: {1=} must be {2?} {2=}",
      hint: "tolsey terms check shows every condition"),
    RefusalText(
      "impossibleCase", "the case cannot happen: {1?}",
      hint: "report it with the block's height: the ledger froze what it concerns"),
    RefusalText(
      "noModel", "the spec names no model",
      hint: "name it with --model; tolsey model list has them"),
    RefusalText(
      "badCustody", "no custodian of the network signed for that blob",
      hint: "upload the blob to a node of this network first; it signs for it"),
    RefusalText(
      "blobSize", "no content has {size} bytes when it is cut and encrypted",
      hint: "name the size of the encrypted blob, not of its content"),
    RefusalText(
      "blobTooLarge", "the blob has {size} bytes; the limit is {limit}",
      hint: "send a smaller one, or ask the operator for a higher limit"),
    RefusalText(
      "badKeys", "{got} wrapped keys came; {wanted} are wanted, one a reader",
      hint: "wrap the content key once for each seat, in their order"),
    RefusalText(
      "sealedKeySize", "the sealed key has {bytes} bytes; such have {wanted}",
      hint: "seal it with HPKE as docs/reference/formats has it"),
    RefusalText(
      "noSealingKey", "this account has published no key that others could seal to",
      hint: "tolsey buy, sell, check and offer post publish one by themselves"),
    RefusalText(
      "keyInClear", "a content key stands in clear; only its buyer may publish an input",
      hint: "wrap the key for its reader"),
    RefusalText(
      "wrongKey", "the key does not hash to what was promised",
      hint: "send the key that was wrapped when the blob was named"),
  ]

  static let bidding: [RefusalText] = [
    RefusalText(
      "hasBids", "{bids} have bid; the order stands",
      hint: "it is taken back only before the first bid; an order ends by itself"),
    RefusalText(
      "ownOrder", "nobody deals with himself",
      hint: "deal with another account"),
    RefusalText(
      "alreadyBid", "this account has bid on the order",
      hint: "one bid an account and order; wait for the next order"),
    RefusalText(
      "noBid", "this account has no bid on the order",
      hint: "bid before the window closes"),
    RefusalText(
      "tooManyBidders", "the order has its {limit} bidders, none with a smaller weight",
      hint: "bid with a larger bond or record, or on another order"),
    RefusalText(
      "notOffered", "the check needs an auction; no offer is made under it",
      hint: "use an order: tolsey order create"),
    RefusalText(
      "offerWithdrawn", "the offer is withdrawn",
      hint: "choose another: tolsey offer list"),
    RefusalText(
      "noCapacity", "{wanted} slots are wanted and {free} are free",
      hint: "ask for fewer runs at a time, or choose another offer"),
    RefusalText(
      "sealDiffers", "what was opened is not what was sealed",
      hint: "open the very bytes and salt that were sealed; a client keeps them in its journal"),
  ]

  static let runs: [RefusalText] = [
    RefusalText(
      "wrongRun", "run {index} was named; the next is {next}",
      hint: "send the runs in order"),
    RefusalText(
      "leaseBroken", "a seat lost its bond; no further run starts",
      hint: "what is left of the escrow goes back; order the rest anew"),
    RefusalText(
      "otherInput", "the first run starts with the input that was ordered",
      hint: "send the input that the order committed to"),
    RefusalText(
      "notYourMove", "it is not this party's move",
      hint: "wait: tolsey dispute show says whose turn it is"),
    RefusalText(
      "alreadyAnswered", "this seat has answered",
      hint: "an answer stands once given"),
    RefusalText(
      "tooManyUnits", "{used} units are billed of {asked} asked for",
      hint: "bill at most what was asked for"),
    RefusalText(
      "alreadyDemanded", "this side has demanded once",
      hint: "wait for the other side: its deadline runs"),
    RefusalText(
      "notDemandable", "there is no key to demand now",
      hint: "demand while the other side owes a key and the window is open"),
    RefusalText(
      "badPath", "the chunk's path does not lead to the root",
      hint: "make the path anew from the blob that was committed to"),
    RefusalText(
      "chunkIsTrue", "the chunk decrypts to its leaf; nobody is at fault",
      hint: "judge the output and accept or reject it instead"),
  ]

  static let court: [RefusalText] = [
    RefusalText(
      "unsortedSubjects", "the subjects are not in ascending order, each once",
      hint: "sort the models by id and name each once"),
    RefusalText(
      "leavesAudits", "this auditor has asked for its bond back",
      hint: "register again when the bond is back"),
    RefusalText(
      "leftSubject", "this auditor gave the subject up; what was drawn over then still counts",
      hint: "register for it again when the unbonding time has passed"),
    RefusalText(
      "tooManyChanges", "{limit} changes are remembered; one must be forgotten first",
      hint: "wait until an old change is forgotten"),
    RefusalText(
      "notAnAuditor", "this account is not registered as an auditor",
      hint: "register with tolsey check first"),
    RefusalText(
      "auditBondTooSmall", "the bond is {is$}; the least that gets a place is {least$}",
      hint: "register with a larger bond"),
    RefusalText(
      "tooFewAuditors", "auditors of {operators} operators stand ready; {least} are needed",
      hint: "tolsey check registers an auditor"),
    RefusalText(
      "untiedTrace", "the trace does not begin with the input and end with the answer",
      hint: "make the trace of this run: input first, answer last"),
    RefusalText(
      "notDisputable", "nothing of this run can be disputed now",
      hint: "answers are disputed in the window after they are opened; tolsey run show has it"),
    RefusalText(
      "alreadyChallenged", "this account has challenged the answer",
      hint: "one challenge an account and answer"),
    RefusalText(
      "alreadyOpened", "that was opened for another game",
      hint: "nothing: the opening counts for every game"),
    RefusalText(
      "unknownGame", "no such game is played",
      hint: "tolsey dispute list has them"),
    RefusalText(
      "gameOver", "the game is over",
      hint: "nothing is to be done; tolsey dispute show says how it ended"),
    RefusalText(
      "nothingToDispute", "the run's input is what both sides start from",
      hint: "pick another child: the difference lies behind the input"),
    RefusalText(
      "badVertex", "{got} children came that do not make the vertex of {wanted}",
      hint: "send the children whose hash is the vertex that was picked"),
    RefusalText(
      "wrongRound", "the game is at round {is}; the move is for round {got}",
      hint: "read the game again and move for the round that it is at"),
    RefusalText(
      "unitsDiffer", "{used} units are billed; where answers may be disputed it is all {asked}",
      hint: "bill all that was asked for"),
  ]
}
