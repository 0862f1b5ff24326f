// What the ledger takes to pay the vouchers of many channels, before a withdrawal's delay is over.

import Chain
import Foundation
import Kernel
import LogStore
import Payments
import Primitives

/// Each channel owes one call; the seller claims all of them, 512 a message.
struct ClaimsBenchmark {
  var channels = 100_000
  /// Messages of claims in a block.
  private static let perBlock = 4
  private static let setting = 500
  private static let seller = PrivateKey(seed: Array("seller".utf8))
  private static let payers = (0..<64).map { PrivateKey(seed: Array("buyer \($0)".utf8)) }

  func run(_ report: Report) throws {
    let network = BenchNetwork(
      funding: Self.payers.map(\.address) + [Self.seller.address], blocks: 4_096)
    let folder = try ScratchFolder()
    let log = try SQLiteLog(folder: folder.path, network: network.genesis.network)
    guard try log.synchronousLevel() == 2 else {
      throw BenchmarkFailure(description: "the store is not durable")
    }
    var state = try log.restore(network.genesis)
    let escrow = BatchEscrow.domain(chainId: UInt256(network.genesis.chainId))
    let token = DollarToken.domain(chainId: UInt256(network.genesis.chainId))
    for first in stride(from: 0, to: channels, by: Self.setting) {
      let range = first..<min(first + Self.setting, channels)
      try fill(range, network, escrow, token, &state, log)
    }
    let blocks = claims(network, escrow)
    let verification = Verification(blocks, network.genesis)
    let watch = Stopwatch()
    for _ in blocks {
      let messages = try verification.take()
      try append(messages, network, &state, log)
    }
    let seconds = watch.seconds
    try log.close()
    report.add(
      "\(channels) channels claimed on a ledger, durable blocks of \(Self.perBlock) messages",
      seconds, "s", goal: .below(900))
  }

  private func append(
    _ messages: [VerifiedMessage], _ network: BenchNetwork, _ state: inout State,
    _ log: borrowing SQLiteLog
  ) throws {
    let made = try state.produce(network.plan(after: 1, state), messages)
    try made.expectAllDone("channels")
    var block = made.block
    block.sign(with: BenchNetwork.operatorKey)
    try log.append(CommittedBlock(block, changes: made.changes))
  }

  /// Opens channels by deposits that their payers signed and the seller carries.
  private func fill(
    _ range: Range<Int>, _ network: BenchNetwork, _ escrow: EIP712.Domain,
    _ token: EIP712.Domain, _ state: inout State, _ log: borrowing SQLiteLog
  ) throws {
    let now = state.kernel.blockTime.milliseconds / 1_000
    let messages = range.map { number in
      var m = DepositToChannel(
        head(number), config(number), Amount(1_000), validBefore: now + 3_600, salt: .zero)
      let digest = m.authorisation(escrow).digest(token: token)
      m.signature = payer(number).sign(digest: digest).bytes
      return network.simulated(.depositToChannel(m))
    }
    try append(messages, network, &state, log)
  }

  /// The messages as a seller sends them, block by block, signed and in bytes.
  private func claims(_ network: BenchNetwork, _ escrow: EIP712.Domain) -> [[[UInt8]]] {
    let slots = Slots<VoucherClaim>(channels)
    let configs = (0..<channels).map { config($0) }
    _ = onAllCores(channels) { range in
      for number in range {
        let payer = Self.payers[number % Self.payers.count]
        var claim = VoucherClaim(
          configs[number].id(escrow), most: Amount(100), total: Amount(100), signature: [])
        claim.signature = payer.sign(digest: claim.digest(escrow)).bytes
        slots[number] = claim
      }
    }
    let all = slots.all
    let batches = stride(from: 0, to: all.count, by: ClaimVouchers.most).map {
      Array(all[$0..<min($0 + ClaimVouchers.most, all.count)])
    }
    let messages = batches.enumerated().map { turn, batch in
      let m = ClaimVouchers(head(channels + turn), batch)
      return SignedMessage.signing(.claimVouchers(m), with: Self.seller, domain: network.domain)
        .encoded
    }
    return stride(from: 0, to: messages.count, by: Self.perBlock).map {
      Array(messages[$0..<min($0 + Self.perBlock, messages.count)])
    }
  }

  private func head(_ turn: Int) -> Head {
    Head(from: Self.seller.address, sequence: UInt64(turn), validUntil: .never)
  }

  private func payer(_ number: Int) -> PrivateKey { Self.payers[number % Self.payers.count] }

  private func config(_ number: Int) -> ChannelConfig {
    var config = ChannelConfig()
    config.payer = payer(number).address
    config.payerAuthorizer = config.payer
    config.receiver = Self.seller.address
    config.receiverAuthorizer = Self.seller.address
    config.token = DollarToken.address
    config.withdrawDelay = (try? UInt40(900)) ?? UInt40()
    config.salt = Bytes32(words: 0, 0, 0, UInt64(number))
    return config
  }
}
