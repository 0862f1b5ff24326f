// Concepts of the court: how an answer is judged, and what each way is worth.

extension Concept {
  static let court = [
    Concept(
      name: "checks", summary: "how an answer is judged; you choose with --check",
      text: """
        open            the buyer, by looking. It is trust, and says so.
        replicated(k)   the majority of k providers drawn by lot.
        disputable      one provider under a bond, an audit by lot, and anybody's dispute.

        You can test the answer and will: open. You cannot, and the sum is small: replicated.
        You cannot, and the sum is large: disputable.
        """,
      page: "docs/concepts/checks.md",
      commands: ["tolsey help open", "tolsey help replicated", "tolsey help disputable"],
      aliases: ["court"]),
    Concept(
      name: "open", summary: "the check that is trust: the buyer accepts, or burns the price",
      text: """
        One provider answers. Silence accepts. A rejection burns the price: the provider gets
        its bond back and no price, the buyer gets nothing back. A refund would be a discount
        for whoever says 'rejected', whatever came.

        So a lying buyer gains nothing, and a seller of junk is only held by memory: both
        sides' rates of rejection are on the record, and orders and offers may ask for less.
        'tolsey buy' accepts what opens to its commitment: it does not look for you.
        """,
      page: "docs/concepts/checks.md", commands: ["tolsey buy --check open …"]),
    Concept(
      name: "replicated", summary: "the majority of k providers drawn by lot",
      text: """
        3, 5 or 7 providers are drawn among twice as many bidders. Each seals its answer before
        anybody opens one. Equal means equal bits of the whole output. A seat outside the
        majority loses three prices.

        A cartel that holds the majority is not deterred by that, and the ledger cannot see
        that six names are one person: name whom you deal with (--only), ask for a record
        (--min-good), or add an audit rate, which brings the court in.
        """,
      page: "docs/concepts/checks.md", commands: ["tolsey buy --check 'replicated(3)' …"]),
    Concept(
      name: "disputable", summary: "one answer under a bond that a single honest checker can fell",
      text: """
        The provider locks 60 prices at the defaults. With a probability that the order names a
        blind auditor, drawn by lot, does the run again. While the window is open anybody who
        can read the input may dispute the answer. A dispute goes down to one block of one
        operation, which the ledger computes itself, so that who is right wins.

        It costs the price of one run and, on average, the audits' share of a second.
        """,
      page: "docs/concepts/court.md",
      commands: ["tolsey buy --check disputable …", "tolsey check --bond 5 --sample 0.1"]),
    Concept(
      name: "auditors", summary: "who is drawn to do runs again, blindly, under a bond",
      text: """
        An auditor registers with a bond for the models that it has. It is drawn by its bond,
        for evidence that came after it registered, and learns nothing of the provider's answer
        before it has sealed its own. Silence costs it the audit's stake. Leaving takes seven
        days, so that nobody leaves a verdict behind.
        """,
      page: "docs/concepts/court.md", commands: ["tolsey auditor list", "tolsey check --bond 5"],
      aliases: ["audits"]),
    Concept(
      name: "disputes", summary: "two sides, ever smaller pieces, and one step that is computed",
      text: """
        The challenger locks a bond. The provider opens its trace, the challenger picks where
        the two differ, and so on down; the last step is one block of one operation, which the
        ledger computes from committed operands. Each side has a clock of its own, and whoever
        lets it run out has lost. Half of what the loser had at stake goes to the winner.
        """,
      page: "docs/concepts/court.md",
      commands: ["tolsey dispute list", "tolsey dispute replay FILE"], aliases: ["games"]),
    Concept(
      name: "trust", summary: "one operator, whose word you can check, but not for completeness",
      text: """
        Whoever has a node's log can replay it: signatures, rules, sums, roots. So the operator
        cannot change what is in it. It can still leave a message out, sign two histories, and
        set the block's time. A receipt says at which level it stands: one operator's
        signature.
        """,
      page: "docs/concepts/trust.md",
      commands: ["tolsey chain verify FOLDER", "tolsey verify FILE --known"], aliases: ["operator"]
    ),
    Concept(
      name: "privacy", summary: "who can read what you send",
      text: """
        The ledger holds commitments, never inputs or outputs. Contents lie encrypted with a
        custodian, and their keys are sealed to their readers. Public are orders, prices, bids,
        parties and outcomes. A reader who published no sealing key is written to in clear;
        'tolsey buy' and 'tolsey sell' publish one by themselves. A provider that answers reads
        the input, and may tell.
        """,
      page: "docs/concepts/trust.md", commands: ["tolsey key show", "tolsey buy --publish …"],
      aliases: ["custody", "blobs"]),
  ]
}
