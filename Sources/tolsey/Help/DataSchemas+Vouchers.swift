// The data of the commands about what stands behind vouchers.

extension DataSchemas {
  private static let audit = Shape.object([
    "claim": .text, "amount": .count, "stage": .text, "deadline": .count,
  ])
  private static let standingBond = Shape.object([
    "door": .text, "work": .text, "check": .text, "bond": .count, "tied": .count,
    "isConvicted": .flag, "isLeaving": .flag, "exposure": .count, "audits": .list(audit),
  ])

  static let vouchers: [String: Shape] = [
    "voucher.bonds/1": .object(["seller": .text, "bonds": .list(standingBond)]),
    "voucher.equivocation/1": .object([
      "id": .text, "height": .count, "toll": .count, "seller": .text,
    ]),
    "voucher.unbond/1": sent,
  ]
}
