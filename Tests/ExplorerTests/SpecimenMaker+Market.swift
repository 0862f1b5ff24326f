// The market of the specimen: who takes part, what is sold, and every kind of road once.

import Archive
import Chain
import Inference
import Kernel
import Market
import Primitives
import Reputation

extension SpecimenMaker {
  static func market() throws -> Specimen {
    var maker = SpecimenMaker()
    maker.openAccounts()
    let models = try maker.publishModels()
    let offers = maker.postOffers(models)
    try maker.history(models, offers)
    try maker.endings(models, offers)
    try maker.alive(models, offers)
    maker.others(models)
    maker.finish()
    return maker.specimen
  }

  private static let replicated = CheckTerms(
    "replicated", [Number("replicas", 3), Number("audit", 0)])
  private static let disputable = CheckTerms("disputable", [Number("audit", 50_000)])
  private static let proved = CheckTerms("proved", [Number("level", 1)])
  private static let open = CheckTerms("open")

  private mutating func openAccounts() {
    for (index, name) in Specimen.cast.enumerated() {
      let address = Specimen.address(name)
      var account = Account(opened: 0)
      if name == "weasel" { account.operator = Specimen.address("wheel") }
      specimen.records.put("accounts", address, account)
      specimen.records.put(
        "balances", BalanceKey(.account(address), .dollar),
        Balance(Amount(90_000_000 + UInt64(index) * 1_234_567)))
    }
    var transfer = Transfer()
    transfer.head = head("operator")
    (transfer.to, transfer.amount) = (Specimen.address("ada"), Amount(25_000_000))
    send(.transfer(transfer), by: "operator", signing: true)
    specimen.records.put("terms", UInt64(0), Terms.standard)
    specimen.records.put(
      "clock", UInt64(0), Clock(height: 0, time: SpecimenMaker.start))
    close()
  }

  private mutating func publishModels() throws -> [Bytes32] {
    var ids: [Bytes32] = []
    for manifest in [try SpecimenModels.digits(), try SpecimenModels.branch()] {
      let message = PublishModel(head("forge"), manifest: manifest)
      send(.publishModel(message), by: "forge", signing: true)
      let id = SHA256.hash(manifest)
      let card = try ModelCard(manifest: manifest, publisher: Specimen.address("forge"))
      specimen.records.put("models", id, card)
      emit(
        Event(
          "modelPublished", subject: id, parties: [Specimen.address("forge")],
          numbers: [Number("manifest", card.manifestBytes)]))
      ids.append(id)
    }
    close()
    return ids
  }

  private mutating func postOffers(_ models: [Bytes32]) -> [Bytes32] {
    let wanted: [(String, Bytes32, CheckTerms, UInt64, UInt64, UInt64)] = [
      ("mill", models[0], Self.open, 42_000, 1, 8), ("forge", models[0], Self.open, 45_500, 1, 4),
      ("loom", models[0], Self.disputable, 61_000, 1, 12),
      ("weasel", models[0], Self.open, 19_000, 1, 2),
      ("wheel", models[1], Self.open, 310, 1_000, 64),
      ("quarry", models[0], Self.disputable, 58_250, 1, 3),
      ("mill", Specimen.hash("unpublished"), CheckTerms(Specimen.hostile), 1, 7, 1),
    ]
    var ids: [Bytes32] = []
    for (index, own) in wanted.enumerated() {
      var post = PostOffer()
      post.head = head(own.0)
      post.work = index == 6 ? Specimen.hostile : "inference"
      post.spec = InferenceSpec(model: own.1).encoded
      (post.check, post.rate, post.capacity) = (own.2, Rate(Amount(own.3), per: own.4), own.5)
      let id = send(.postOffer(post), by: own.0)
      var line = OfferLine()
      (line.number, line.offer) = (UInt64(index + 1), id)
      line.provider = post.head.from
      (line.work, line.subject, line.check) = (post.work, own.1, own.2)
      (line.rate, line.maxUnits, line.capacity) = (post.rate, own.4, own.5)
      (line.postedHeight, line.postedAt) = (next, time)
      line.isWithdrawn = index == 5
      specimen.listings.allOffers.append(line)
      keep(line, post)
      emit(
        Event(
          "offerPosted", subject: id, parties: [line.provider],
          numbers: [Number("amount", own.3), Number("per", own.4)]))
      ids.append(id)
    }
    close()
    return ids
  }

  private mutating func keep(_ line: OfferLine, _ post: PostOffer) {
    guard !line.isWithdrawn else { return }
    var offer = Offer()
    offer.provider = line.provider
    (offer.work, offer.spec, offer.check) = (post.work, post.spec, post.check)
    (offer.rate, offer.maxUnits) = (post.rate, line.maxUnits)
    (offer.free, offer.tied) = (line.capacity - 1, 1)
    offer.bidBond = Amount(4_200)
    offer.slotBond = Amount(4_200)
    offer.runTime = 60
    specimen.records.put("offers", OfferID(line.offer), offer)
  }

  /// Many small calls, so that there are records, prices over time and more than one page.
  private mutating func history(_ models: [Bytes32], _ offers: [Bytes32]) throws {
    let sellers = [("mill", 0), ("forge", 1), ("loom", 2), ("weasel", 3), ("wheel", 4)]
    for turn in 0..<60 {
      let (name, offer) = sellers[(turn * 7 + turn / 11) % sellers.count]
      var plan = RoadPlan()
      plan.buyer = turn % 3 == 0 ? "ben" : "ada"
      plan.subject = models[offer == 4 ? 1 : 0]
      plan.offer = offers[offer]
      plan.seats = [name]
      plan.check = offer == 2 ? Self.disputable : Self.open
      plan.prices = [UInt64(40_000 + (turn * 37) % 13 * 1_100 - turn * 120)]
      plan.limit = plan.prices[0]
      var run = RunPlan(outcome: turn % 4 == 0 ? .silent : .accepted)
      if offer == 2 { run = RunPlan(outcome: .stands) }
      if name == "weasel", turn % 2 == 1 {
        run = RunPlan(outcome: .noEvidence, fates: [.absent])
        plan.ending = "leaseBroken"
      }
      plan.runs = [run]
      try road(plan)
    }
  }

  /// Roads that are over, each in its own way.
  private mutating func endings(_ models: [Bytes32], _ offers: [Bytes32]) throws {
    let trio = ["mill", "forge", "weasel"]
    var plan = RoadPlan(
      subject: models[0], check: Self.replicated, seats: trio,
      prices: [400_000, 410_000, 395_000], isSigned: true)
    plan.runs = [RunPlan(outcome: .majority, fates: [.paid, .paid, .differs])]
    try road(plan)
    plan.seats = ["mill", "forge", "loom"]
    plan.runs = [RunPlan(outcome: .majority, fates: [.paid, .paid, .paid])]
    try road(plan)
    plan.runs = [RunPlan(outcome: .noMajority, fates: [.undecided, .undecided, .silent])]
    plan.ending = "leaseBroken"
    try road(plan)
    plan = RoadPlan(
      buyer: "ben", subject: models[0], check: Self.disputable, seats: ["weasel"],
      prices: [900_000], ending: "leaseBroken", isSigned: true)
    plan.runs = [
      RunPlan(
        outcome: .fell, fates: [.fallen], audit: .differs, auditor: "owl", game: .challengerWon,
        challenger: "owl")
    ]
    try road(plan)
    plan.runs = [RunPlan(outcome: .stands, audit: .equal, auditor: "lynx")]
    (plan.seats, plan.ending) = (["loom"], "leaseServed")
    try road(plan)
    plan.runs = [
      RunPlan(
        outcome: .stands, audit: .differs, auditor: "lynx", game: .defenderWon,
        challenger: "lynx", gameReason: "stepHolds")
    ]
    try road(plan)
    plan.runs = [RunPlan(outcome: .leftSilent, fates: [.left], audit: .committed, auditor: "owl")]
    (plan.seats, plan.ending) = (["weasel"], "leaseBroken")
    try road(plan)
    plan = RoadPlan(
      buyer: "ben", subject: models[0], check: Self.proved, seats: ["mill"], prices: [300_000])
    plan.runs = [RunPlan(outcome: .proved)]
    try road(plan)
    plan.runs = [RunPlan(outcome: .disproved, fates: [.fallen])]
    (plan.seats, plan.ending) = (["weasel"], "leaseBroken")
    try road(plan)
    try smallEndings(models, offers)
  }

  private mutating func smallEndings(_ models: [Bytes32], _ offers: [Bytes32]) throws {
    var plan = RoadPlan(subject: models[0], offer: offers[0], seats: ["mill"], prices: [42_000])
    plan.limit = 42_000
    plan.runs = [RunPlan(outcome: .rejected, fates: [.rejected])]
    try road(plan)
    plan.runs = [RunPlan(outcome: .demandExpired, fates: [.spoiled])]
    plan.ending = "leaseBroken"
    try road(plan)
    plan.runs = [RunPlan(outcome: .inputWithheld, fates: [.idle])]
    plan.ending = "leaseInputWithheld"
    try road(plan)
    plan = RoadPlan(
      subject: models[1], seats: ["newcomer"], prices: [80_000], limit: 90_000, wanted: 3)
    plan.runs = [RunPlan(), RunPlan(outcome: .silent), RunPlan()]
    try road(plan)
    plan = RoadPlan(subject: models[0], check: Self.replicated, seats: ["mill"], prices: [500_000])
    plan.ending = "orderNoMatch"
    try road(plan)
    plan = RoadPlan(work: Specimen.hostile, subject: Specimen.hash("unpublished"))
    plan.check = CheckTerms(Specimen.hostile, [Number(Specimen.hostile, .max)])
    plan.ending = Specimen.hostile
    (plan.seats, plan.prices, plan.limit) = (["cleo"], [.max / 1_000], .max / 1_000)
    plan.runs = [RunPlan(reason: Specimen.hostile)]
    try road(plan)
  }

  /// Roads that are under way, one at each station.
  private mutating func alive(_ models: [Bytes32], _ offers: [Bytes32]) throws {
    let trio = ["mill", "forge", "loom"]
    var plan = RoadPlan(
      subject: models[0], check: Self.replicated, seats: trio,
      prices: [400_000, 410_000, 395_000])
    plan.state = .running
    plan.hasOpenRun = true
    try road(plan)
    plan.hasOpenRun = false
    plan.state = .funded
    try road(plan)
    plan.state = .awarded
    try road(plan)
    for state in [RoadState.drawing, .closed, .revealing, .bidding] {
      plan.state = state
      plan.buyer = state == .bidding ? "cleo" : "ada"
      try road(plan)
    }
    plan = RoadPlan(
      buyer: "ben", subject: models[0], check: Self.disputable, seats: ["quarry"],
      prices: [700_000], hasOpenRun: true, hasOpenGame: true, state: .running, isSigned: true)
    try road(plan)
    plan = RoadPlan(subject: models[0], offer: offers[1], seats: ["forge"], prices: [45_500])
    (plan.limit, plan.hasOpenRun, plan.state) = (45_500, true, .running)
    try road(plan)
  }

  /// A refused message, pending terms, records and auditors.
  private mutating func others(_ models: [Bytes32]) {
    var transfer = Transfer()
    transfer.head = head("weasel")
    (transfer.to, transfer.amount) = (Specimen.address("wheel"), Amount(.max))
    send(
      .transfer(transfer), by: "weasel", signing: true,
      refused: Refusal("insufficient", ["has": 12_000_000, "needs": .max]))
    var terms = Terms.standard
    terms.take = 3_000
    terms.disputeWindow = 900
    specimen.records.put(
      "pendingTerms", UInt64(0), PendingTerms(terms, at: Time(time.milliseconds + 604_800_000)))
    emit(
      Event(
        "termsAnnounced", subject: Specimen.hash("terms"), parties: [Specimen.address("operator")]))
    for name in ["mill", "weasel", "ada"] {
      var record = Record()
      record.accepted = Amount(1_240_000)
      record.good = Amount(980_000)
      record.rejected = Amount(name == "mill" ? 42_000 : 0)
      record.slashed = name == "weasel" ? 4 : 0
      record.noEvidence = name == "weasel" ? 3 : 0
      specimen.records.put("records", Specimen.address(name), record)
    }
    for name in ["owl", "lynx"] {
      var auditor = Auditor()
      auditor.subjects = models
      auditor.bond = Amount(60_000_000)
      auditor.tied = Amount(name == "owl" ? 30_000_000 : 0)
      auditor.open = name == "owl" ? 1 : 0
      auditor.owner = Specimen.address(name)
      specimen.records.put("auditors", Specimen.address(name), auditor)
    }
    close()
  }
}
