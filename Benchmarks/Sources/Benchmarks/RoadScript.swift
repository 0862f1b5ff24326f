// Writes whole roads with three seats and seven bidders, block by block, before any clock runs:
// under `replicated(3)`, or of labels under `judged`.

import Chain
import Inference
import Kernel
import Labels
import Market
import Primitives

/// Blocks of messages that take so many roads side by side from order to receipt.
///
/// Who is drawn hangs on the beacon, which hangs on nobody's signature: so a state that carries
/// the roads out once, unsigned, says what everybody will have to send.
struct RoadScript {
  struct Step {
    var after: UInt64
    var messages: [Message]
  }

  static let bidders = 7

  let network: BenchNetwork
  let buyers: [PrivateKey]
  let providers: [PrivateKey]
  private(set) var steps: [Step] = []
  private(set) var roads = 0
  /// Items of each road's labels; nil where the roads are `replicated(3)`.
  let items: Int?
  private var lanes: [Address: UInt64] = [:]

  /// Providers bid on several roads at once, as they would.
  init(roadsAtOnce: Int, blocks: Int, items: Int? = nil) {
    self.items = items
    buyers = (0..<min(100, roadsAtOnce)).map { PrivateKey(seed: Array("buyer \($0)".utf8)) }
    providers = (0..<min(140, RoadScript.bidders * roadsAtOnce)).map {
      PrivateKey(seed: Array("provider \($0)".utf8))
    }
    network = BenchNetwork(funding: (buyers + providers).map(\.address), blocks: blocks)
  }

  var keys: [Address: PrivateKey] {
    Dictionary(uniqueKeysWithValues: (buyers + providers).map { ($0.address, $0) })
  }

  var messageCount: Int { steps.reduce(0) { $0 + $1.messages.count } }

  /// One wave of roads, carried out on a state that every wave before was carried out on.
  mutating func writeWave(of count: Int, _ state: inout State) throws {
    if roads == 0 { try publishKeys(&state) }
    let orders = (0..<count).map { OrderPlan(number: roads + $0, buyer: buyers[$0 % buyers.count]) }
    roads += count
    let input = vouched(
      try ContentChunks(input: Array("an input".utf8), key: RoadScript.secret("input key")))
    var placed: [Message] = []
    for order in orders { placed.append(.placeOrder(placeOrder(order, input))) }
    try play(1_000, placed, &state)
    let ids = placed.map { OrderID($0.id) }
    try play(1_000, bids(ids), &state)
    try play(30_000, reveals(ids), &state)
    try play(30_000, [], &state)
    try play(1_000, [], &state)
    try play(1_000, [], &state)
    var draws: [Message] = []
    for (order, id) in zip(orders, ids) { draws.append(.drawSeats(draw(order, id))) }
    try play(1_000, draws, &state)
    let found = leases(state)
    let matched = ids.compactMap { found[$0] }
    guard matched.count == count else {
      throw BenchmarkFailure(description: "a road had no match")
    }
    try answer(matched, input, &state)
  }

  /// Nobody deals with who cannot be written to.
  private mutating func publishKeys(_ state: inout State) throws {
    try play(
      1_000,
      (buyers + providers).map {
        .publishKey(
          PublishKey(head($0.address), sealingKey: RoadScript.secret("sealing \($0.address)")))
      }, &state)
  }

  private mutating func answer(
    _ leases: [(id: LeaseID, lease: Lease)], _ input: Content, _ state: inout State
  ) throws {
    let seats = leases.flatMap { id, lease in
      lease.seats.map { (run: RunKey(id, 0), seat: $0.provider, buyer: lease.buyer) }
    }
    var honours: [Message] = []
    for seat in seats {
      var m = HonourSeat()
      m.head = head(seat.seat)
      m.lease = seat.run.lease
      honours.append(.honourSeat(m))
    }
    try play(1_000, honours, &state)
    var inputs: [Message] = []
    for (id, lease) in leases {
      var m = SendInput()
      m.head = head(lease.buyer)
      m.run = RunKey(id, 0)
      m.input = input
      m.keys = lease.seats.map {
        BenchNetwork.sealed(to: $0.provider)
      }
      inputs.append(.sendInput(m))
    }
    try play(1_000, inputs, &state)
    if let items { return try label(items, seats, leases.count, &state) }
    let inputKey = RoadScript.secret("input key")
    let output = vouched(
      try ContentChunks(
        output: Array("an answer".utf8), salt: ContentSalt(contentKey: inputKey), key: inputKey))
    var seals: [Message] = []
    for seat in seats {
      var m = SealAnswer()
      m.head = head(seat.seat)
      m.run = seat.run
      m.seal = Evidence.seal(
        run: seat.run.id, seat: seat.seat, output: output.root, units: 1,
        salt: RoadScript.secret("seal"))
      seals.append(.sealAnswer(m))
    }
    try play(1_000, seals, &state)
    var opened: [Message] = []
    for seat in seats {
      var m = UnsealAnswer()
      m.head = head(seat.seat)
      m.run = seat.run
      m.evidence = Evidence(output: output, units: 1)
      m.salt = RoadScript.secret("seal")
      m.key = BenchNetwork.sealed(to: seat.buyer)
      opened.append(.unsealAnswer(m))
    }
    let settled = try play(1_000, opened, &state)
    guard settled == leases.count else {
      throw BenchmarkFailure(description: "\(settled) of \(leases.count) roads were settled")
    }
  }

  /// Seats that agree on four of five items seal and open; the last opening of a run judges it.
  private mutating func label(
    _ items: Int, _ seats: [(run: RunKey, seat: Address, buyer: Address)], _ roads: Int,
    _ state: inout State
  ) throws {
    func answer(_ place: Int) -> [UInt8] {
      (0..<items).map { UInt8(($0 * 7 + ($0 % 5 == place % 3 ? place : 0)) % 4 + 1) }
    }
    var seals: [Message] = []
    var opened: [Message] = []
    for (place, seat) in seats.enumerated() {
      var m = SealAnswer()
      m.head = head(seat.seat)
      m.run = seat.run
      m.seal = OpenAnswer.seal(
        run: seat.run.id, seat: seat.seat, answer: answer(place), units: UInt64(items),
        salt: RoadScript.secret("seal"))
      seals.append(.sealAnswer(m))
    }
    try play(1_000, seals, &state)
    for (place, seat) in seats.enumerated() {
      var m = OpenAnswer()
      m.head = head(seat.seat)
      m.run = seat.run
      (m.answer, m.salt) = (answer(place), RoadScript.secret("seal"))
      opened.append(.openAnswer(m))
    }
    let settled = try play(1_000, opened, &state)
    guard settled == roads else {
      throw BenchmarkFailure(description: "\(settled) of \(roads) runs were judged")
    }
  }

  @discardableResult
  private mutating func play(
    _ after: UInt64, _ messages: [Message], _ state: inout State
  ) throws -> Int {
    steps.append(Step(after: after, messages: messages))
    let made = try state.produce(
      network.plan(after: after, state), messages.map { network.simulated($0) })
    try made.expectAllDone("step \(steps.count)")
    guard made.taken == messages.count else {
      throw BenchmarkFailure(description: "step \(steps.count) fills a block")
    }
    return made.block.results.settled.count
  }

  private func leases(_ state: borrowing State) -> [OrderID: (id: LeaseID, lease: Lease)] {
    var found: [OrderID: (id: LeaseID, lease: Lease)] = [:]
    state.market.forEachLease { found[$1.order] = ($0, $1) }
    return found
  }
}

// MARK: - Messages

extension RoadScript {
  struct OrderPlan {
    var number: Int
    var buyer: PrivateKey
  }

  static func secret(_ name: String) -> Bytes32 { SHA256.hash(Array(name.utf8)) }

  private mutating func head(_ account: Address) -> Head {
    let sequence = lanes[account, default: 0]
    lanes[account] = sequence + 1
    return Head(from: account, lane: 0, sequence: sequence, validUntil: .never)
  }

  private func vouched(_ chunks: ContentChunks) -> Content {
    var content = Content(chunks, custody: Custody())
    let digest = content.custodyDigest(network: network.genesis.network)
    content.custody = Custody(
      custodian: BenchNetwork.custodianKey.address,
      signature: BenchNetwork.custodianKey.sign(digest: digest).bytes)
    return content
  }

  private mutating func placeOrder(_ order: OrderPlan, _ input: Content) -> PlaceOrder {
    var m = PlaceOrder()
    m.head = head(order.buyer.address)
    m.request.work = "inference"
    m.request.spec = InferenceSpec(model: RoadScript.secret("model")).encoded
    m.request.check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)])
    m.request.limit = Rate(Amount(1_000_000))
    if let items {
      m.request.work = LabelsWork.name
      m.request.spec =
        LabelsSpec(question: "which?", choices: ["a", "b", "c", "d"], items: UInt64(items))
        .encoded
      m.request.check = CheckTerms(
        JudgedCheck.name,
        [
          Number("seats", 3), Number("gold", 0), Number("par", JudgedCheck.usualPar),
          Number("panel", 0),
        ])
      m.request.limit = Rate(Amount(1_000_000), per: UInt64(items))
      m.request.units = UInt64(items)
    }
    m.saltCommitment = SaltCommitment.of(RoadScript.secret("salt \(order.number)"))
    m.input = input
    return m
  }

  private func bidders(_ place: Int) -> [PrivateKey] {
    (0..<RoadScript.bidders).map { providers[(place * RoadScript.bidders + $0) % providers.count] }
  }

  private func price(_ place: Int) -> Amount { Amount(700_000 + 10_000 * UInt64(place)) }

  private mutating func bids(_ orders: [OrderID]) -> [Message] {
    var messages: [Message] = []
    for (place, order) in orders.enumerated() {
      for (number, bidder) in bidders(place).enumerated() {
        var m = PlaceBid()
        m.head = head(bidder.address)
        m.order = order
        m.seal = PlaceBid.seal(
          order: order, bidder: bidder.address, price: price(number),
          salt: RoadScript.secret("bid"))
        messages.append(.placeBid(m))
      }
    }
    return messages
  }

  private mutating func reveals(_ orders: [OrderID]) -> [Message] {
    var messages: [Message] = []
    for (place, order) in orders.enumerated() {
      for (number, bidder) in bidders(place).enumerated() {
        var m = RevealBid()
        m.head = head(bidder.address)
        m.order = order
        m.price = price(number)
        m.salt = RoadScript.secret("bid")
        messages.append(.revealBid(m))
      }
    }
    return messages
  }

  private mutating func draw(_ order: OrderPlan, _ id: OrderID) -> DrawSeats {
    var m = DrawSeats()
    m.head = head(order.buyer.address)
    m.order = id
    m.salt = RoadScript.secret("salt \(order.number)")
    return m
  }
}
