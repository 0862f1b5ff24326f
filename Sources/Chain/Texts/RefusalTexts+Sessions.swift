// The sentences for what sessions refuse.

extension RefusalTexts {
  static let sessions: [RefusalText] = [
    RefusalText(
      "noSession", "the sender has no session for the key that signed",
      hint: "ask the account's owner to grant one"),
    RefusalText(
      "sessionExpired", "the session ended at {expires}, and it is {now}",
      hint: "ask the account's owner to grant another"),
    RefusalText(
      "sessionKind", "the session does not cover messages of kind {kind}",
      hint: "grant a session that lists the kind, or sign with the account's own key"),
    RefusalText(
      "kindNotForSessions", "no session may send messages of kind {kind}",
      hint: "a session buys; leave the kind out"),
    RefusalText(
      "sessionTotal", "{needs$} is asked, and {left$} is left of all that the session may spend",
      hint: "let the owner grant a session with a higher total"),
    RefusalText(
      "sessionPeriod", "{needs$} is asked, and {left$} is left for this period",
      hint: "wait for the next period"),
    RefusalText(
      "sessionPerMessage",
      "the message would move {asks$}, and the session allows {limit$} at once",
      hint: "pay less at once, or let the owner raise the limit"),
    RefusalText(
      "sessionAsset", "a session spends dollars only, not asset {asset}",
      hint: "sign with the account's own key"),
    RefusalText(
      "sessionPayee", "the session may not pay everybody whom the message could pay",
      hint: "let the owner grant a session that lists the payee"),
    RefusalText(
      "sessionForeign", "the message is about something that another key began",
      hint: "a session follows up its own purchases"),
    RefusalText(
      "sessionPurchases", "{limit} purchases of the session are under way",
      hint: "wait for one of them to end"),
    RefusalText(
      "badSession", "a session cannot have {1?} {1=}",
      hint: "docs/concepts/pay has what a session may be"),
    RefusalText(
      "sessionTooLong", "a session ends within {limit} seconds",
      hint: "choose an earlier end, and grant again before it"),
    RefusalText(
      "sessionOfOperator", "the network's operator grants no sessions",
      hint: "use another account for agents"),
    RefusalText(
      "sessionOfItself", "a session is for another key than the account's own",
      hint: "name the key of the agent"),
  ]
}
