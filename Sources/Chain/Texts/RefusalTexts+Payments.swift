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
  ]
}
