// Concepts of the road: how a job goes from the wish to the receipt.

extension Concept {
  static let road = [
    Concept(
      name: "road", summary: "how a job goes from the wish to the receipt, in nine stations",
      text: """
        Request, order, bid, lease, run, evidence, verdict, settlement, receipt. A buyer says
        what it wants and locks the price; providers bid, sealed and bonded; the lease matches
        them; each run under it brings evidence, a verdict, a settlement and a receipt.

        Where an offer is taken there is no auction: the stations Order and Bid read Take and
        Offer. Every station commits to the one before it by hash, so that none can be
        exchanged without breaking the next.
        """,
      page: "docs/concepts/road.md", commands: ["tolsey demo", "tolsey watch ORDER"],
      aliases: ["stations"]),
    Concept(
      name: "auctions", summary: "what a bid says decides whether it wins, never what it is paid",
      text: """
        Bids are sealed while they come in and opened together. The lowest bid divided by the
        bidder's weight wins, and is paid its critical value: the highest bid with which it
        would still have won. So to bid one's cost is best. Under 'replicated' twice as many
        qualify as are needed, and the seats are drawn among them by a lot that neither buyer
        nor provider can steer.
        """,
      page: "docs/concepts/road.md",
      commands: ["tolsey order create …", "tolsey auction try FILE"],
      aliases: ["bids"]),
    Concept(
      name: "offers", summary: "prices that wait until somebody takes them",
      text: """
        An offer is a bid that stands: a model, a price, a number of slots, and a bond behind
        each slot. To take one is a single message that locks the price, hands over the input
        and starts the run. Offers are possible under 'open' and 'disputable'.
        """,
      page: "docs/concepts/road.md",
      commands: ["tolsey offer list", "tolsey sell --model … --price …"]),
    Concept(
      name: "deadlines", summary: "silence never locks money, and enriches nobody",
      text: """
        A timer stands behind every state. Who does not reveal, honour, hand over, answer or
        open in time loses what the state says, to the treasury, and the road goes on or ends.
        Deadlines count market time: block time less the time in which the node was down and
        less the time behind full blocks. A crash of the node slashes nobody.
        """,
      page: "docs/reference/states.md", commands: ["tolsey watch ORDER", "tolsey terms show"],
      aliases: ["silence", "timers"]),
    Concept(
      name: "receipts", summary: "the whole road of a run in one file, checked without a node",
      text: """
        A receipt holds every station of one run: the signed messages, the verdict, the sums,
        and the path to a root that the operator signed. 'tolsey verify' works all of it out
        again, offline, and says three things apart: whether it is consistent, who signed it,
        and whether you know them.

        It does not prove that the answer is right, nor that it is the only history.
        """,
      page: "docs/concepts/trust.md",
      commands: ["tolsey verify FILE", "tolsey receipt list", "tolsey run receipt RUN"]),
    Concept(
      name: "events", summary: "what happens, in the order of the log, for those who watch",
      text: """
        Each block lists what happened in it by name: orderPlaced, bidPlaced, leaseAwarded,
        runStarted, runSettled and so on. The feed can be narrowed by name, account and object,
        and followed from any place without missing or repeating an event.
        """,
      page: "docs/reference/states.md",
      commands: ["tolsey event list --name runSettled", "tolsey event follow --json"],
      aliases: ["feed"]),
    Concept(
      name: "models", summary: "networks as integers, with the same bits on every machine",
      text: """
        A model is imported from ONNX once and becomes integers: eight-bit values, exact sums,
        one rounding rule. Its id is the hash of its manifest. The same input gives the same
        bytes on every processor, so that two answers can be compared, and a wrong one proved.
        """,
      page: "docs/concepts/models.md",
      commands: ["tolsey model add FILE.onnx --calibrate FILE.npy", "tolsey model run …"]),
  ]
}
