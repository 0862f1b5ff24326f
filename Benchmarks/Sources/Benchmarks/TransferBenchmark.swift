// Signed transfers from bytes to a durable block, beside bare signature recovery in the same run.

import Chain
import Foundation
import Kernel
import LogStore
import Primitives

/// Transfers between many accounts, in blocks; what a node does with them, on all cores.
struct TransferBenchmark {
  var accounts = 10_000
  var blocks = 100
  var blockSize = 2_000

  private var count: Int { blocks * blockSize }

  func run(_ report: Report) throws {
    report.section("Signed transfers (\(count) in blocks of \(blockSize), \(accounts) accounts)")
    let keys = makeKeys()
    let network = BenchNetwork(funding: keys.map(\.address))
    let signed = try sign(keys, network)
    let recovery = try measureRecovery(signed, network, report)
    let batches = (0..<blocks).map { block in
      signed[block * blockSize..<(block + 1) * blockSize].map(\.encoded)
    }
    try measureRoad(batches, network, recovery: recovery, report)
  }

  private func makeKeys() -> [PrivateKey] {
    let slots = Slots<PrivateKey>(accounts)
    _ = onAllCores(accounts) { range in
      for number in range { slots[number] = PrivateKey(seed: Array("payer \(number)".utf8)) }
    }
    return slots.all
  }

  /// Each account pays a stranger to it; its messages go round the lanes.
  private func sign(_ keys: [PrivateKey], _ network: BenchNetwork) throws -> [SignedMessage] {
    let slots = Slots<SignedMessage>(count)
    let (accounts, domain) = (accounts, network.domain)
    _ = onAllCores(count) { range in
      for number in range {
        let payer = number % accounts
        let turn = number / accounts
        let head = Head(
          from: keys[payer].address, lane: UInt8(turn % 4), sequence: UInt64(turn / 4),
          validUntil: .never)
        let payee = keys[(payer &* 7_919 &+ turn &+ 1) % accounts].address
        let transfer = Transfer(head, to: payee, Amount(UInt64(1 + number % 97)))
        slots[number] = SignedMessage.signing(
          .transfer(transfer), with: keys[payer], domain: domain)
      }
    }
    return slots.all
  }

  /// Nothing but recovery of addresses from known digests: the ceiling of any ledger here.
  private func measureRecovery(
    _ signed: [SignedMessage], _ network: BenchNetwork, _ report: Report
  ) throws -> Double {
    let sample = Array(signed.prefix(min(count, 60_000)))
    let work = try sample.map { message in
      (
        signature: try Signature(message.authorisation.signature),
        digest: message.message.digest(domain: network.domain), from: message.head.from
      )
    }
    let wrong = Slots<Bool>(work.count)
    let seconds = onAllCores(work.count) { range in
      for number in range {
        let one = work[number]
        wrong[number] = (try? one.signature.recover(digest: one.digest)) != one.from
      }
    }
    guard !wrong.all.contains(true) else {
      throw BenchmarkFailure(description: "a signature recovered to somebody else")
    }
    let rate = Double(work.count) / seconds
    report.add("bare recovery, \(Machine.cores) cores", rate, "signatures/s")
    return rate
  }

  private func measureRoad(
    _ batches: [[[UInt8]]], _ network: BenchNetwork, recovery: Double, _ report: Report
  ) throws {
    let folder = try ScratchFolder()
    let log = try SQLiteLog(folder: folder.path, network: network.genesis.network)
    guard try log.synchronousLevel() == 2 else {
      throw BenchmarkFailure(description: "the store is not durable")
    }
    var state = try log.restore(network.genesis)
    var twin = Tree()
    var split = Split()
    var commits: [Double] = []
    var rows = 0
    let verification = Verification(batches, network.genesis)
    let start = Stopwatch()
    for _ in batches {
      let messages = try verification.take()
      let made = try split.measure(\.produce) {
        try state.produce(network.plan(after: 1, state), messages)
      }
      try made.expectAllDone("transfers")
      let block = split.measure(\.store) {
        var block = made.block
        block.sign(with: BenchNetwork.operatorKey)
        return CommittedBlock(block, changes: made.changes)
      }
      let watch = Stopwatch()
      try split.measure(\.store) { try log.append(block) }
      commits.append(watch.seconds * 1_000)
      rows += made.changes.count
      split.kept.append(made.leaves)
    }
    let seconds = start.seconds
    let kept = split.takeKept()
    split.measure(\.tree) { for changes in kept { twin.apply(changes) } }
    try log.close()
    let rate = Double(count) / seconds
    report.add(
      "recovered, applied, hashed, durable", rate, "transfers/s", ratio: rate / recovery,
      of: "bare recovery", goal: .atLeast(20_000))
    report.add("commit of a block, p50", commits.percentile(0.5), "ms")
    report.add("commit of a block, p99", commits.percentile(0.99), "ms", goal: .below(50))
    let each = 1e6 / Double(count)
    report.add("CPU: decode, digest, recover", verification.seconds * each, "µs/transfer")
    report.add("CPU: apply, outcomes, roots", (split.produce - split.tree) * each, "µs/transfer")
    report.add("CPU: state tree", split.tree * each, "µs/transfer")
    report.add("CPU: encode and store", split.store * each, "µs/transfer")
    report.add("rows changed", Double(rows) / Double(count), "rows/transfer")
  }
}

/// CPU time of this thread by stage, which others' work on the machine does not lengthen much.
struct Split {
  var produce = 0.0
  var tree = 0.0
  var store = 0.0
  var kept: [[TreeChange]] = []

  mutating func takeKept() -> [[TreeChange]] {
    defer { kept = [] }
    return kept
  }

  mutating func measure<T>(
    _ stage: WritableKeyPath<Split, Double>, _ body: () throws -> T
  ) rethrows -> T {
    let start = threadSeconds()
    defer { self[keyPath: stage] += threadSeconds() - start }
    return try body()
  }
}
