// What a message takes of a block beside its bytes, where it can make the ledger judge a run.

import Market

extension Message {
  /// Bytes of a block for each item that may be judged with the message: seven seats and the
  /// model's rounds. It keeps a block full of last answers from costing its readers seconds.
  private static let bytesPerItem: UInt64 = 32

  var judgingRoom: UInt64 {
    switch self {
    case .openAnswer(let m): UInt64(clamping: m.answer.count) * Message.bytesPerItem
    case .openGold(let m): UInt64(clamping: m.gold.count) * Message.bytesPerItem
    default: 0
    }
  }
}
