// The sentences for what subnets' own assets, their pools and the root fund refuse.

extension RefusalTexts {
  static let assets: [RefusalText] = [
    RefusalText(
      "badAssetName", "an asset's name is 1 to 32 small letters, digits and dashes",
      hint: "write it like digit"),
    RefusalText(
      "badAssetSchedule",
      "the schedule pays {total} units in all; it must be from {least} to {most}",
      hint: "it pays about twice perEpoch times halving; what it does not pay seeds the pool"),
    RefusalText(
      "assetExists", "the subnet has an asset already, and its rules never change",
      hint: "a subnet with another asset is another subnet"),
    RefusalText(
      "assetTooLate", "the subnet is in epoch {epoch}; an asset is given it in epoch 0",
      hint: "who joined since then joined one without; make another subnet"),
    RefusalText(
      "noAsset", "subnet {subnet} has no asset of its own",
      hint: "its owner gives it one with 'tolsey subnet issue', in its first epoch"),
    RefusalText(
      "poolExists", "the asset has or had a pool, and there is only one",
      hint: "'tolsey subnet show' says what lies in it"),
    RefusalText(
      "noPool", "there is no pool for the asset of subnet {subnet}",
      hint: "'tolsey subnet show' says whether it has an asset and a pool"),
    RefusalText(
      "poolEnds", "the pool ends: its seeder asked for its part, and may have had it",
      hint: "sell what you hold with 'tolsey subnet sell'; 'tolsey subnet show' says until when"),
    RefusalText(
      "notPoolSeeder", "only who seeded a pool asks it back",
      hint: "sell what you hold with 'tolsey subnet sell'"),
    RefusalText(
      "lessThanLeast", "the pool gives {gives} units now; the message asks for {least} at least",
      hint: "the price moved: ask again for less, or wait"),
    RefusalText(
      "tradeTooSmall", "that is worth less than the smallest unit", hint: "trade more"),
    RefusalText(
      "nothingToCollect", "the stake has earned nothing in the subnet's asset since the last time",
      hint: "it earns at the end of each epoch in which its validator judged"),
  ]
}
