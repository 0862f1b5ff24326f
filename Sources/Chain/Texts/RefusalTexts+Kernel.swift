// The sentences for what Primitives and the Kernel refuse.

extension RefusalTexts {
  static let primitives: [RefusalText] = [
    RefusalText(
      "overflow", "a sum, product or time leaves the range of 64 bits",
      hint: "use smaller numbers"),
    RefusalText(
      "malformed", "the bytes are not in canonical form, from byte {offset} on",
      hint: "encode again with a current client"),
    RefusalText(
      "badText", "the text is not what its field wants, from letter {offset} on",
      hint: "use plain text of the length that the field's reference names"),
    RefusalText("badChecksum", "the id has a mistyped letter", hint: "copy it again"),
    RefusalText(
      "unusableKey", "nothing can be sealed to that key",
      hint: "ask its owner to publish another sealing key: tolsey sell does so"),
    RefusalText(
      "badKey", "these 32 bytes are no secret key of secp256k1",
      hint: "make a key with tolsey key new"),
    RefusalText(
      "badSignature", "no key could have made this signature",
      hint: "sign again, over the digest of this message and this network"),
    RefusalText(
      "highS", "the signature is the malleable one of two",
      hint: "sign with a library that gives the lower s (EIP-2)"),
    RefusalText(
      "badRecoveryByte", "the signature ends in {v}; it must be 27 or 28",
      hint: "add 27 to a recovery id of 0 or 1"),
    RefusalText(
      "badSignatureLength", "the signature has {got} bytes; it must have {needs}",
      hint: "send r, s and the recovery byte, in this order"),
    RefusalText(
      "tooLong", "{got} bytes are more than the {limit} that are taken",
      hint: "send less, or in parts"),
    RefusalText(
      "unknownField", "the object has a field {1?}, which the type has not",
      hint: "leave it out, or update the program that reads it"),
    RefusalText(
      "missingField", "the field {1?} is missing",
      hint: "add it; docs/reference has the fields of each type"),
    RefusalText(
      "duplicateField", "a field stands there twice",
      hint: "leave it there once"),
    RefusalText(
      "badField", "the field {1?} does not hold what its type wants, {2?}",
      hint: "docs/reference has what each field holds"),
    RefusalText(
      "unknownKind", "the number {kind} stands for nothing known here",
      hint: "update the program, or use a number that is known here"),
  ]

  static let kernel: [RefusalText] = [
    RefusalText(
      "unknownAccount", "the account is not open",
      hint: "it opens when somebody sends money to it"),
    RefusalText(
      "staleSequence", "sequence {got} of this lane was used; the next is {next}",
      hint: "ask for the account's lanes and sign again"),
    RefusalText(
      "futureSequence", "sequence {got} comes too early; the next of this lane is {next}",
      hint: "send the messages before it first"),
    RefusalText(
      "gapTooLong",
      "sequence {sequence} waited {seconds} s for sequence {next}, which did not come",
      hint: "send the missing message first, then this one again"),
    RefusalText(
      "accountWaits", "{messages} messages with {bytes} bytes wait at this account's cost already",
      hint: "send it again when some of them are in a block"),
    RefusalText(
      "expired", "the message was valid until {validUntil}, and it is {now}",
      hint: "sign it again with a later validUntil"),
    RefusalText(
      "insufficient", "the holder has {has$} and needs {needs$}",
      hint: "fund the account, tolls included"),
    RefusalText(
      "treasuryIsFinal", "nothing leaves the treasury",
      hint: "nobody can: what the treasury has is burnt"),
    RefusalText(
      "onlyTheOperator", "only the operator of the network sends this",
      hint: "ask the operator of the network"),
    RefusalText(
      "notConcerned", "the sender is neither the account nor the operator named",
      hint: "send it from one of these two accounts"),
    RefusalText(
      "operatorHasOperator", "the operator named has an operator itself",
      hint: "name the operator that stands behind it"),
    RefusalText(
      "notDeclared", "the account has not named this operator",
      hint: "let the account name it first"),
    RefusalText(
      "noReceiver", "the zero address is nobody's",
      hint: "name the account that is meant"),
    RefusalText(
      "emptyKey", "a key of zero bytes stands for none",
      hint: "leave the field out, or send the key"),
    RefusalText(
      "emptyAnchor", "an anchor of zero bytes stands for none",
      hint: "send the last link of a new chain"),
    RefusalText(
      "wrongLink", "the link does not hash to the one before it",
      hint: "the operator's hash chain belongs to another network, or blocks are missing"),
    RefusalText(
      "linksUsedUp", "the operator's hash chain is at its end",
      hint: "the operator announces a new chain before the last one ends; this one is over"),
    RefusalText(
      "linksAlreadyRenewed", "the next hash chain is announced already",
      hint: "nothing: it begins when this one is at its end"),
    RefusalText(
      "renewalTooLate", "{remaining} links are left; a renewal needs {needs}",
      hint: "the chain must be announced while enough links are left"),
    RefusalText(
      "timeNotAfterParent", "the block's time {time} is not after {parent}",
      hint: "set the clock of the machine that makes blocks"),
    RefusalText(
      "pauseTooLong", "a pause of {pause} ms is longer than the gap of {gap} ms",
      hint: "a pause is the time in which no block was made, and no more"),
    RefusalText(
      "emptyDraw", "there is nothing to draw from",
      hint: "wait until there is somebody to draw"),
    RefusalText(
      "noSuchTurn", "turn {turn} of {turns} does not exist",
      hint: "turns are counted from 0"),
    RefusalText(
      "tooFewForSeats", "{entries} entries are too few for {seats} seats",
      hint: "ask for fewer seats, or wait for more bids"),
  ]
}
