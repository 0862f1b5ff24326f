// The state message by message: what is admitted, what stays of a refusal, what a rehearsal leaves.

import Kernel
import Market
import Primitives
import Testing

@testable import Chain

@Suite struct StateTests {
  @Test func movesMoneyAndTakesTheToll() throws {
    var network = try SampleNetwork()
    let message = try network.transfer(500, from: "alice", to: "bob")
    let made = try network.block([message])
    let toll = try Toll.price(bytes: message.size, terms: .standard)
    #expect(made.block.results.outcomes.map(\.toll) == [toll])
    #expect(made.block.results.outcomes[0].isDone)
    #expect(network.balance("bob") == 1_000_000_500)
    #expect(network.balance("alice") == 1_000_000_000 - 500 - toll.units)
    #expect(network.state.kernel.ledger.balance(.operator) == toll)
    #expect(network.state.kernel.ledger.supply() == network.state.kernel.ledger.minted())
  }

  /// The body is undone; toll and sequence are gone, so the same message cannot be tried twice.
  @Test func refusedBodyCostsTollAndSequence() throws {
    var network = try SampleNetwork()
    let message = try network.transfer(2_000_000_000, from: "alice", to: "carol")
    let made = try network.block([message])
    let outcome = made.block.results.outcomes[0]
    #expect(outcome.code == "insufficient")
    #expect(outcome.numbers.map(\.name) == ["has", "needs"])
    #expect(network.balance("alice") == 1_000_000_000 - outcome.toll.units)
    #expect(network.state.kernel.accounts.isOpen(Sample.address("carol")) == false)
    #expect(made.block.results.events.isEmpty)
    #expect(
      network.state.kernel.accounts.nextSequence(signer: Sample.address("alice"), lane: 0) == 1)
    let again = try network.block([message])
    #expect(again.refused.map(\.refusal.code) == ["staleSequence"])
  }

  @Test func whatIsNotAdmittedStandsInNoBlock() throws {
    var network = try SampleNetwork()
    let poor = Sample.address("carol")
    let stranger = try network.verified(
      .transfer(Transfer(network.head("carol"), to: poor, Amount(1))), by: "carol")
    let early = try network.transfer(1, from: "alice", to: "bob", ahead: 1)
    var head = network.head("alice")
    head.validUntil = Sample.start
    let late = try network.verified(
      .transfer(Transfer(head, to: poor, Amount(1))), by: "alice")
    let before = network.state.stateRoot
    let made = try network.block([stranger, early, late])
    #expect(made.refused.map(\.refusal.code) == ["unknownAccount", "futureSequence", "expired"])
    #expect(made.refused.map(\.index) == [0, 1, 2])
    #expect(made.block.body.isEmpty)
    #expect(made.changes.map(\.table).sorted() == ["beacon", "clock"])
    #expect(network.state.stateRoot != before)
    #expect(network.balance("alice") == 1_000_000_000)
  }

  /// Who cannot pay the toll does not enter a block, not even by one unit.
  @Test func tollIsPaidToTheLastUnit() throws {
    var network = try SampleNetwork()
    let sample = try network.transfer(1, from: "alice", to: "bob")
    let toll = try Toll.price(bytes: sample.size, terms: .standard).units
    for (left, isIn) in [(toll - 1, false), (toll, true)] {
      var genesis = Sample.genesis()
      genesis.funds[0].amount = Amount(left)
      var poor = try SampleNetwork(genesis)
      let made = try poor.block([try poor.transfer(1, from: "alice", to: "bob")])
      #expect(made.block.body.count == (isIn ? 1 : 0))
      #expect(made.block.results.outcomes.map(\.code) == (isIn ? ["insufficient"] : []))
      #expect(poor.balance("alice") == (isIn ? 0 : left))
    }
    try network.block()
    #expect(network.state.height == 1)
  }

  @Test func lanesAreIndependent() throws {
    var network = try SampleNetwork()
    let made = try network.block([
      try network.transfer(1, from: "alice", to: "bob", lane: 9),
      try network.transfer(1, from: "alice", to: "bob", lane: 9, ahead: 1),
      try network.transfer(1, from: "alice", to: "bob"),
    ])
    #expect(made.block.results.outcomes.filter(\.isDone).count == 3)
  }

  @Test func onlyTheOperatorAmendsAndOnlyToTermsThatHold() throws {
    var genesis = Sample.genesis()
    genesis.funds.append(GenesisFund(Sample.address("operator"), Amount(1_000_000)))
    var network = try SampleNetwork(genesis)
    var terms = Terms.standard
    terms.take = 3_000
    let notMine = try network.verified(
      .amendTerms(AmendTerms(network.head("alice"), terms: terms)), by: "alice")
    var broken = terms
    broken.winner = 900_000
    let bad = try network.verified(
      .amendTerms(AmendTerms(network.head("operator"), terms: broken)), by: "operator")
    let good = try network.verified(
      .amendTerms(AmendTerms(network.head("operator", ahead: 1), terms: terms)), by: "operator")
    let made = try network.block([notMine, bad, good])
    let codes = made.block.results.outcomes.map(\.code)
    #expect(codes[0] == "onlyTheOperator")
    #expect(!codes[1].isEmpty)
    #expect(codes[2] == "")
    #expect(made.block.results.events.map(\.name) == ["termsAnnounced"])

    try network.block(after: 604_800_000 - 1)
    #expect(network.state.kernel.terms.current.take == 2_500)
    let inForce = try network.block(after: 1)
    #expect(inForce.block.results.events.map(\.name) == ["termsInForce"])
    #expect(network.state.kernel.terms.current.take == 3_000)
    #expect(network.state.reputation.terms.take == 3_000)
  }

  /// Who has taken an order under `proved` can send its proof, whatever is amended meanwhile.
  @Test(arguments: [65_536, 1_048_576, 2_097_152] as [UInt64])
  func noAmendmentTakesTheRoomOfProofs(current: UInt64) throws {
    var genesis = Sample.genesis()
    genesis.funds.append(GenesisFund(Sample.address("operator"), Amount(1_000_000)))
    genesis.terms.maxMessage = current
    var network = try SampleNetwork(genesis)
    let floor = min(current, TermsCheck.leastMessage)
    for (bytes, code) in [(floor - 1, "termsCondition"), (floor, ""), (floor + 1, "")] {
      var terms = genesis.terms
      terms.maxMessage = bytes
      let message = try network.verified(
        .amendTerms(AmendTerms(network.head("operator"), terms: terms)), by: "operator")
      #expect(try network.block([message]).block.results.outcomes.map(\.code) == [code])
    }
  }

  @Test func pausesHoldTimersBack() throws {
    var genesis = Sample.genesis()
    genesis.funds.append(GenesisFund(Sample.address("operator"), Amount(1_000_000)))
    var network = try SampleNetwork(genesis)
    var terms = Terms.standard
    terms.take = 3_000
    let amend = try network.verified(
      .amendTerms(AmendTerms(network.head("operator"), terms: terms)), by: "operator")
    try network.block([amend])
    let gap: UInt64 = 604_800_000
    try network.block(after: gap, pause: gap)
    #expect(network.state.kernel.terms.current.take == 2_500)
    #expect(network.blocks[1].header.paused == Time(gap))
    try network.block(after: gap)
    #expect(network.state.kernel.terms.current.take == 3_000)
  }
}

@Suite struct RehearsalTests {
  @Test func showsWhatWouldHappenAndLeavesNothing() throws {
    var network = try SampleNetwork()
    let root = network.state.stateRoot
    let head = network.head("alice")
    let message = Message.transfer(Transfer(head, to: Sample.address("carol"), Amount(77)))
    let shown = network.state.rehearse(message)
    #expect(shown.refusal == nil)
    #expect(shown.isAdmitted)
    #expect(shown.events.map(\.name) == ["accountOpened"])
    #expect(shown.postings.map(\.amount.units) == [shown.toll.units, 10_000, 77])
    #expect(Set(shown.changes.map(\.table)) == ["balances", "lanes", "accounts"])

    let made = try network.block([try network.verified(message, by: "alice")])
    #expect(made.block.results.outcomes[0].toll == shown.toll)
    // An account's row holds the height, which is the next one in the block.
    for change in shown.changes where change.table != "accounts" {
      #expect(made.changes.contains(change))
    }

    var other = try SampleNetwork()
    _ = try other.block([try other.verified(message, by: "alice")])
    #expect(other.state.stateRoot == network.state.stateRoot)
    #expect(root != network.state.stateRoot)
  }

  @Test func saysWhyNotAndWhetherItCosts() throws {
    var network = try SampleNetwork()
    let too = Message.transfer(
      Transfer(network.head("alice"), to: Sample.address("bob"), Amount(.max)))
    let shown = network.state.rehearse(too)
    #expect(shown.refusal?.code == "insufficient")
    #expect(shown.isAdmitted)
    #expect(shown.postings.count == 1)
    let early = Message.transfer(
      Transfer(network.head("alice", ahead: 3), to: Sample.address("bob"), Amount(1)))
    let not = network.state.rehearse(early)
    #expect(not.refusal == .futureSequence(got: 3, next: 0))
    #expect(!not.isAdmitted)
    #expect(not.changes.isEmpty)
    let first = try network.block()
    #expect(first.changes.map(\.table).sorted() == ["beacon", "clock"])
  }
}

@Suite struct DoorTests {
  @Test func holdsSixteenAhead() throws {
    let network = try SampleNetwork()
    let waiting = WaitingMessages()
    let now = network.state.kernel.blockTime
    let last = try network.transfer(1, from: "alice", to: "bob", ahead: 15)
    #expect(try network.state.check(last, now: now, waiting) > .zero)
    let beyond = try network.transfer(1, from: "alice", to: "bob", ahead: 16)
    #expect(throws: Refusal.futureSequence(got: 16, next: 0)) {
      try network.state.check(beyond, now: now, waiting)
    }
  }

  /// A flood of messages whose tolls cannot all be paid stops at the door.
  @Test func reservesTolls() throws {
    var genesis = Sample.genesis()
    genesis.funds[0].amount = Amount(100)
    let network = try SampleNetwork(genesis)
    var waiting = WaitingMessages()
    let now = network.state.kernel.blockTime
    var taken: [(VerifiedMessage, Amount)] = []
    var refusals: [String] = []
    for ahead in 0..<10 {
      let message = try network.transfer(0, from: "alice", to: "bob", ahead: UInt64(ahead))
      do throws(Refusal) {
        let toll = try network.state.check(message, now: now, waiting)
        try waiting.add(message, toll: toll)
        taken.append((message, toll))
      } catch {
        refusals.append(error.code)
      }
    }
    let price = try Toll.price(bytes: taken[0].0.size, terms: .standard).units
    #expect(UInt64(taken.count) == 100 / price)
    #expect(Set(refusals) == ["insufficient"])
    #expect(waiting.owed(by: Sample.address("alice")).units == price * UInt64(taken.count))
    for (message, toll) in taken { waiting.remove(message, toll: toll) }
    for (message, toll) in taken { waiting.remove(message, toll: toll) }
    #expect(waiting.owed(by: Sample.address("alice")) == .zero)
  }

  /// A place is promised a toll; when the money is gone, asking again finds it out.
  @Test func asksAgainWhatIsOwed() throws {
    var network = try SampleNetwork()
    var waiting = WaitingMessages()
    let now = network.state.kernel.blockTime
    let early = try network.transfer(1, from: "alice", to: "bob", ahead: 3)
    let toll = try network.state.check(early, now: now, waiting)
    try waiting.add(early, toll: toll)
    #expect(throws: Never.self) { try network.state.checkAgain(early, now: now, waiting) }
    let left = toll.units * 2 - 1
    let all = try network.transfer(
      network.balance("alice") - left, from: "alice", to: "bob", lane: 1)
    #expect(try network.block([all]).block.results.outcomes.map(\.isDone) == [true])
    let later = network.state.kernel.blockTime
    #expect(network.balance("alice") < toll.units)
    #expect(throws: Refusal.self) { try network.state.checkAgain(early, now: later, waiting) }
  }

  @Test func onePlaceHoldsOneMessage() throws {
    var network = try SampleNetwork()
    var waiting = WaitingMessages()
    let now = network.state.kernel.blockTime
    let one = try network.transfer(1, from: "alice", to: "bob")
    let two = try network.transfer(2, from: "alice", to: "bob")
    try waiting.add(one, toll: try network.state.check(one, now: now, waiting))
    #expect(throws: Refusal.waitsAlready) { try network.state.check(one, now: now, waiting) }
    #expect(throws: Refusal.sequenceTaken(0)) {
      try network.state.check(two, now: now, waiting)
    }
    try network.block([one])
    #expect(throws: Refusal.staleSequence(got: 0, next: 1)) {
      try network.state.check(one, now: now, WaitingMessages())
    }
  }

  @Test func looksAtTheClock() throws {
    let network = try SampleNetwork()
    var head = network.head("alice")
    head.validUntil = Time(Sample.start.milliseconds + 10)
    let message = try network.verified(
      .transfer(Transfer(head, to: Sample.address("bob"), Amount(1))), by: "alice")
    let waiting = WaitingMessages()
    let last = head.validUntil
    #expect(try network.state.check(message, now: last, waiting) > .zero)
    let after = Time(last.milliseconds + 1)
    #expect(throws: Refusal.expired(validUntil: last, now: after)) {
      try network.state.check(message, now: after, waiting)
    }
  }
}
