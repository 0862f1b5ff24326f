// Session keys: what they may do, what they can never do, and that a thief of one takes no more
// than its cap.

import Kernel
import Primitives
import Testing

@testable import Chain
@testable import Market

extension SampleNetwork {
  static let thief = Sample.key("session key")

  static func limits(
    total: UInt64 = 3_000_000, _ kinds: [MessageKind] = MessageKind.forSessions
  ) -> SessionLimits {
    var limits = SessionLimits()
    limits.expires = Time(Sample.start.milliseconds + 3_600_000)
    limits.total = Amount(total)
    limits.kinds = kinds.map { UInt64($0.rawValue) }.sorted()
    return limits
  }

  mutating func grant(_ limits: SessionLimits, by name: String = "buyer") throws {
    _ = try say(name) { _, head in
      .grantSession(GrantSession(head, key: Self.thief.address, limits))
    }
  }

  func sessionHead(_ owner: String = "buyer", lane: UInt8 = 0) -> Head {
    let next = state.kernel.accounts.nextSequence(signer: Self.thief.address, lane: lane)
    return Head(from: Sample.address(owner), lane: lane, sequence: next, validUntil: .never)
  }

  func bySession(_ message: Message) throws -> VerifiedMessage {
    let signed = SignedMessage.signing(message, withSession: Self.thief, domain: domain)
    return try VerifiedMessage(signed, domain: domain)
  }

  /// The code with which the session's message ends: of the door, or of its body.
  mutating func trySession(
    owner: String = "buyer", after seconds: UInt64 = 1,
    _ make: (borrowing SampleNetwork, Head) throws -> Message
  ) throws -> String {
    let message = try bySession(try make(self, sessionHead(owner)))
    let made = try block([message], after: seconds * 1_000)
    if let refused = made.refused.first { return refused.refusal.code }
    return try #require(made.block.results.outcomes.first).code
  }

  mutating func pay(_ amount: UInt64, to name: String = "provider1") throws -> String {
    try trySession { _, head in
      .transfer(Transfer(head, to: Sample.address(name), Amount(amount)))
    }
  }

  var session: Session? {
    state.kernel.sessions.session(of: Sample.address("buyer"), key: Self.thief.address)
  }

  var used: UInt64 { session?.used.units ?? 0 }

  func take(_ offer: OfferID, _ head: Head) throws -> Message {
    var m = TakeOffer()
    m.head = head
    m.offer = offer
    m.input = try input("eight by eight")
    m.key = Self.sealed(to: "provider1")
    return .takeOffer(m)
  }
}

@Suite struct SessionTests {
  @Test func spendsUpToItsCapAndNotOneUnitMore() throws {
    var network = try SampleNetwork.market()
    try network.grant(SampleNetwork.limits(total: 1_000_000))
    let before = network.balance("buyer")
    #expect(try network.pay(400_000) == "")
    let used = network.used
    #expect(used == before - network.balance("buyer"))
    #expect(used > 400_000, "the toll counts as well")
    #expect(try network.pay(600_000) == "sessionTotal")
    let left = 1_000_000 - network.used
    #expect(left < 600_000, "the refused message paid its toll, and the cap bore it")
    let toll = before - 400_000 - network.balance("buyer")
    #expect(try network.pay(left - toll / 2) == "", "all that is left, less this one's toll")
    #expect(try network.pay(1) == "sessionTotal")
    #expect(network.balance("buyer") + 1_000_000 >= before)
  }

  @Test func aNewKeysRowCostsWhatAnAccountCosts() throws {
    var network = try SampleNetwork.market()
    let account = Terms.standard.tollAccount
    func paid(_ grant: (inout SampleNetwork) throws -> Void) throws -> UInt64 {
      let before = network.balance("buyer")
      try grant(&network)
      return before - network.balance("buyer")
    }
    let first = try paid { try $0.grant(SampleNetwork.limits()) }
    let again = try paid { try $0.grant(SampleNetwork.limits()) }
    #expect(first == again + account, "the row is there already")
    _ = try network.say("buyer") { _, head in
      .revokeSession(RevokeSession(head, key: SampleNetwork.thief.address))
    }
    #expect(try paid { try $0.grant(SampleNetwork.limits()) } == first)
  }

  @Test func deniesWhatItsOwnerDidNotAllow() throws {
    var network = try SampleNetwork.market()
    #expect(try network.pay(1) == "noSession")
    try network.grant(SampleNetwork.limits([.takeOffer]))
    #expect(try network.pay(1) == "sessionKind")
    // Another owner's account is no nearer.
    let foreign = try network.trySession(owner: "provider2") { _, head in
      .transfer(Transfer(head, to: SampleNetwork.thief.address, Amount(1)))
    }
    #expect(foreign == "noSession")
    for kind in [MessageKind.grantSession, .publishKey, .amendTerms, .declare, .postOffer] {
      let code = try network.trySession { _, head in
        var message = try MessageTests.blank(kind).content
        message.head = head
        return try Message(decoding: Self.encode(message))
      }
      #expect(code == "sessionKind", "\(kind)")
    }
  }

  static func encode(_ content: some MessageContent) -> [UInt8] {
    CBOR.encode(kind: type(of: content).kind, content)
  }

  @Test(arguments: MessageKind.allCases)
  func onlyBuyingCanBeGranted(kind: MessageKind) throws {
    var network = try SampleNetwork.market()
    let message = Message.grantSession(
      GrantSession(
        network.head("buyer"), key: SampleNetwork.thief.address, SampleNetwork.limits([kind])))
    let made = try network.block([try network.verified(message, by: "buyer")])
    let code = try #require(made.block.results.outcomes.first).code
    #expect(code == (MessageKind.forSessions.contains(kind) ? "" : "kindNotForSessions"))
  }

  @Test func refusesLimitsThatNobodyCanMean() throws {
    let changes: [(String, (inout SessionLimits) -> Void)] = [
      ("badSession", { $0.total = .zero }), ("badSession", { $0.kinds = [] }),
      ("badSession", { $0.kinds = [16, 1] }), ("badSession", { $0.kinds = [1, 1] }),
      ("badSession", { $0.period = 60 }), ("badSession", { $0.perPeriod = Amount(1) }),
      ("badSession", { $0.payees = (0..<17).map { Sample.address("p\($0)") } }),
      ("sessionExpired", { $0.expires = Sample.start }),
      ("sessionTooLong", { $0.expires = .never }),
      ("kindNotForSessions", { $0.kinds = [1, 300] }),
    ]
    for (expected, change) in changes {
      var network = try SampleNetwork.market()
      var limits = SampleNetwork.limits()
      change(&limits)
      let head = network.head("buyer")
      let message = Message.grantSession(
        GrantSession(head, key: SampleNetwork.thief.address, limits))
      let made = try network.block([try network.verified(message, by: "buyer")])
      #expect(made.block.results.outcomes.first?.code == expected)
    }
  }

  @Test func anExpiredSessionIsRefusedAndGoesOffTheTable() throws {
    var network = try SampleNetwork.market()
    var limits = SampleNetwork.limits()
    limits.expires = Time(network.state.kernel.blockTime.milliseconds + 60_000)
    try network.grant(limits)
    #expect(try network.pay(5) == "")
    let late = try network.bySession(
      .transfer(Transfer(network.sessionHead(), to: Sample.address("provider1"), Amount(1))))
    let made = try network.block([late], after: 60_000)
    #expect(made.block.results.events.contains { $0.name == "sessionEnded" })
    #expect(["noSession", "sessionExpired"].contains(made.refused.first?.refusal.code))
    #expect(network.session == nil)
  }

  /// Market time stands still while a node is down, block time does not: the row may outlive the
  /// session, the right to sign may not.
  @Test func aPauseLengthensNoSession() throws {
    var network = try SampleNetwork.market()
    var limits = SampleNetwork.limits()
    limits.expires = Time(network.state.kernel.blockTime.milliseconds + 60_000)
    try network.grant(limits)
    let late = try network.bySession(
      .transfer(Transfer(network.sessionHead(), to: Sample.address("provider1"), Amount(1))))
    let made = try network.block([late], after: 70_000, pause: 69_000)
    #expect(made.refused.first?.refusal.code == "sessionExpired")
    #expect(network.session != nil)
  }

  @Test func periodsFollowBlockTime() throws {
    var network = try SampleNetwork.market()
    var limits = SampleNetwork.limits(total: 1_000_000)
    limits.period = 60
    limits.perPeriod = Amount(300_000)
    try network.grant(limits)
    #expect(try network.pay(250_000) == "")
    #expect(try network.pay(250_000) == "sessionPeriod")
    try network.block([], after: 61_000)
    #expect(try network.pay(250_000) == "")
    try network.block([], after: 61_000)
    #expect(try network.pay(250_000) == "")
    try network.block([], after: 61_000)
    // The total is a bound of its own.
    #expect(try network.pay(250_000) == "sessionTotal")
  }

  @Test func oneMessageHasItsOwnBoundAndNamedPayeesAreTheOnlyOnes() throws {
    var network = try SampleNetwork.market()
    var limits = SampleNetwork.limits()
    limits.perMessage = Amount(100)
    limits.payees = [Sample.address("provider2")]
    try network.grant(limits)
    #expect(try network.pay(101, to: "provider2") == "sessionPerMessage")
    #expect(try network.pay(100, to: "provider2") == "")
    #expect(try network.pay(1, to: "provider1") == "sessionPayee")
    #expect(try network.pay(1, to: "session key") == "sessionPayee")
    let offer = OfferID(try network.say("provider1") { .postOffer($0.postOffer($1)) })
    #expect(try network.trySession { try $0.take(offer, $1) } == "sessionPayee")
  }

  @Test func buysAndFollowsUpItsOwnPurchasesOnly() throws {
    var network = try SampleNetwork.market()
    let offer = OfferID(try network.say("provider1") { .postOffer($0.postOffer($1)) })
    let owners = LeaseID.of(take: try network.say("buyer") { try $0.take(offer, $1) })
    try network.grant(SampleNetwork.limits())
    let head = network.sessionHead()
    let mine = LeaseID.of(take: try network.take(offer, head).id)
    #expect(try network.trySession { try $0.take(offer, $1) } == "")
    #expect(network.session?.purchases == [mine.digest])
    for (lease, code) in [(owners, "sessionForeign"), (mine, "")] {
      _ = try network.say("provider1") { network, head in
        var m = SubmitEvidence()
        m.head = head
        m.run = RunKey(lease, 0)
        m.evidence = try network.evidence("provider1", "4")
        m.key = network.outputKey("provider1")
        return .submitEvidence(m)
      }
      let said = try network.trySession { _, head in
        var m = RejectRun()
        m.head = head
        m.run = RunKey(lease, 0)
        return .rejectRun(m)
      }
      #expect(said == code)
    }
  }

  @Test func whatComesBackDoesNotRestoreTheCap() throws {
    var network = try SampleNetwork.market()
    try network.grant(SampleNetwork.limits(total: 4_000_000))
    let head = network.sessionHead()
    let place: (borrowing SampleNetwork, Head) throws -> Message = { network, head in
      var m = PlaceOrder()
      m.head = head
      m.request.work = "inference"
      m.request.spec = SampleNetwork.spec
      m.request.check = CheckTerms("open")
      m.request.limit = Rate(Amount(1_000_000))
      m.saltCommitment = SaltCommitment.of(SampleNetwork.salt("seats"))
      m.input = try network.input("eight by eight")
      return .placeOrder(m)
    }
    let order = OrderID(try place(network, head).id)
    #expect(try network.trySession(place) == "")
    let used = network.used
    let poor = network.balance("buyer")
    #expect(
      try network.trySession { _, head in
        var m = CancelOrder()
        m.head = head
        m.order = order
        return .cancelOrder(m)
      } == "")
    #expect(network.balance("buyer") > poor)
    #expect(network.used >= used)
  }

  @Test func ownerAndKeyEndItAndAnewOneReplacesIt() throws {
    var network = try SampleNetwork.market()
    try network.grant(SampleNetwork.limits([.transfer]))
    let other = try network.trySession { _, head in
      .revokeSession(RevokeSession(head, key: Sample.address("bob")))
    }
    #expect(other == "sessionForeign")
    let given = try network.trySession { _, head in
      .revokeSession(RevokeSession(head, key: SampleNetwork.thief.address))
    }
    #expect(given == "")
    #expect(try network.pay(1) == "noSession")
    try network.grant(SampleNetwork.limits(total: 10_000))
    #expect(try network.pay(9_999) == "sessionTotal")
    try network.grant(SampleNetwork.limits(total: 1_000_000))
    #expect(try network.pay(9_999) == "")
    _ = try network.say("buyer") { _, head in
      .revokeSession(RevokeSession(head, key: SampleNetwork.thief.address))
    }
    #expect(try network.pay(1) == "noSession")
  }

  @Test func theDoorKnowsWhatABlockWouldRefuse() throws {
    var network = try SampleNetwork.market()
    try network.grant(SampleNetwork.limits(total: 2_000))
    var waiting = WaitingMessages()
    var codes: [String] = []
    for lane in 0..<200 as Range<UInt8> {
      let message = try network.bySession(
        .transfer(
          Transfer(
            network.sessionHead(lane: lane), to: Sample.address("provider1"), Amount(1))))
      do throws(Refusal) {
        let toll = try network.state.check(
          message, now: network.state.kernel.blockTime, waiting)
        try waiting.add(message, toll: toll)
      } catch { codes.append(error.code) }
    }
    #expect(Set(codes) == ["sessionTotal"], "a flood waits for no more than the cap pays")
    #expect(codes.count > 100 && codes.count < 199)
    // The owner's own messages wait as before.
    let own = try network.transfer(1, from: "buyer", to: "provider1")
    #expect(throws: Never.self) {
      try network.state.check(own, now: network.state.kernel.blockTime, waiting)
    }
  }

  /// A thief whose cap is all that the account has fills the door with what is never carried out.
  @Test func aThiefDoesNotHoldBackTheOwner() throws {
    var network = try SampleNetwork.market()
    try network.grant(SampleNetwork.limits(total: UInt64.max / 2))
    var waiting = WaitingMessages()
    let now = network.state.kernel.blockTime
    func flood(_ lane: UInt8, _ network: borrowing SampleNetwork) throws -> VerifiedMessage {
      try network.bySession(
        .transfer(
          Transfer(
            network.sessionHead(lane: lane), to: Sample.address("provider1"), Amount(1))))
    }
    let first = try flood(0, network)
    try waiting.add(first, toll: Amount(network.balance("buyer")))
    let second = try flood(1, network)
    #expect(throws: Refusal.self) { try network.state.check(second, now: now, waiting) }
    let revoke = try network.verified(
      .revokeSession(RevokeSession(network.head("buyer"), key: SampleNetwork.thief.address)),
      by: "buyer")
    try waiting.add(revoke, toll: try network.state.check(revoke, now: now, waiting))
    #expect(throws: Never.self) { try network.state.checkAgain(first, now: now, WaitingMessages()) }
    #expect(try network.block([revoke]).block.results.outcomes.map(\.isDone) == [true])
    waiting.remove(revoke, toll: Amount(32))
    // What the session left at the door has nobody behind it any more.
    let later = network.state.kernel.blockTime
    do throws(Refusal) {
      try network.state.checkAgain(first, now: later, waiting)
      Issue.record("a session that ended still waits")
    } catch { #expect(error.code == "noSession") }
  }

  @Test func aKeyThatIsNoSessionSignsForNobody() throws {
    let network = try SampleNetwork.market()
    let message = Message.transfer(Transfer(network.sessionHead(), to: .zero, Amount(1)))
    let plain = SignedMessage.signing(message, with: SampleNetwork.thief, domain: network.domain)
    #expect(throws: Refusal.notTheSigner) { try VerifiedMessage(plain, domain: network.domain) }
    // Nor does an account speak for itself in two ways.
    let own = SignedMessage.signing(
      message, withSession: Sample.key("buyer"), domain: network.domain)
    #expect(throws: Refusal.notTheSigner) { try VerifiedMessage(own, domain: network.domain) }
  }

  @Test func aLogWithSessionsReplaysAndComesBackFromItsRows() throws {
    var network = try SampleNetwork.market()
    try network.grant(SampleNetwork.limits())
    _ = try network.pay(700)
    _ = try network.pay(UInt64.max)
    var other = try State(network.genesis)
    for block in network.blocks { _ = try other.replay(block) }
    #expect(other.stateRoot == network.state.stateRoot)
    var loader = try StateLoader(network.genesis)
    for change in try State.foundingRows(of: network.genesis)
    where network.allChanges[change.leafKey] == nil {
      try loader.load(table: change.table, key: change.key, row: try #require(change.row))
    }
    for change in network.allChanges.values {
      if let row = change.row { try loader.load(table: change.table, key: change.key, row: row) }
    }
    let loaded = try loader.finish(at: try #require(network.blocks.last).header)
    #expect(loaded.nextDeadline == network.state.nextDeadline)
  }
}
