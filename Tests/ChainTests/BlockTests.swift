// Blocks: the same log gives the same state anywhere, and nothing in a block can be bent.

import Kernel
import Market
import Primitives
import Testing

@testable import Chain

@Suite struct BlockTests {
  /// Six blocks with transfers that stand, that are refused and that open accounts.
  static func sample() throws -> SampleNetwork {
    var network = try SampleNetwork()
    var numbers = SeededNumbers(3)
    let names = ["alice", "bob", "carol", "dave"]
    for _ in 0..<6 {
      var ahead: [String: UInt64] = [:]
      var messages: [VerifiedMessage] = []
      for _ in 0..<5 {
        let from = names[numbers.below(2)]
        messages.append(
          try network.transfer(
            numbers.next() % 400_000_000, from: from, to: names[numbers.below(4)],
            ahead: ahead[from] ?? 0))
        ahead[from, default: 0] += 1
      }
      try network.block(messages, after: 1 + numbers.next() % 5_000)
    }
    return network
  }

  @Test func replayGivesTheSameState() throws {
    let network = try Self.sample()
    var other = try State(network.genesis)
    for block in network.blocks {
      let read = try CBOR.decode(Block.self, from: block.encoded)
      #expect(read == block)
      _ = try other.replay(read)
      #expect(other.stateRoot == block.header.stateRoot)
    }
    #expect(other.tip == network.state.tip)
    #expect(other.height == 6)
    let refusedSomething = network.blocks.contains {
      $0.results.outcomes.contains { !$0.isDone }
    }
    #expect(refusedSomething)
  }

  /// Blocks that nobody hashes leave what the same blocks leave with all their roots.
  @Test func unhashedBlocksEndInTheSameRoot() throws {
    var hashed = try SampleNetwork.market()
    try hashed.replicated(["yes", "yes", "no"])
    try hashed.accepted()
    var bare = try State(hashed.genesis)
    for block in hashed.blocks {
      let paused = bare.kernel.clock.paused.milliseconds
      let results = try bare.advance(
        BlockPlan(
          time: block.header.time, pause: Time(block.header.paused.milliseconds - paused),
          link: block.header.link),
        try block.body.map {
          try VerifiedMessage($0, domain: hashed.genesis.domain, network: hashed.genesis.network)
        })
      #expect(results == block.results)
    }
    let plan = hashed.plan()
    let last = try bare.produce(plan, []).block.header.stateRoot
    #expect(last == (try hashed.state.produce(plan, []).block.header.stateRoot))
  }

  @Test func rowsAloneBringTheStateBack() throws {
    var network = try Self.sample()
    var loader = try StateLoader(network.genesis)
    // The rows of block 0 are not in any block: a store takes them from the genesis.
    var rows: [Bytes32: RowChange] = [:]
    for change in try State.foundingRows(of: network.genesis) { rows[change.leafKey] = change }
    for (leaf, change) in network.allChanges { rows[leaf] = change }
    for change in rows.values.filter({ $0.row != nil }).sorted(by: { $0.leafKey > $1.leafKey }) {
      try loader.load(table: change.table, key: change.key, row: change.row ?? [])
    }
    var back = try loader.finish(at: network.blocks[5].header)
    #expect(back.stateRoot == network.state.stateRoot)
    let next = try network.block([try network.transfer(9, from: "bob", to: "alice")])
    _ = try back.replay(next.block)
    #expect(back.tip == network.state.tip)
  }

  @Test func rowsOfAnotherStateAreRefused() throws {
    let network = try Self.sample()
    var loader = try StateLoader(network.genesis)
    for change in try State.foundingRows(of: network.genesis) {
      try loader.load(table: change.table, key: change.key, row: change.row ?? [])
    }
    do throws(Refusal) {
      _ = try loader.finish(at: network.blocks[5].header).height
      Issue.record("rows of another height were taken")
    } catch {
      #expect(error == Refusal("rootDiffers", [Number("stateRoot", 6)]))
    }
    var strange = try StateLoader(network.genesis)
    #expect(throws: Refusal("unknownTable", [Number("moons", 0)])) {
      try strange.load(table: "moons", key: [0], row: [0])
    }
  }

  /// An older version's row has the hash that the header wants; a damaged one has not.
  @Test func wholeRowsOfAnotherFormAreToldFromDamage() throws {
    let network = try Self.sample()
    for isDamaged in [false, true] {
      var loader = try StateLoader(network.genesis)
      var header = network.blocks[5].header
      var leaves: [TreeChange] = []
      for change in try State.foundingRows(of: network.genesis) {
        var row = change.row ?? []
        // As if a field had been added to the clock since it was written.
        if change.table == "clock" { row = CBOR.encode(Bytes32.zero) }
        leaves.append(
          TreeChange(
            RowChange.leafKey(table: change.table, key: change.key), SHA256.hash(row)))
        if isDamaged, change.table == "clock" { row[0] ^= 1 }
        try loader.load(table: change.table, key: change.key, row: row)
      }
      TreeChange.sort(&leaves)
      var tree = Tree()
      tree.apply(leaves)
      header.stateRoot = tree.root
      do throws(Refusal) {
        _ = try loader.finish(at: header).height
        Issue.record("a row that cannot be read was taken")
      } catch {
        let root = Refusal("rootDiffers", [Number("stateRoot", header.height)])
        #expect(error == (isDamaged ? root : Refusal("otherForm", [Number("clock", 0)])))
      }
    }
  }

  /// Changes made to the last block by somebody who can sign as the operator, or cannot.
  static let bends: [(name: String, code: String, bend: @Sendable (inout Block) -> Void)] = [
    ("network", "rootDiffers", { $0.header.network = SHA256.hash([1]) }),
    ("height", "wrongHeight", { $0.header.height += 1 }),
    ("parent", "rootDiffers", { $0.header.parent = SHA256.hash([1]) }),
    ("time back", "timeNotAfterParent", { $0.header.time = Sample.start }),
    ("paused", "pauseTooLong", { $0.header.paused = Time(1 << 60) }),
    ("link", "wrongLink", { $0.header.link = SHA256.hash([1]) }),
    ("rules", "newerRules", { $0.header.rules += 1 }),
    ("old rules", "rootDiffers", { $0.header.rules -= 1 }),
    ("body root", "rootDiffers", { $0.header.bodyRoot = .zero }),
    ("receipts root", "rootDiffers", { $0.header.receiptsRoot = .zero }),
    ("events root", "rootDiffers", { $0.header.eventsRoot = .zero }),
    ("a message less", "rootDiffers", { $0.body.removeLast() }),
    ("another order", "rootDiffers", { $0.body.swapAt(0, 1) }),
    ("an outcome", "rootDiffers", { $0.results.outcomes[0].toll = .zero }),
    ("an event more", "rootDiffers", { $0.results.events.append(Event("madeUp")) }),
  ]

  @Test(arguments: bends.indices)
  func bentBlocksAreRefusedBeforeAnythingChanges(index: Int) throws {
    let network = try Self.sample()
    var other = try State(network.genesis)
    for block in network.blocks.dropLast() { _ = try other.replay(block) }
    let root = other.stateRoot
    let (_, code, bend) = Self.bends[index]
    var bent = network.blocks[5]
    bend(&bent)
    bent.sign(with: Sample.key("operator"))
    do throws(Refusal) {
      _ = try other.replay(bent)
      Issue.record("a bent block was taken")
    } catch {
      #expect(error.code == code)
    }
    #expect(other.isTorn == false)
    #expect(other.stateRoot == root)
    _ = try other.replay(network.blocks[5])
    #expect(other.tip == network.state.tip)
  }

  @Test func onlyTheOperatorSigns() throws {
    let network = try Self.sample()
    var other = try State(network.genesis)
    var block = network.blocks[0]
    block.sign(with: Sample.key("alice"))
    #expect(throws: Refusal.notTheOperator) { _ = try other.replay(block) }
    block.signature = []
    #expect(throws: Refusal.badSignatureLength(0)) { _ = try other.replay(block) }
    block = network.blocks[0]
    block.header.time = Time(block.header.time.milliseconds + 1)
    #expect(throws: Refusal.self) { _ = try other.replay(block) }
    _ = try other.replay(network.blocks[0])
    #expect(other.height == 1)
  }

  /// An operator that signs results which its own messages do not give is found out by name.
  @Test func liesAboutResultsTearTheState() throws {
    let network = try Self.sample()
    let lies: [(String, (inout Block) -> Void)] = [
      ("stateRoot", { $0.header.stateRoot = SHA256.hash([1]) }),
      (
        "receiptsRoot",
        {
          $0.results.outcomes[0].toll = .zero
          $0.header.receiptsRoot = $0.results.receiptsRoot
        }
      ),
      (
        "eventsRoot",
        {
          $0.results.events.append(Event("madeUp"))
          $0.header.eventsRoot = $0.results.eventsRoot
        }
      ),
    ]
    for (name, lie) in lies {
      var other = try State(network.genesis)
      var block = network.blocks[0]
      lie(&block)
      block.sign(with: Sample.key("operator"))
      #expect(throws: Refusal("rootDiffers", [Number(name, 1)])) { _ = try other.replay(block) }
      #expect(other.isTorn == true)
      #expect(throws: Refusal.stateIsTorn) { _ = try other.replay(network.blocks[0]) }
      let message = network.blocks[0].body[0].message
      #expect(other.rehearse(message).refusal == .stateIsTorn)
    }
  }

  /// A message that was never admitted cannot be smuggled into a block.
  @Test func smuggledMessagesAreFound() throws {
    let network = try Self.sample()
    var other = try State(network.genesis)
    var block = network.blocks[0]
    let early = try network.transfer(1, from: "alice", to: "bob", ahead: 50).signed
    block.body.append(early)
    block.results.outcomes.append(MessageOutcome(id: early.id, refusal: nil, toll: Amount(1)))
    block.header.bodyRoot = Block.bodyRoot(of: block.body)
    block.header.receiptsRoot = block.results.receiptsRoot
    block.sign(with: Sample.key("operator"))
    #expect(throws: Refusal("notAdmitted", ["index": 5, "height": 1])) {
      _ = try other.replay(block)
    }
  }

  @Test func aPlanThatCannotBeChangesNothing() throws {
    var network = try SampleNetwork()
    let root = network.state.stateRoot
    var plan = network.plan()
    plan.link = SHA256.hash([4])
    #expect(throws: Refusal.wrongLink) { _ = try network.state.produce(plan, []) }
    plan = network.plan()
    plan.time = network.state.kernel.blockTime
    #expect(throws: Refusal.self) { _ = try network.state.produce(plan, []) }
    plan = network.plan(after: 5, pause: 6)
    #expect(throws: Refusal.pauseTooLong(pause: Time(6), gap: Time(5))) {
      _ = try network.state.produce(plan, [])
    }
    #expect(network.state.stateRoot == root)
    #expect(network.state.height == 0)
    try network.block()
    #expect(network.state.height == 1)
  }

  @Test func aBlockHasRoomForSoManyBytes() throws {
    var terms = Terms.standard
    terms.blockBytes = 65_536
    terms.maxMessage = 65_536
    var network = try SampleNetwork(Sample.genesis(terms: terms))
    let one = try network.transfer(1, from: "alice", to: "bob")
    let fitting = 65_536 / one.size
    let messages = try (0..<(fitting + 9)).map {
      try network.transfer(1, from: "alice", to: "bob", ahead: UInt64($0))
    }
    let made = try network.block(messages)
    #expect(made.isFull)
    #expect(made.block.body.count == made.taken)
    #expect(made.taken < messages.count)
    let bytes = made.block.body.reduce(0) { $0 + $1.encoded.count }
    #expect(bytes <= 65_536)
    var other = try State(network.genesis)
    _ = try other.replay(made.block)
    let rest = try network.block(Array(messages[made.taken...]))
    #expect(!rest.isFull)
    _ = try other.replay(rest.block)
    #expect(other.tip == network.state.tip)
  }

  @Test func everyProofOfARowHolds() throws {
    let network = try Self.sample()
    let header = network.blocks[5].header
    var last: [Bytes32: RowChange] = [:]
    for (leaf, change) in network.allChanges { last[leaf] = change }
    #expect(last.count > 10)
    for (leaf, change) in last {
      let proof = network.state.tree.proof(of: leaf)
      let value = change.row.map { SHA256.hash($0) }
      #expect(proof.verifies(key: leaf, value: value, root: header.stateRoot))
    }
  }
}
