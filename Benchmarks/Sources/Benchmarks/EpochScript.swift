// A network in which timers have much to compute at once, and blocks as a node makes them.

import Chain
import Kernel
import Primitives

/// People, their messages, and blocks that are timed.
struct EpochScript: ~Copyable {
  static let people = 320
  static let owner = BenchNetwork.address(0)

  let network: BenchNetwork
  var state: State
  private var lanes: [Address: UInt64] = [:]

  /// One block, made without messages, and what it took.
  struct Timed {
    var milliseconds = Double.infinity
    var events: [Event] = []
    /// Units of work that rooms were charged with.
    var subnets: UInt64 = 0
    var topics: UInt64 = 0
    var tournaments: UInt64 = 0

    func happened(_ name: String) -> Int { events.count { $0.name == name } }
  }

  init() throws {
    network = BenchNetwork(funding: (0..<EpochScript.people).map { BenchNetwork.address($0) })
    state = try State(network.genesis)
  }

  static func person(_ number: Int) -> Address { BenchNetwork.address(number) }

  mutating func head(_ account: Address) -> Head {
    let sequence = lanes[account, default: 0]
    lanes[account] = sequence + 1
    return Head(from: account, lane: 0, sequence: sequence, validUntil: .never)
  }

  /// Blocks of messages, all of which must be done; the first so many milliseconds later.
  mutating func play(_ after: UInt64, _ messages: [Message]) throws {
    var rest = messages[...]
    var after = after
    repeat {
      let made = try state.produce(
        network.plan(after: after, state), rest.map { network.simulated($0) })
      try made.expectAllDone("epochs")
      rest = rest.dropFirst(made.taken)
      after = 1
    } while !rest.isEmpty
  }

  /// A block without messages, timed from its beginning to its roots.
  mutating func pass(_ after: UInt64) throws -> Timed {
    let plan = network.plan(after: after, state)
    var timed = Timed()
    let start = Machine.threadSeconds
    let made = try state.produce(plan, [])
    timed.milliseconds = (Machine.threadSeconds - start) * 1_000
    timed.events = made.block.results.events
    (timed.subnets, timed.topics, timed.tournaments) = (
      state.subnets.work(at: state.height), state.topics.work(at: state.height),
      state.tournaments.work(at: state.height)
    )
    guard timed.happened("stuck") == 0 else {
      throw BenchmarkFailure(description: "something was stuck")
    }
    return timed
  }

  /// Moves to a moment of market time.
  mutating func pass(until time: Time) throws -> Timed {
    try pass(time.milliseconds - min(time.milliseconds - 1, state.kernel.now.milliseconds))
  }

  static func salt(_ account: Address) -> Bytes32 { SHA256.hash(account.bytes) }
}
