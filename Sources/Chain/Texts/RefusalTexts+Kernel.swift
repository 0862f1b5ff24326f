// The sentences for what Primitives and the Kernel refuse.

extension RefusalTexts {
  static let primitives: [RefusalText] = [
    RefusalText("overflow", "a sum, product or time leaves the range of 64 bits"),
    RefusalText(
      "malformed", "the bytes are not in canonical form, from byte {offset} on",
      hint: "encode again with a current client"),
    RefusalText("badText", "the text is not what its field wants, from letter {offset} on"),
    RefusalText("badChecksum", "the id has a mistyped letter", hint: "copy it again"),
    RefusalText("unusableKey", "nothing can be sealed to that key"),
    RefusalText("badKey", "these 32 bytes are no secret key of secp256k1"),
    RefusalText("badSignature", "no key could have made this signature"),
    RefusalText(
      "highS", "the signature is the malleable one of two",
      hint: "sign with a library that gives the lower s (EIP-2)"),
    RefusalText("badRecoveryByte", "the signature ends in {v}; it must be 27 or 28"),
    RefusalText("badSignatureLength", "the signature has {got} bytes; it must have {needs}"),
    RefusalText("tooLong", "{got} bytes are more than the {limit} that are taken"),
    RefusalText("unknownField", "the object has a field {1?}, which the type has not"),
    RefusalText("missingField", "the field {1?} is missing"),
    RefusalText("duplicateField", "a field stands there twice"),
    RefusalText("badField", "the field {1?} does not hold what its type wants, {2?}"),
    RefusalText("unknownKind", "the number {kind} stands for nothing known here"),
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
    RefusalText("treasuryIsFinal", "nothing leaves the treasury"),
    RefusalText("onlyTheOperator", "only the operator of the network sends this"),
    RefusalText("notConcerned", "the sender is neither the account nor the operator named"),
    RefusalText("operatorHasOperator", "the operator named has an operator itself"),
    RefusalText("notDeclared", "the account has not named this operator"),
    RefusalText("noReceiver", "the zero address is nobody's"),
    RefusalText("emptyKey", "a key of zero bytes stands for none"),
    RefusalText("emptyAnchor", "an anchor of zero bytes stands for none"),
    RefusalText(
      "wrongLink", "the link does not hash to the one before it",
      hint: "the operator's hash chain belongs to another network, or blocks are missing"),
    RefusalText("linksUsedUp", "the operator's hash chain is at its end"),
    RefusalText("linksAlreadyRenewed", "the next hash chain is announced already"),
    RefusalText(
      "renewalTooLate", "{remaining} links are left; a renewal needs {needs}"),
    RefusalText("timeNotAfterParent", "the block's time {time} is not after {parent}"),
    RefusalText("pauseTooLong", "a pause of {pause} ms is longer than the gap of {gap} ms"),
    RefusalText("emptyDraw", "there is nothing to draw from"),
    RefusalText("noSuchTurn", "turn {turn} of {turns} does not exist"),
    RefusalText("tooFewForSeats", "{entries} entries are too few for {seats} seats"),
  ]
}
