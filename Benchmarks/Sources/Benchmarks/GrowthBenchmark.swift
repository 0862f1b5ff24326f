// How cost grows with accounts: time a transfer, memory, restart; each size in its own process.

import Chain
import Foundation
import Kernel
import LogStore
import Primitives

/// A ledger of so many accounts that one process fills and another finds on the disk.
struct GrowthBenchmark {
  static let sizes = [1_000, 10_000, 100_000, 1_000_000]
  static let block = 2_000
  static let measured = 50

  /// Starts this program once to fill a ledger and once to measure it, for each size.
  static func run(_ report: Report, sizes: [Int]) throws {
    report.section("Growth (transfers between random accounts, unsigned, in memory, with tree)")
    for size in sizes {
      let folder = try ScratchFolder()
      _ = try Child.run(["--fill", "\(size)", "--folder", folder.path])
      let text = try Child.run(["--measure", "\(size)", "--folder", folder.path]).output
      guard let found = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Double]
      else { throw BenchmarkFailure(description: "no numbers for \(size) accounts: \(text)") }
      let name = Report.number(Double(size)) + " accounts"
      report.add("\(name): transfer", found["transfer"] ?? .nan, "µs")
      report.add("\(name): memory after restart", found["memory"] ?? .nan, "MB")
      report.add("\(name): restart", found["restart"] ?? .nan, "ms")
      report.add("\(name): of it rows read and loaded", found["load"] ?? .nan, "ms")
      report.add("\(name): of it tree and root", found["tree"] ?? .nan, "ms")
      report.add("\(name): file", found["file"] ?? .nan, "MB")
    }
  }

  let size: Int
  let folder: String
  let network: BenchNetwork

  init(size: Int, folder: String) {
    self.size = size
    self.folder = folder
    let funder = BenchNetwork.address(0)
    network = BenchNetwork(
      funding: [funder], each: Amount(1_000_000_000_000_000),
      blocks: size / GrowthBenchmark.block + GrowthBenchmark.measured + 8)
  }

  /// Opens every account by a transfer, as accounts are opened, and stores every block.
  func fill() throws {
    var options = SQLiteLog.Options()
    options.isDurable = false
    let log = try SQLiteLog(
      folder: folder, network: network.genesis.network, options: options)
    var state = try log.restore(network.genesis)
    var number = 1
    while number < size {
      let end = min(size, number + GrowthBenchmark.block)
      let messages = (number..<end).map { account in
        transfer(
          from: 0, to: account, Amount(100_000_000), sequence: UInt64(account - 1))
      }
      try append(messages, &state, log)
      number = end
    }
    try log.close()
  }

  /// Restarts from what `fill` left, and measures.
  func measure() throws -> [String: Double] {
    let restart = Stopwatch()
    let log = try SQLiteLog(folder: folder, network: network.genesis.network)
    var loader = try StateLoader(network.genesis)
    let head = try log.loadState { table, key, row throws(Refusal) in
      try loader.load(table: table, key: key, row: row)
    }
    guard let head else { throw BenchmarkFailure(description: "the store is empty") }
    let header = try CBOR.decode(Header.self, from: head.header)
    let loaded = restart.seconds
    var state = try loader.finish(at: header)
    let restarted = restart.seconds
    let memory = Machine.residentMegabytes()
    let seconds = try measureTransfers(&state)
    let file = try FileManager.default.attributesOfItem(atPath: folder + "/ledger.sqlite")
    try log.close()
    return [
      "transfer": seconds * 1e6, "memory": memory, "restart": restarted * 1_000,
      "load": loaded * 1_000, "tree": (restarted - loaded) * 1_000,
      "file": Double(file[.size] as? Int ?? 0) / 1e6,
    ]
  }

  /// Random payers and payees; the messages are made before the clock runs.
  private func measureTransfers(_ state: inout State) throws -> Double {
    var sequences: [Int: UInt64] = [:]
    var word: UInt64 = 88_172_645_463_325_252
    func below(_ bound: Int) -> Int {
      word ^= word << 13
      word ^= word >> 7
      word ^= word << 17
      return Int(word % UInt64(bound))
    }
    var batches: [[VerifiedMessage]] = []
    for _ in 0..<GrowthBenchmark.measured {
      batches.append(
        (0..<GrowthBenchmark.block).map { _ in
          let payer = 1 + below(size - 1)
          let sequence = sequences[payer, default: 0]
          sequences[payer] = sequence + 1
          return transfer(from: payer, to: 1 + below(size - 1), Amount(1), sequence: sequence)
        })
    }
    var seconds = 0.0
    for messages in batches {
      let watch = Stopwatch()
      let made = try state.produce(network.plan(after: 1, state), messages)
      seconds += watch.seconds
      try made.expectAllDone("growth")
    }
    return seconds / Double(GrowthBenchmark.measured * GrowthBenchmark.block)
  }

  private func append(
    _ messages: [VerifiedMessage], _ state: inout State, _ log: SQLiteLog
  ) throws {
    let made = try state.produce(network.plan(after: 1, state), messages)
    try made.expectAllDone("filling")
    var block = made.block
    block.sign(with: BenchNetwork.operatorKey)
    try log.append(block, changes: made.changes)
  }

  private func transfer(
    from payer: Int, to payee: Int, _ amount: Amount, sequence: UInt64
  ) -> VerifiedMessage {
    let head = Head(
      from: BenchNetwork.address(payer), lane: 0, sequence: sequence, validUntil: .never)
    return network.simulated(
      .transfer(Transfer(head, to: BenchNetwork.address(payee), amount)))
  }
}
