// The words of x402 version 2: field names, header names, the reasons of its reference.

import Foundation
import HTTPTypes
public import Primitives

/// What both sides of an x402 payment agree on.
public enum X402 {
  public static let version: UInt64 = 2
  public static let scheme = "exact"
  /// Channels with cumulative vouchers.
  public static let channelScheme = "batch-settlement"

  /// A network by its chain id (CAIP-2).
  public static func network(_ chainID: UInt64) -> String { "eip155:\(chainID)" }

  /// The chain id in a network's name.
  static func chainID(_ network: String) -> UInt64? {
    network.hasPrefix("eip155:") ? UInt64(network.dropFirst("eip155:".count)) : nil
  }

  /// Standard base64 of the JSON's bytes: how documents travel in headers.
  public static func header(_ json: JSONValue) -> String {
    Data(json.bytes).base64EncodedString()
  }

  /// The document in a header; nil where it is none. Nothing longer than the limit is looked at.
  public static func document(_ header: String, limit: Int = 16 << 10) -> JSONValue? {
    guard header.utf8.count <= limit, let data = Data(base64Encoded: header) else { return nil }
    return try? JSONValue(parsing: Array(data), limit: limit)
  }

  /// An object without the members that have no value: strict readers stumble over null.
  static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
    .object(
      members.compactMap { name, value in
        value.map { JSONValue.Member(name: name, value: $0) }
      })
  }
}

/// Why a payment is not taken, in the words of x402's own facilitators.
public enum X402Reason: String, Sendable {
  case badVersion = "invalid_x402_version"
  case badPayload = "invalid_payload"
  case badRequirements = "invalid_payment_requirements"
  case scheme = "unsupported_scheme"
  case networkMismatch = "network_mismatch"
  case network = "invalid_network"
  case noDomain = "missing_eip712_domain"
  case recipient = "invalid_exact_evm_payload_recipient_mismatch"
  case value = "invalid_exact_evm_payload_authorization_value_mismatch"
  case validBefore = "invalid_exact_evm_payload_authorization_valid_before"
  case validAfter = "invalid_exact_evm_payload_authorization_valid_after"
  case signature = "invalid_exact_evm_payload_signature"
  case smartWallet = "invalid_exact_evm_payload_undeployed_smart_wallet"
  case asset = "asset_not_deployed_contract"
  case nonceUsed = "invalid_exact_evm_nonce_already_used"
  case tokenName = "invalid_exact_evm_token_name_mismatch"
  case tokenVersion = "invalid_exact_evm_token_version_mismatch"
  case balance = "invalid_exact_evm_insufficient_balance"
  case failed = "transaction_failed"
  /// Its outcome is not known yet: ask for the message by its hash, never pay again.
  case pending = "settlement_pending"
  case channelScheme = "invalid_batch_settlement_evm_scheme"
  case channelNetwork = "invalid_batch_settlement_evm_network_mismatch"
  case channelPayload = "invalid_batch_settlement_evm_payload_type"
  case channelDomain = "invalid_batch_settlement_evm_missing_eip712_domain"
  case channelID = "invalid_batch_settlement_evm_channel_id_mismatch"
  case channelNotFound = "invalid_batch_settlement_evm_channel_not_found"
  case channelReceiver = "invalid_batch_settlement_evm_receiver_mismatch"
  case channelAuthorizer = "invalid_batch_settlement_evm_receiver_authorizer_mismatch"
  case channelToken = "invalid_batch_settlement_evm_token_mismatch"
  case channelDelay = "invalid_batch_settlement_evm_withdraw_delay_mismatch"
  case channelDelayRange = "invalid_batch_settlement_evm_withdraw_delay_out_of_range"
  case voucherSignature = "invalid_batch_settlement_evm_voucher_signature"
  case voucherAboveBalance = "invalid_batch_settlement_evm_cumulative_exceeds_balance"
  case voucherBelowClaimed = "invalid_batch_settlement_evm_cumulative_below_claimed"
  case depositBalance = "invalid_batch_settlement_evm_insufficient_balance"
  case depositPayload = "invalid_batch_settlement_evm_deposit_payload"
  case depositAuthorisation = "invalid_batch_settlement_evm_erc3009_authorization_required"
  case depositSignature = "invalid_batch_settlement_evm_receive_authorization_signature"
  case depositValidAfter = "invalid_batch_settlement_evm_payload_authorization_valid_after"
  case depositValidBefore = "invalid_batch_settlement_evm_payload_authorization_valid_before"
  case depositRefused = "invalid_batch_settlement_evm_deposit_simulation_failed"
  case depositFailed = "invalid_batch_settlement_evm_deposit_transaction_failed"
  case noAuthorizer = "invalid_batch_settlement_evm_authorizer_not_configured"
  case claimPayload = "invalid_batch_settlement_evm_claim_payload"
  case claimRefused = "invalid_batch_settlement_evm_claim_simulation_failed"
  case claimFailed = "invalid_batch_settlement_evm_claim_transaction_failed"
  case refundRefused = "invalid_batch_settlement_evm_refund_simulation_failed"
  case refundFailed = "invalid_batch_settlement_evm_refund_transaction_failed"
  case refundNothing = "invalid_batch_settlement_evm_refund_no_balance"
  case refundAmount = "invalid_batch_settlement_evm_refund_amount_invalid"
  /// The voucher does not count on from what was charged: who lost count is told.
  case voucherMismatch = "invalid_batch_settlement_evm_cumulative_amount_mismatch"
  case channelBusy = "invalid_batch_settlement_evm_channel_busy"
}

extension HTTPField.Name {
  static let paymentRequired = HTTPField.Name("PAYMENT-REQUIRED")!
  static let paymentSignature = HTTPField.Name("PAYMENT-SIGNATURE")!
  static let paymentResponse = HTTPField.Name("PAYMENT-RESPONSE")!
}
