// The contract that takes any message in its canonical bytes: `submit(bytes)`.

import Kernel
public import Primitives

/// Stands at the address over which messages are signed, so that what is sent there counts on this
/// network alone. A wallet that can only send transactions reaches the whole ledger through it.
public enum DoorContract {
  public static func contract(domain: EIP712.Domain) -> Contract {
    Contract("Tolsey", at: domain.verifyingContract, [submit])
  }

  static let submit = ContractFunction.message("submit", .bytes) { call throws(Refusal) in
    let message = try Message(decoding: try call.arguments[0].bytes)
    let head = message.head
    guard head.from == call.sender, head.lane == 0, head.sequence == call.nonce else {
      throw .notTheTransaction
    }
    return message
  }

  /// The call that carries a message.
  public static func data(submitting message: Message) -> [UInt8] {
    submit.selector + ABI.encode([.bytes(message.encoded)])
  }
}
