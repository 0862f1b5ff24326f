// The ledger's dollar as wallets know money: a token with an address, a name and a domain.

public import Primitives

/// The dollar of a network, seen as an ERC-20 token with EIP-3009. Its balances are the ledger's
/// dollar balances; there is no other book.
public enum DollarToken {
  /// `0x7015e9…01`: the same on every network, since no contract lies there. Later institutions
  /// that wallets can reach by a call stand at …02 and so on.
  public static let address: Address = canonical(1)
  public static let name = "Tolsey Dollar"
  public static let symbol = "USDTOL"
  public static let version = "1"
  /// A unit is a millionth of a dollar, as `Amount` has it.
  public static let decimals: UInt8 = 6

  /// Where signatures over the token count: one chain id, this address.
  public static func domain(chainId: UInt64) -> EIP712.Domain { domain(chainId: UInt256(chainId)) }

  public static func domain(chainId: UInt256) -> EIP712.Domain {
    EIP712.Domain(name: name, version: version, chainId: chainId, verifyingContract: address)
  }

  /// The institution that bears this number: `0x7015e9`, zeros, the number.
  public static func canonical(_ number: UInt8) -> Address {
    Address(lastBytesOf: Bytes32(words: 0, 0x7015_e900, 0, UInt64(number)))
  }
}
