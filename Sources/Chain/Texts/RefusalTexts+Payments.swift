// The sentences for what Payments refuses.

extension RefusalTexts {
  static let payments = paying + standingBonds

  private static let paying: [RefusalText] = [
    RefusalText(
      "notAuthorised", "the signature over the transfer is not the payer's",
      hint: "sign over the dollar token of this network: its chain id, its address"),
    RefusalText(
      "authorisationUsed", "the payer's nonce has paid already, or was cancelled",
      hint: "ask for the message that used it; sign with a new nonce to pay again"),
    RefusalText(
      "onlyTheReceiver", "a ReceiveWithAuthorization is carried by its receiver alone",
      hint: "let the receiver send it, or sign a TransferWithAuthorization"),
    RefusalText(
      "authorisationTooEarly", "the authorisation counts after second {validAfter}; it is {now}",
      hint: "wait until then; the clocks of wallet and ledger may differ"),
    RefusalText(
      "authorisationEnded", "the authorisation ended at second {validBefore}; it is {now}",
      hint: "sign a new one"),
    RefusalText(
      "authorisationTooLong", "the authorisation lasts {seconds} s more; the most is {limit}",
      hint: "sign one that ends within a day: nonces are remembered that long"),
    RefusalText(
      "allowanceTooSmall", "the owner allows you {has}; that needs {needs}",
      hint: "ask the owner to approve more"),
    RefusalText(
      "notPermitted", "the signature over the permit is not the owner's for its number {next}",
      hint: "read nonces(owner), sign over that number and this network's token"),
    RefusalText(
      "permitEnded", "the permit counted up to second {deadline}; it is {now}",
      hint: "sign a new one"),
    RefusalText(
      "foreignToken", "the channel is for another token than this ledger's dollar",
      hint: "name the dollar token of this network"),
    RefusalText(
      "withdrawDelay", "the channel's delay of {seconds} s is not between {least} and {most}",
      hint: "choose a delay in the range"),
    RefusalText(
      "nothingDeposited", "a deposit of nothing opens no channel",
      hint: "deposit at least what one call costs"),
    RefusalText(
      "noVouchers", "the claim holds no voucher",
      hint: "put at least one voucher into the claim"),
    RefusalText(
      "tooManyVouchers", "the message claims {count} vouchers; the most is {limit}",
      hint: "split it into several messages"),
    RefusalText(
      "rootNotSigned", "a carried claim names a root of runs that nobody signed",
      hint: "send the claim from the receiver's account, or leave the root zero"),
    RefusalText("unknownChannel", "there is no channel of that id", hint: "deposit into it first"),
    RefusalText(
      "notTheReceivers", "neither the channel's receiver nor its authorizer says so",
      hint: "send it from one of them, or have the authorizer sign it"),
    RefusalText(
      "notAVoucher", "the signature over the voucher is not the payer's",
      hint: "check the channel's id, the amount, the chain id and who signs vouchers for it"),
    RefusalText(
      "voucherClaimed", "the voucher was claimed before",
      hint: "claim only what is above what was claimed before"),
    RefusalText(
      "claimAboveVoucher", "the claim is for {asked}; its voucher allows {most}",
      hint: "claim at most what its payer signed"),
    RefusalText(
      "claimBelowClaimed", "the claim is for {asked} in all; {claimed} was claimed already",
      hint: "vouchers are sums: claim the last one"),
    RefusalText(
      "claimAboveBalance", "the claim is for {asked} in all; the channel's deposits are {balance}",
      hint: "take no voucher above the balance, and claim before a withdrawal's delay is over"),
    RefusalText(
      "nothingToRefund", "there is nothing to give back",
      hint: "all of the channel is claimed or withdrawn"),
    RefusalText(
      "refundOutOfTurn", "the refund has number {nonce}; the channel's next is {next}",
      hint: "read the channel and sign that number"),
    RefusalText(
      "notThePayer", "only the payer of a channel, or who signs its vouchers, withdraws from it",
      hint: "sign with one of these two keys"),
    RefusalText(
      "nothingToWithdraw", "a withdrawal of nothing changes nothing",
      hint: "name an amount; what is not claimed can be withdrawn"),
    RefusalText(
      "withdrawalPending", "a withdrawal is under way; it is paid at {until}",
      hint: "wait for it, or ask the receiver for a refund"),
  ]

  /// About what stands behind runs that are sold by voucher.
  private static let standingBonds: [RefusalText] = [
    RefusalText(
      "noStandingBond", "no standing bond is behind this door",
      hint: "post one: tolsey sell --bond AMOUNT"),
    RefusalText(
      "standingBondTooSmall", "the standing bond would be {is$}; the least is {least$}",
      hint: "post more"),
    RefusalText(
      "specTooLong", "the spec has {bytes} bytes; the most is {limit}",
      hint: "shorten the spec"),
    RefusalText(
      "otherPromise", "the standing bond promises another work, spec or check",
      hint: "a door keeps its first promise; open another for other work"),
    RefusalText(
      "notByVoucher", "runs under that check need a lease",
      hint: "by voucher there are open and proved"),
    RefusalText(
      "bondLeaves", "the standing bond was asked back already",
      hint: "wait until it is home, then post it anew"),
    RefusalText(
      "sellerConvicted", "the seller signed two runs for one place: its bond is lost",
      hint: "payers have their deposits back by withdrawing"),
    RefusalText(
      "mixedClaim", "the claim is for several doors, of which one has a standing bond",
      hint: "claim each door by itself"),
    RefusalText(
      "rootNeeded", "a bonded seller is paid for runs that it names by their root",
      hint: "send ClaimVouchers from the receiver's account, with the root of its runs"),
    RefusalText(
      "bondTied", "of the standing bond {free$} is free; the claim ties {needs$}",
      hint: "wait until a claim is settled, or add to the bond"),
    RefusalText(
      "unknownClaim", "there is no such claim, or it is settled",
      hint: "tolsey voucher bonds has those that are held"),
    RefusalText(
      "notItsTurn", "the claim is at stage {stage}, which takes no such message",
      hint: "tolsey voucher bonds says what each claim awaits"),
    RefusalText(
      "notInClaim", "no path leads from the run to the claim's root",
      hint: "make the path anew from the runs of this claim"),
    RefusalText(
      "otherSum", "the claim's runs come to {is$}; it took {claimed$}",
      hint: "a root with another sum is never opened: the slice is lost"),
    RefusalText(
      "otherRun", "the drawn millionth is {offset}; the run's begin at {from}",
      hint: "open the run that holds it"),
    RefusalText(
      "otherPlace", "the run does not stand in the claim where its channel's count puts it",
      hint: "show the run that the draw names"),
    RefusalText(
      "otherBuyer", "the run names another buyer than its channel's payer",
      hint: "show the run that was signed for this channel's payer"),
    RefusalText(
      "notTheSeller", "only the seller proves a run of its claim",
      hint: "sign with the seller's key"),
    RefusalText(
      "noContradiction", "the two runs may both be true",
      hint: "they must be of one channel and take the same place in it"),
    RefusalText(
      "runOfOtherNetwork", "the run was signed for another network",
      hint: "sign runs for the network that the channel is on"),
  ]
}
