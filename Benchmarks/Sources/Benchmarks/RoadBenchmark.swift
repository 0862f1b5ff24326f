// Full roads, order to receipt: the rules in memory, then signed, hashed and durable.

import Chain
import Foundation
import Kernel
import LogStore
import Primitives

struct RoadBenchmark {
  /// Roads side by side in one wave, and waves one after the other.
  var roadsAtOnce = 400
  var waves = 10

  func run(_ report: Report) throws {
    report.section(
      "Roads replicated(3), seven bidders (\(waves) waves of \(roadsAtOnce) side by side)")
    var script = RoadScript(roadsAtOnce: roadsAtOnce, blocks: waves * 16)
    var state = try State(script.network.genesis)
    for _ in 0..<waves { try script.writeWave(of: roadsAtOnce, &state) }
    let roads = Double(script.roads)
    report.add("messages", Double(script.messageCount) / roads, "messages/road")
    try measureMemory(script, report)
    try measureDurable(script, report)
  }

  /// The same blocks twice: by the rules alone, then with all roots. Messages are made, encoded
  /// and named before either clock runs, as a node's door does.
  private func measureMemory(_ script: RoadScript, _ report: Report) throws {
    let network = script.network
    let steps = script.steps.map { step in
      (after: step.after, messages: step.messages.map { network.simulated($0) })
    }
    let roads = Double(script.roads)
    let custody = try custodySeconds() * Double(RoadScript.custodies)
    let bare = try measureRules(steps, network, script.roads)
    report.add(
      "unsigned, in memory, unhashed", roads / bare.seconds, "roads/s", goal: .atLeast(20_000))
    report.add("CPU", bare.cpu / roads * 1e6, "µs/road")
    let whole = try measureRoots(steps, network, script.roads)
    report.add("unsigned, in memory, with tree and roots", roads / whole.seconds, "roads/s")
    report.add("the same", Double(script.messageCount) / whole.seconds, "messages/s")
    report.add("CPU", whole.cpu / roads * 1e6, "µs/road")
    let tree = try treeSeconds(steps, network)
    report.add(
      "CPU: state tree", tree / roads * 1e6, "µs/road", ratio: tree / whole.cpu, of: "CPU")
    report.add(
      "beside it, at the door: \(RoadScript.custodies) custody signatures", custody * 1e6,
      "µs/road")
    guard bare.root == whole.root else {
      throw BenchmarkFailure(description: "the state root is another without hashing")
    }
    report.note("  both end in the state root \(whole.root)")
  }

  private typealias Steps = [(after: UInt64, messages: [VerifiedMessage])]

  private func measureRules(
    _ steps: Steps, _ network: BenchNetwork, _ roads: Int
  ) throws -> (seconds: Double, cpu: Double, root: Bytes32) {
    var state = try State(network.genesis)
    var settled = 0
    let start = threadSeconds()
    let watch = Stopwatch()
    for step in steps {
      let made = try state.advance(network.plan(after: step.after, state), step.messages)
      settled += made.settled.count
    }
    let (seconds, cpu) = (watch.seconds, threadSeconds() - start)
    guard settled == roads else { throw BenchmarkFailure(description: "roads are missing") }
    return (seconds, cpu, try RoadBenchmark.lastRoot(network, &state))
  }

  private func measureRoots(
    _ steps: Steps, _ network: BenchNetwork, _ roads: Int
  ) throws -> (seconds: Double, cpu: Double, root: Bytes32) {
    var state = try State(network.genesis)
    var settled = 0
    let start = threadSeconds()
    let watch = Stopwatch()
    for step in steps {
      let made = try state.produce(network.plan(after: step.after, state), step.messages)
      settled += made.block.results.settled.count
    }
    let (seconds, cpu) = (watch.seconds, threadSeconds() - start)
    guard settled == roads else { throw BenchmarkFailure(description: "roads are missing") }
    return (seconds, cpu, try RoadBenchmark.lastRoot(network, &state))
  }

  /// One more block, an empty one, whose root covers all rows.
  private static func lastRoot(
    _ network: BenchNetwork, _ state: inout State
  ) throws -> Bytes32 {
    try state.produce(network.plan(after: 1_000, state), []).block.header.stateRoot
  }

  /// The tree alone, of what the blocks change.
  private func treeSeconds(_ steps: Steps, _ network: BenchNetwork) throws -> Double {
    var state = try State(network.genesis)
    var tree = Tree()
    var seconds = 0.0
    for step in steps {
      let made = try state.produce(network.plan(after: step.after, state), step.messages)
      let leaves = made.leaves
      let start = threadSeconds()
      tree.apply(leaves)
      seconds += threadSeconds() - start
    }
    return seconds
  }

  /// What one custodian's signature costs to check: the door does it for every content.
  private func custodySeconds() throws -> Double {
    let digest = RoadScript.secret("a blob")
    let signature = BenchNetwork.custodianKey.sign(digest: digest)
    let count = 4_000
    let start = threadSeconds()
    for _ in 0..<count {
      guard try signature.recover(digest: digest) == BenchNetwork.custodianKey.address else {
        throw BenchmarkFailure(description: "a signature recovered to somebody else")
      }
    }
    return (threadSeconds() - start) / Double(count)
  }

  private func measureDurable(_ script: RoadScript, _ report: Report) throws {
    let network = script.network
    let batches = sign(script)
    let folder = try ScratchFolder()
    let log = try SQLiteLog(folder: folder.path, network: network.genesis.network)
    var state = try log.restore(network.genesis)
    var split = Split()
    var commits: [Double] = []
    var rows = 0
    var settled = 0
    let verification = Verification(batches, network.genesis)
    let watch = Stopwatch()
    for step in script.steps {
      let messages = try verification.take()
      let made = try split.measure(\.produce) {
        try state.produce(network.plan(after: step.after, state), messages)
      }
      try made.expectAllDone("signed roads")
      let block = split.measure(\.store) {
        var block = made.block
        block.sign(with: BenchNetwork.operatorKey)
        return CommittedBlock(block, changes: made.changes)
      }
      let commit = Stopwatch()
      try split.measure(\.store) { try log.append(block) }
      commits.append(commit.seconds * 1_000)
      rows += made.changes.count
      settled += made.block.results.settled.count
    }
    let seconds = watch.seconds
    let mentions = try log.blocks(from: 0, limit: .max).value.reduce(0) { $0 + $1.mentionCount }
    try log.close()
    guard settled == script.roads else { throw BenchmarkFailure(description: "roads are missing") }
    let roads = Double(script.roads)
    report.add(
      "signed, hashed, durable", roads / seconds, "roads/s", goal: .atLeast(500))
    report.add("commit of a block, p50", commits.percentile(0.5), "ms")
    report.add("commit of a block, p99", commits.percentile(0.99), "ms")
    report.add("CPU: decode, digest, recover", verification.seconds / roads * 1e6, "µs/road")
    report.add("CPU: apply, tree, roots", split.produce / roads * 1e6, "µs/road")
    report.add("CPU: encode and store", split.store / roads * 1e6, "µs/road")
    report.add("rows of the state", Double(rows) / roads, "rows/road")
    report.add("rows of the index", Double(mentions) / roads, "rows/road")
  }

  /// Signs every message beforehand, on all cores.
  private func sign(_ script: RoadScript) -> [[[UInt8]]] {
    let keys = script.keys
    let domain = script.network.domain
    return script.steps.map { step in
      let slots = Slots<[UInt8]>(step.messages.count)
      _ = onAllCores(step.messages.count) { range in
        for number in range {
          let message = step.messages[number]
          guard let key = keys[message.head.from] else { continue }
          slots[number] = SignedMessage.signing(message, with: key, domain: domain).encoded
        }
      }
      return slots.all
    }
  }
}

extension RoadScript {
  /// Contents of a road that a custodian signed for: the order's input, the same sent, and an
  /// answer a seat.
  static let custodies = 5
}

extension StoredBlock {
  /// How many rows the index gets: one for each id that a message or a receipt bears, and one for
  /// each other id that the block's events are found by.
  var mentionCount: Int {
    let direct = (messages + receipts).flatMap(\.ids).filter { $0 != .zero }
    let concerned = Set(events.flatMap(\.ids).filter { $0 != .zero })
    return direct.count + concerned.subtracting(direct).count
  }
}
