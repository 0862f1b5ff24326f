// What a facilitator asks of the ledger: rows of the last block.

import Archive
import Chain
import Kernel
import Payments
import Primitives

/// Reads the rows that payments hang on.
struct PaymentLedger: Sendable {
  let records: any Records

  func blockTime() throws -> Time {
    guard let row = try records.row("clock", key: UInt64(0).keyBytes).value else { return .zero }
    return try CBOR.decode(Clock.self, from: row).time
  }

  /// The terms in force, as the last row of their table has them.
  func terms() throws -> Terms {
    let last = try records.lastRow(of: "terms").value
    return try last.map { try CBOR.decode(Terms.self, from: $0.row) } ?? .standard
  }

  func balance(_ account: Address) throws -> Amount {
    let key = BalanceKey(.account(account), .dollar)
    guard let row = try records.row("balances", key: key.keyBytes).value else { return .zero }
    return try CBOR.decode(Balance.self, from: row).amount
  }

  func isOpen(_ account: Address) throws -> Bool {
    try records.row("accounts", key: account.keyBytes).value != nil
  }

  func spent(_ payer: Address, _ nonce: Bytes32) throws -> SpentNonce? {
    let key = SpentNonce.key(payer, nonce)
    guard let row = try records.row("spentNonces", key: key.keyBytes).value else { return nil }
    return try CBOR.decode(SpentNonce.self, from: row)
  }

  /// What was paid by the message that used a nonce; nil for one that was cancelled.
  func carried(_ spent: SpentNonce) throws -> TransferAuthorisation? {
    guard !spent.isCancelled, let record = try records.message(spent.message).value else {
      return nil
    }
    let signed = try CBOR.decode(SignedMessage.self, from: record.bytes)
    guard case .payAuthorised(let m) = signed.message else { return nil }
    return m.authorisation
  }

  func channel(_ id: Bytes32) throws -> Channel? {
    guard let row = try records.row("channels", key: id.keyBytes).value else { return nil }
    return try CBOR.decode(Channel.self, from: row)
  }

  /// Whether a standing bond is behind a channel.
  func isBonded(_ channel: ChannelConfig) throws -> Bool {
    try records.row("standingBonds", key: StandingBond.key(of: channel).keyBytes).value != nil
  }

  /// Whether a bond is behind a door that was neither lost nor asked back.
  func stands(behind door: Address, of seller: Address) throws -> Bool {
    let key = StandingBond.key(seller, door).keyBytes
    guard let bytes = try records.row("standingBonds", key: key).value else { return false }
    let bond = try CBOR.decode(StandingBond.self, from: bytes)
    return !bond.isConvicted && bond.leaves == .never
  }

  /// The deposit that used a nonce; nil where something else did.
  func deposit(_ spent: SpentNonce) throws -> DepositToChannel? {
    guard !spent.isCancelled, let record = try records.message(spent.message).value else {
      return nil
    }
    let signed = try CBOR.decode(SignedMessage.self, from: record.bytes)
    guard case .depositToChannel(let m) = signed.message else { return nil }
    return m
  }

  func sequence(_ signer: Address, _ lane: UInt8) throws -> UInt64 {
    guard let row = try records.row("lanes", key: LaneKey(signer, lane).keyBytes).value else {
      return 0
    }
    return try CBOR.decode(Lane.self, from: row).next
  }
}
