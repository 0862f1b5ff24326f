// Which refusals a message can meet in a block: what a walk over the rules must reach.

extension RefusalTexts {
  /// Codes of the ledger's rules that no message can bring about: what only the maker of a block
  /// can do wrong, and what earlier rules make impossible.
  static let beyondMessages: Set<String> = [
    "treasuryIsFinal", "wrongLink", "linksUsedUp", "timeNotAfterParent", "pauseTooLong",
    "emptyDraw", "noSuchTurn", "tooFewForSeats", "impossibleCase",
    "sessionPurchases", "topicStands",
    // The waiting room of a node says these, before a block.
    "accountWaits", "gapTooLong",
  ]

  /// Codes that a message can be refused with once its signature holds, sorted.
  public static let ofMessages: [String] =
    (kernel + sessions + payments + market + bidding + runs + court + proved + judged + panel
    + subnets + assets + tournaments + topics).map(\.code)
    .filter { !beyondMessages.contains($0) }.sorted()
}
