// Blocks, messages and restarts of the whole Kernel.

import Kernel
import Primitives
import Testing

/// A founded Kernel with three accounts, and the links of its blocks.
struct Founded: ~Copyable {
  static let keeper = address(100)
  static let alice = address(1)
  static let bob = address(2)

  var k = KernelTables()
  private var chain = links(64, seed: 5)

  init() throws(Refusal) {
    let charter = Charter(network: word(77), operator: Self.keeper, custodians: [Self.keeper])
    k.found(
      charter, terms: .standard, beacon: word(9), anchor: chain.removeLast(), time: Time(1_000))
    for account in [Self.keeper, Self.alice, Self.bob] {
      try k.fund(account, Amount(1_000_000))
    }
    k.forgetUndo()
    var changes: [RowChange] = []
    k.drain(into: &changes)
  }

  /// Begins the next block that many milliseconds later.
  mutating func begin(after span: UInt64 = 10, pausedBy pause: UInt64 = 0) throws(Refusal) {
    try k.beginBlock(
      time: Time(k.blockTime.milliseconds + span), link: chain.removeLast(),
      pausedBy: Time(pause))
    k.forgetUndo()
  }

  mutating func end() -> [RowChange] {
    k.endBlock()
    var changes: [RowChange] = []
    k.drain(into: &changes)
    return changes
  }

  func head(_ from: Address, _ sequence: UInt64 = 0, until: UInt64 = .max) -> Head {
    Head(from: from, sequence: sequence, validUntil: Time(until))
  }
}

@Suite("Blocks")
struct BlockTests {
  @Test
  func timeRunsForwardAndMarketTimeStandsStill() throws {
    var f = try Founded()
    try f.begin(after: 50)
    #expect(f.k.height == 1)
    #expect(f.k.blockTime == Time(1_050))
    #expect(f.k.now == Time(1_050))
    _ = f.end()
    try f.begin(after: 500, pausedBy: 500)
    #expect(f.k.blockTime == Time(1_550))
    #expect(f.k.now == Time(1_050))
    #expect(f.k.clock.paused == Time(500))
  }

  @Test
  func blocksThatDoNotFollowAreRefused() throws {
    var f = try Founded()
    #expect(
      refusal { () throws(Refusal) in try f.begin(after: 0) }
        == .timeNotAfterParent(time: Time(1_000), parent: Time(1_000)))
    var g = try Founded()
    #expect(
      refusal { () throws(Refusal) in try g.begin(after: 10, pausedBy: 11) }
        == .pauseTooLong(pause: Time(11), gap: Time(10)))
    var h = try Founded()
    #expect(
      refusal { () throws(Refusal) in
        try h.k.beginBlock(time: Time(2_000), link: word(1))
      } == .wrongLink)
    #expect(h.k.height == 0)
    #expect(h.k.blockTime == Time(1_000))
  }

  /// Within a block the beacon is that of the block before; its salts count at its end.
  @Test
  func theBeaconIsCompleteAtTheEnd() throws {
    var f = try Founded()
    try f.begin()
    f.k.beacon.open(object: word(5), salt: word(50))
    f.k.forgetUndo()
    let mark = f.k.mark()
    f.k.beacon.open(object: word(4), salt: word(40))
    f.k.rollback(to: mark)
    f.k.beacon.open(object: word(3), salt: word(30))
    #expect(f.k.beaconValue == word(9))
    let link = f.k.beacon.state.link
    let changes = f.end()
    #expect(
      f.k.beaconValue
        == BeaconRule.next(
          last: word(9),
          opened: [(object: word(3), salt: word(30)), (object: word(5), salt: word(50))],
          link: link))
    #expect(changes.map(\.table).sorted() == ["beacon", "clock"])
    #expect(f.k.beacon.opened.isEmpty == true)
  }
}

@Suite("Kernel messages")
struct KernelMessageTests {
  @Test
  func admissionTakesSequenceAndToll() throws {
    var f = try Founded()
    try f.begin()
    try f.k.admit(f.head(Founded.alice), signer: Founded.alice, bytes: 200)
    #expect(f.k.ledger.balance(.operator) == Amount(33))
    #expect(f.k.ledger.balance(.account(Founded.alice)) == Amount(999_967))
    #expect(f.k.accounts.nextSequence(signer: Founded.alice, lane: 0) == 1)
  }

  @Test
  func admissionRefuses() throws {
    var f = try Founded()
    try f.begin()
    let late = refusal { () throws(Refusal) in
      try f.k.admit(f.head(Founded.alice, until: 1_009), signer: Founded.alice, bytes: 200)
    }
    #expect(late == .expired(validUntil: Time(1_009), now: Time(1_010)))
    let stranger = refusal { () throws(Refusal) in
      try f.k.admit(f.head(address(50)), signer: address(50), bytes: 200)
    }
    #expect(stranger == .unknownAccount)
    let replay = refusal { () throws(Refusal) in
      try f.k.admit(f.head(Founded.alice, 1), signer: Founded.alice, bytes: 200)
    }
    #expect(replay == .futureSequence(got: 1, next: 0))
    try f.k.admit(f.head(Founded.alice, until: 1_010), signer: Founded.alice, bytes: 200)
  }

  /// The sequence is the signer's: a session key uses its own, and its owner's stays free.
  @Test
  func aSessionKeyCannotBlockItsOwner() throws {
    var f = try Founded()
    try f.begin()
    try f.k.admit(f.head(Founded.alice), signer: address(60), bytes: 10)
    #expect(f.k.accounts.nextSequence(signer: Founded.alice, lane: 0) == 0)
    #expect(f.k.accounts.nextSequence(signer: address(60), lane: 0) == 1)
    #expect(f.k.ledger.balance(.account(Founded.alice)) < Amount(1_000_000))
  }

  @Test
  func aTransferMoves() throws {
    var f = try Founded()
    try f.begin()
    try f.k.apply(
      Transfer(f.head(Founded.alice), to: Founded.bob, Amount(300)), as: word(1))
    #expect(f.k.ledger.balance(.account(Founded.bob)) == Amount(1_000_300))
    #expect(f.k.ledger.balance(.operator) == .zero)
    #expect(f.k.ledger.postings.count == 1)
  }

  @Test
  func aTransferOpensAtTheSendersCost() throws {
    var f = try Founded()
    try f.begin()
    try f.k.apply(
      Transfer(f.head(Founded.alice), to: address(7), Amount(300)), as: word(1))
    #expect(f.k.accounts.isOpen(address(7)) == true)
    #expect(try f.k.accounts.account(address(7)).opened == 1)
    #expect(f.k.ledger.balance(.account(address(7))) == Amount(300))
    #expect(f.k.ledger.balance(.operator) == Amount(10_000))
    #expect(f.k.ledger.balance(.account(Founded.alice)) == Amount(989_700))
    #expect(f.k.events.map(\.name) == ["accountOpened"])
  }

  /// Who can pay the amount but not the opening is refused, and nothing remains of the attempt.
  @Test
  func aTransferThatCannotOpenLeavesNothing() throws {
    var f = try Founded()
    try f.begin()
    let mark = f.k.mark()
    let refused = refusal { () throws(Refusal) in
      try f.k.apply(
        Transfer(f.head(Founded.alice), to: address(7), Amount(995_000)), as: word(1))
    }
    #expect(refused == .insufficient(has: Amount(990_000), needs: Amount(995_000)))
    f.k.rollback(to: mark)
    f.k.forgetUndo()
    #expect(f.k.accounts.isOpen(address(7)) == false)
    #expect(f.k.events.isEmpty == true)
    #expect(f.end().map(\.table).sorted() == ["beacon", "clock"])
  }

  /// What a wallet shows before it signs: the rows and postings of the message alone.
  @Test
  func aRehearsalListsItsRowsAndPostings() throws {
    var f = try Founded()
    try f.begin()
    try f.k.admit(f.head(Founded.bob), signer: Founded.bob, bytes: 16)
    let mark = f.k.mark()
    let posted = f.k.ledger.postings.count
    try f.k.apply(
      Transfer(f.head(Founded.alice), to: address(7), Amount(300)), as: word(1))
    var changes: [RowChange] = []
    f.k.list(since: mark, into: &changes)
    #expect(
      changes.map(\.table).sorted() == ["accounts", "balances", "balances", "balances"])
    let postings = f.k.ledger.postings(after: posted)
    #expect(postings.map(\.amount) == [Amount(10_000), Amount(300)])
    f.k.rollback(to: mark)
    #expect(f.k.ledger.postings.count == 1)
  }

  @Test
  func nobodyReceivesAtTheZeroAddress() throws {
    var f = try Founded()
    let refused = refusal { () throws(Refusal) in
      try f.k.apply(Transfer(f.head(Founded.alice), to: .zero, Amount(1)), as: word(1))
    }
    #expect(refused == .noReceiver)
  }

  @Test
  func operatorsAreDeclaredByBothSides() throws {
    var f = try Founded()
    try f.k.apply(
      Declare(f.head(Founded.alice), operator: Founded.bob), as: word(1))
    #expect(f.k.accounts.operatorOf(Founded.alice) == Founded.alice)
    let meddler = refusal { () throws(Refusal) in
      try f.k.apply(
        Declare(f.head(Founded.keeper), operator: Founded.bob, member: Founded.alice),
        as: word(2))
    }
    #expect(meddler == .notConcerned)
    try f.k.apply(
      Declare(f.head(Founded.bob), operator: Founded.bob, member: Founded.alice), as: word(3))
    #expect(f.k.accounts.operatorOf(Founded.alice) == Founded.bob)
    try f.k.apply(
      Declare(f.head(Founded.alice), operator: Founded.bob, isWithdrawn: true), as: word(4))
    #expect(f.k.accounts.operatorOf(Founded.alice) == Founded.alice)
  }

  @Test
  func keysArePublished() throws {
    var f = try Founded()
    try f.k.apply(PublishKey(f.head(Founded.alice), sealingKey: word(3)), as: word(1))
    #expect(f.k.accounts.sealingKey(of: Founded.alice) == word(3))
  }

  @Test
  func theOperatorPaysNoTollAndCollectsTheOthers() throws {
    var f = try Founded()
    try f.begin()
    try f.k.admit(f.head(Founded.alice), signer: Founded.alice, bytes: 200)
    try f.k.admit(f.head(Founded.keeper), signer: Founded.keeper, bytes: 200)
    #expect(f.k.tollPaid == .zero)
    let refused = refusal { () throws(Refusal) in
      try f.k.apply(
        CollectTolls(f.head(Founded.alice), to: Founded.alice, Amount(33)), as: word(1))
    }
    #expect(refused == .onlyTheOperator)
    let tooMuch = refusal { () throws(Refusal) in
      try f.k.apply(
        CollectTolls(f.head(Founded.keeper), to: Founded.bob, Amount(34)), as: word(1))
    }
    #expect(tooMuch == .insufficient(has: Amount(33), needs: Amount(34)))
    try f.k.apply(CollectTolls(f.head(Founded.keeper), to: Founded.bob, Amount(33)), as: word(1))
    #expect(f.k.ledger.balance(.account(Founded.bob)) == Amount(1_000_033))
    #expect(f.k.ledger.balance(.operator) == .zero)
  }

  @Test
  func onlyTheOperatorRenewsLinks() throws {
    var f = try Founded()
    let refused = refusal { () throws(Refusal) in
      try f.k.apply(RenewLinks(f.head(Founded.alice), anchor: word(3)), as: word(1))
    }
    #expect(refused == .onlyTheOperator)
    try f.k.apply(RenewLinks(f.head(Founded.keeper), anchor: word(3)), as: word(2))
    #expect(f.k.beacon.state.nextAnchor == word(3))
  }

  /// Each message decodes to what was encoded, so that its list of fields misses none.
  @Test
  func messagesKeepAllTheirFields() throws {
    let head = Head(from: address(1), lane: 2, sequence: 3, validUntil: Time(4))
    func same<M: MessageContent>(_ message: M) -> Bool {
      (try? CBOR.decode(M.self, from: message.encoded)) == message && message.head == head
    }
    #expect(same(Transfer(head, to: address(2), Amount(5), Asset(6))))
    #expect(same(Declare(head, operator: address(2), member: address(3), isWithdrawn: true)))
    #expect(same(PublishKey(head, sealingKey: word(2))))
    var terms = Terms.standard
    terms.take = 17
    #expect(same(AmendTerms(head, terms: terms)))
    #expect(same(RenewLinks(head, anchor: word(2))))
    #expect(same(CollectTolls(head, to: address(2), Amount(5))))
    let kinds = [
      Transfer.kind, Declare.kind, PublishKey.kind, AmendTerms.kind, RenewLinks.kind,
      CollectTolls.kind,
    ]
    #expect(kinds == [1, 2, 3, 4, 5, 6])
  }
}
