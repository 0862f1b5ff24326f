// Concepts of money and upkeep: bonds, fees, records, keys, the node's folder.

extension Concept {
  static let money = [
    Concept(
      name: "money", summary: "dollars in millionths, moved only by double entry",
      text: """
        Amounts are whole millionths of a dollar. What an order may cost lies in an escrow
        until it is settled; what is not used comes back. Every movement has two sides, and the
        sum of all accounts never changes after the genesis. A test node has a faucet: its
        money is worth nothing.
        """,
      page: "docs/concepts/incentives.md",
      commands: ["tolsey account show", "tolsey account status", "tolsey account fund"],
      aliases: ["escrow", "dollars"]),
    Concept(
      name: "faucet", summary: "test money, once a day for an address",
      text: """
        'tolsey up' founds a network whose faucet gives $100.00 a day to an address that asks.
        A network whose genesis funds no faucet has none; there, somebody who has an account
        sends you some, which opens yours at the sender's cost.
        """,
      page: "docs/howto/run-a-node.md",
      commands: ["tolsey account fund", "tolsey account send --to … --amount …"]),
    Concept(
      name: "bonds", summary: "what a provider loses when it does not do what it promised",
      text: """
        B, a tenth of the limit, lies behind every bid and every slot of an offer. S lies
        behind every seat: three prices under 'replicated', sixty with audits at the default
        rate. Slashed bonds go to a treasury that no message can spend from, so that nobody
        has a reason to bring a slash about; of a lost dispute the winner gets its share.
        """,
      page: "docs/concepts/incentives.md",
      commands: ["tolsey order quote …", "tolsey account status"], aliases: ["slashing"]),
    Concept(
      name: "incentives", summary: "which inequalities keep the parties honest, as numbers",
      text: """
        Every term of the market has a range, and conditions over several of them must hold: a
        genesis or an amendment that breaks one is refused. Every cheat that is known stands in
        a table with what it expects to earn, a simulation, and what stands against it; those
        that pay are named too.
        """,
      page: "docs/concepts/incentives.md",
      commands: ["tolsey cheats", "tolsey terms check FILE"]),
    Concept(
      name: "tolls", summary: "what a message costs, whether it is done or refused",
      text: """
        20 millionths of a dollar a message and one for each 16 bytes, to the operator; a
        message of 200 bytes costs $0.000033. Of every price that is paid 0.25 % goes to the
        treasury. Opening an account costs a cent. A message that is refused pays its toll too,
        or filling blocks would be free.
        """,
      page: "docs/concepts/incentives.md", commands: ["tolsey order quote …"],
      aliases: ["fees", "take"]),
    Concept(
      name: "reputation", summary: "records that break ties, and lists that turn parties away",
      text: """
        What was settled makes an account's record: work confirmed, rejections, silences,
        slashes. A weight between 0.97 and 1 follows, and only ranks bids: a new name must gain
        nothing. Orders and offers can ask for a record, name whom they deal with, or refuse.
        """,
      page: "docs/concepts/incentives.md",
      commands: ["tolsey account show", "tolsey buy --min-audited 5 …"],
      aliases: ["records", "weights"]),
    Concept(
      name: "rules", summary: "the numbers that a market runs by",
      text: """
        Windows, bonds, fees, limits: every one has a unit and a range. They stand in the
        genesis; the operator may amend them with seven days' notice, and an order keeps the
        terms that it was made under.
        """,
      page: "docs/concepts/incentives.md",
      commands: ["tolsey terms show --live", "tolsey terms check FILE"], aliases: ["parameters"]),
    Concept(
      name: "keys", summary: "one file is you; nobody can restore it",
      text: """
        A key is a file in $TOLSEY_HOME/keys (else ~/.tolsey/keys) that its owner alone may
        read; a file that others can read is refused. It signs your messages, and what you
        sealed, bid and ordered follows from it, so that a program that was ended goes on with
        the key alone. Keys never come from the command line.
        """,
      page: "docs/tutorial/sell-a-model.md",
      commands: ["tolsey key new", "tolsey key list", "tolsey key export NAME --yes > file"],
      aliases: ["wallet"]),
    Concept(
      name: "node", summary: "a network's operator: it orders, signs and serves",
      text: """
        'tolsey up --data FOLDER' keeps a network in a folder: genesis, log, blobs and the
        operator's keys. It can be backed up while it runs, and a backup is brought back only
        when its whole history replays to the same hashes. Never run two nodes from one
        network's keys: the operator would sign two histories.
        """,
      page: "docs/howto/run-a-node.md",
      commands: [
        "tolsey up --data net", "tolsey doctor --data net", "tolsey db backup net --to …",
      ],
      aliases: ["backup", "backups"]),
  ]
}
