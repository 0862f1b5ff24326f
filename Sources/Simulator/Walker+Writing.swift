// What actors send who follow the rules: the next step of some road, picked at random.

import Chain
import Kernel
import Market
import Primitives

extension Walker {
  /// Messages that somebody could sensibly send now; none when the pick found nothing to do.
  mutating func write() throws -> [any MessageContent] {
    // A court is there before there are runs to dispute.
    if state.height < 5 && random.chance(60) {
      return [random.chance(15) ? publishProvable() : openCourt()]
    }
    // In some walks a subnet gets as far as a ranking, so that orders are routed by it.
    if seed % 3 == 0 && random.chance(seed % 12 == 9 ? 55 : 14) { return writeSubnet() }
    if walksAssets && random.chance(20) { return writeAsset() }
    if seed % 8 == 2 {
      if random.chance(10) { return [orderLabels()] }
      if random.chance(35), let moves = nextOfJudged() { return moves }
    }
    if walksPanels && random.chance(80) { return writePanel() }
    if seed % 5 == 1 && random.chance(5) { return useAllowances() }
    if seed % 13 == 5 && random.chance(30) {
      return random.chance(30) ? useChannels() : try useBonds()
    }
    if seed % 7 == 2 && random.chance(16) { return writeTournament() }
    if walksTopics && random.chance(45) { return writeTopic() }
    if walksNarrowSessions && random.chance(25) { return [useNarrowSession()] }
    switch random.below(100) {
    case 0..<6: return [try placeOrder()]
    case 6..<10: return [try postOffer()]
    case 10..<17: return [try takeOffer()].compactMap { $0 }
    case 17..<19: return [manageOffer()].compactMap { $0 }
    case 19..<21:
      if random.chance(40) { return [transfer()] }
      return random.chance(40) ? [pay()] : useChannels()
    case 21..<23: return [writeSession()]
    case 23..<24: return [declare()]
    case 24..<25: return [publishKey()]
    case 25..<26: return [govern()]
    case 26..<28: return [random.chance(10) ? publishProvable() : openCourt()]
    case 28..<53: return nextOfTender()
    case 53..<67: return try nextOfLease()
    default: return try nextOfRun()
    }
  }

  mutating func person() -> Address { cast.people[random.below(cast.people.count)] }

  mutating func head(_ from: Address) -> Head {
    Head(from: from, sequence: 0, validUntil: .zero)
  }

  /// A check with the numbers that it demands.
  mutating func check() -> CheckTerms {
    if random.chance(25) { return CheckTerms("open") }
    if random.chance(30) { return disputable() }
    if random.chance(25) { return proved() }
    let replicas: UInt64 = random.chance(85) ? 3 : 5
    return CheckTerms(
      "replicated", [Number("replicas", replicas), Number("audit", auditRate(orNone: 15))])
  }

  private mutating func disputable() -> CheckTerms {
    CheckTerms("disputable", [Number("audit", auditRate(orNone: 0))])
  }

  private mutating func auditRate(orNone none: Int) -> UInt64 {
    if random.chance(none) { return 0 }
    return random.pick([50_000, 400_000, 900_000, 900_000]) ?? 0
  }

  /// Runs that can be disputed are of the published model.
  private func spec(under check: CheckTerms) -> [UInt8] {
    if check.kind == "proved" { return cast.proving.spec }
    let isAudited = check.numbers.contains { $0.name == "audit" && $0.value > 0 }
    return isAudited ? cast.court.spec : Self.spec
  }

  /// Somebody who may speak for an absent party.
  private mutating func deputy() -> Address { random.chance(30) ? cast.people[0] : Address() }

  static let spec = CBOR.encode(InferenceName(model: SHA256.hash(Array("a model".utf8))))

  mutating func placeOrder() throws -> PlaceOrder {
    var m = PlaceOrder()
    m.head = head(random.chance(2) ? cast.pauper : person())
    m.request.work = "inference"
    m.request.check = check()
    m.request.spec = spec(under: m.request.check)
    m.deputy = deputy()
    m.request.limit = Rate(Amount(UInt64(1 + random.below(2_000_000))), per: 1)
    m.request.units = UInt64(1 + random.below(3))
    if random.chance(20) {
      m.request.limit = Rate(Amount(UInt64(1 + random.below(50))), per: 7)
      m.request.units = UInt64(1 + random.below(5_000))
    }
    m.request.runs = random.chance(70) ? 1 : UInt64(1 + random.below(4))
    m.request.parallel = UInt64(1 + random.below(Int(m.request.runs)))
    m.request.runTime = random.chance(80) ? 60 : 6_000
    m.request.lists.maxRejection = random.chance(90) ? 400_000 : 60_000
    if random.chance(5) { m.request.lists.refuse = [person()] }
    m.input = cast.inputs[random.below(4)]
    return m
  }

  mutating func postOffer() throws -> PostOffer {
    var m = PostOffer()
    m.head = head(person())
    m.work = "inference"
    m.check = random.chance(40) ? CheckTerms("open") : random.chance(50) ? disputable() : proved()
    m.spec = spec(under: m.check)
    m.deputy = deputy()
    m.rate = Rate(Amount(UInt64(1 + random.below(1_500_000))), per: UInt64(1 + random.below(3)))
    m.maxUnits = UInt64(1 + random.below(9))
    m.capacity = UInt64(1 + random.below(4))
    m.runTime = random.chance(80) ? 60 : 6_000
    m.lists.maxRejection = random.chance(90) ? 400_000 : 60_000
    if random.chance(5) { m.lists.only = [person()] }
    return m
  }

  mutating func takeOffer() throws -> TakeOffer? {
    var offers: [(OfferID, Offer)] = []
    state.market.forEachOffer { offers.append(($0, $1)) }
    guard let (id, offer) = random.pick(offers) else { return nil }
    var m = TakeOffer()
    m.head = head(person())
    m.offer = id
    m.units = UInt64(1 + random.below(Int(offer.maxUnits)))
    m.runs = random.chance(70) ? 1 : UInt64(1 + random.below(3))
    m.parallel = UInt64(1 + random.below(Int(m.runs)))
    m.input = cast.inputs[random.below(4)]
    m.key =
      random.chance(15) ? Cast.published(to: offer.provider) : Cast.sealed(to: offer.provider)
    m.auditSalt = SaltCommitment.of(Cast.auditSalt(m.head.from))
    m.deputy = deputy()
    return m
  }

  mutating func manageOffer() -> (any MessageContent)? {
    var offers: [(OfferID, Offer)] = []
    state.market.forEachOffer { offers.append(($0, $1)) }
    guard let (id, offer) = random.pick(offers) else { return nil }
    if random.chance(50) {
      var m = WithdrawOffer()
      m.head = head(offer.provider)
      m.offer = id
      return m
    }
    var m = TopUpOffer()
    m.head = head(offer.provider)
    m.offer = id
    m.slots = UInt64(1 + random.below(2))
    return m
  }

  mutating func transfer() -> Transfer {
    var m = Transfer()
    m.head = head(person())
    let newcomer = Address(lastBytesOf: Cast.secret([UInt8(random.below(9))]))
    m.to = random.chance(20) ? newcomer : person()
    m.asset = random.chance(20) ? Asset(1) : .dollar
    m.amount = Amount(UInt64(random.below(200_000)))
    return m
  }

  mutating func declare() -> Declare {
    var m = Declare()
    let (a, b) = (cast.people[random.below(3)], cast.people[random.below(3)])
    m.head = head(random.chance(50) ? a : b)
    m.operator = b
    m.member = a
    m.isWithdrawn = random.chance(30)
    return m
  }

  mutating func publishKey(of account: Address? = nil) -> PublishKey {
    var m = PublishKey()
    m.head = head(account ?? person())
    m.sealingKey = Cast.secret(m.head.from.bytes)
    return m
  }

  /// The operator's own messages, and people who try them.
  mutating func govern() -> any MessageContent {
    let sender = random.chance(70) ? cast.operatorKey.address : person()
    switch random.below(4) {
    case 0:
      var m = AmendTerms()
      m.head = head(sender)
      m.terms = cast.genesis.terms
      m.terms.take = UInt64(random.below(3_000))
      return m
    case 1:
      var m = RenewLinks()
      m.head = head(sender)
      m.anchor = Cast.secret([UInt8(random.below(200))])
      return m
    case 2:
      var m = CollectTolls()
      m.head = head(sender)
      m.to = person()
      m.amount = Amount(UInt64(random.below(100) * random.below(100)))
      return m
    default:
      var m = ReleaseFrozen()
      m.head = head(sender)
      m.object = Cast.secret([1])
      return m
    }
  }
}

/// What an order for a model run says; the work's own struct has the same canonical form.
struct InferenceName: Fielded {
  static let typeName = "InferenceSpec"
  var model = Bytes32()

  init() {}
  init(model: Bytes32) { self.model = model }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) { try v("model", &model) }
}
