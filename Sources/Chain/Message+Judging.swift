// What a message takes of a block beside its bytes, where it makes the ledger do much: judge a run,
// or read and keep a ranking.

import Market

extension Message {
  /// Bytes of a block for each item that may be judged with the message: seven seats and the
  /// model's rounds. It keeps a block full of last answers from costing its readers seconds.
  private static let bytesPerItem: UInt64 = 32

  /// Bytes of a block for each ranking that an order keeps: about those of its row. All members of
  /// the subnet are looked through for it, which takes as long as four orders that are routed
  /// nowhere.
  private static let bytesPerRanking = UInt64(Ranking.longest) * 32

  var judgingRoom: UInt64 {
    switch self {
    case .placeOrder(let m):
      UInt64([m.request.check.subnet, m.request.check.jury].count { $0 != nil })
        * Message.bytesPerRanking
    case .openAnswer(let m): UInt64(clamping: m.answer.count) * Message.bytesPerItem
    case .openGold(let m): UInt64(clamping: m.gold.count) * Message.bytesPerItem
    default: 0
    }
  }
}
