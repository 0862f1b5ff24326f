// The reviewer's cheat: praise for oneself.

import Kernel
import Market
import Primitives

enum Reviewers {
  static let cheats: [Cheat] = [fakeReview]

  /// A review stands on the receipt of a run that was paid for, so one must be bought.
  private static let fakeReview = Cheat(
    "fake.review", by: .reviewer, "buys from itself for a dollar to praise itself",
    figure: Figure("−0.003")
  ) { s in
    .certain(try s.open(.accepted).net(of: .buyer, .provider) - s.tolls(10, long: 1))
  }.with { $0.defence = "no review without a receipt; reviews never touch weights" }
}
