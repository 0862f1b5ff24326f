// The sentences for what Payments refuses.

extension RefusalTexts {
  static let payments: [RefusalText] = [
    RefusalText(
      "notAuthorised", "the signature over the transfer is not the payer's",
      hint: "sign over the dollar token of this network: its chain id, its address"),
    RefusalText(
      "authorisationUsed", "the payer's nonce has paid already, or was cancelled",
      hint: "ask for the message that used it; sign with a new nonce to pay again"),
    RefusalText(
      "onlyTheReceiver", "a ReceiveWithAuthorization is carried by its receiver alone"),
    RefusalText(
      "authorisationTooEarly", "the authorisation counts after second {validAfter}; it is {now}"),
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
      "withdrawDelay", "the channel's delay of {seconds} s is not between {least} and {most}"),
    RefusalText("nothingDeposited", "a deposit of nothing opens no channel"),
    RefusalText("noVouchers", "the claim holds no voucher"),
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
    RefusalText("voucherClaimed", "the voucher was claimed before"),
    RefusalText("claimAboveVoucher", "the claim is for {asked}; its voucher allows {most}"),
    RefusalText(
      "claimBelowClaimed", "the claim is for {asked} in all; {claimed} was claimed already",
      hint: "vouchers are sums: claim the last one"),
    RefusalText(
      "claimAboveBalance", "the claim is for {asked} in all; the channel's deposits are {balance}",
      hint: "take no voucher above the balance, and claim before a withdrawal's delay is over"),
    RefusalText("nothingToRefund", "there is nothing to give back"),
    RefusalText(
      "refundOutOfTurn", "the refund has number {nonce}; the channel's next is {next}",
      hint: "read the channel and sign that number"),
    RefusalText(
      "notThePayer", "only the payer of a channel, or who signs its vouchers, withdraws from it"),
    RefusalText("nothingToWithdraw", "a withdrawal of nothing changes nothing"),
    RefusalText(
      "withdrawalPending", "a withdrawal is under way; it is paid at {until}",
      hint: "wait for it, or ask the receiver for a refund"),
  ]
}
