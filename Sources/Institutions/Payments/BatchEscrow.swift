// The escrow of channels as x402 clients know it: its address, its collector and its domain.

public import Primitives

/// Where the payers of x402's scheme `batch-settlement` sign: the addresses are the same on every
/// chain, so a client that pays elsewhere pays here. There is no contract; the money lies in the
/// ledger's escrows, one a channel.
public enum BatchEscrow {
  public static let name = "x402 Batch Settlement"
  public static let version = "1"
  /// `0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003`.
  public static let address = Address(
    lastBytesOf: Bytes32(words: 0, 0x4020_074e, 0x9df2_ce1d_ee5a_9c1b, 0x5c3f_541d_02a1_0003))
  /// To whom the deposit of an EIP-3009 payer is authorised:
  /// `0x4020806089470a89826cB9fB1f4059150b550004`.
  public static let collector = Address(
    lastBytesOf: Bytes32(words: 0, 0x4020_8060, 0x8947_0a89_826c_b9fb, 0x1f40_5915_0b55_0004))
  /// Seconds between a payer's request to withdraw and the withdrawal: 15 minutes to 30 days.
  public static let delays: ClosedRange<UInt64> = 900...2_592_000

  public static func domain(chainId: UInt256) -> EIP712.Domain {
    EIP712.Domain(name: name, version: version, chainId: chainId, verifyingContract: address)
  }
}
