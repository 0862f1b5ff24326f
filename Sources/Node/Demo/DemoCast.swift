// Who plays in the demo, and with what: keys from the seed, prices, models, and the list to buy.

import Agents
import Chain
import Inference
import Market
import Models
import Primitives
import Workers

/// The parts of a demo that follow from its seed alone.
struct DemoCast {
  /// One provider.
  struct Seller {
    let name: String
    /// How it cheats; empty when it does not.
    let method: String
    let key: PrivateKey
    let catalogue: Catalogue
    let answering: any Answering

    var isCheat: Bool { !method.isEmpty }
  }

  /// One checker, with an operator of its own.
  struct Examiner {
    let name: String
    let key: PrivateKey
    let plan: CheckerPlan
  }

  static let honest = 5
  static let checkers = 4
  /// p under `disputable`: high, so that a short demo surely has audits.
  static let audit: UInt64 = 300_000
  static let disputable = CheckTerms(DisputableCheck.name, [Number("audit", audit)])
  /// Every answer under audited `replicated` is audited, and can be disputed.
  static let audited = CheckTerms(
    ReplicatedCheck.name, [Number("replicas", 3), Number("audit", million)])
  /// Every answer comes with a proof.
  static let proved = CheckTerms(ProvedCheck.name, [Number("level", 1)])
  /// The same, and the proof does not show the input.
  static let privately = CheckTerms(
    ProvedCheck.name, [Number("level", ProvedCheck.privately)])
  /// What a run is sold for under `proved(private)` at most: its proofs are longer.
  static let privateLimit = Amount(20_000)
  /// They tell the same lie as `middle`. With its bid and that of `ending` theirs are the six
  /// lowest, so that most of any three seats agree on it.
  static let cartel = 4
  /// Every fourth digit under `open` is one that the buyer knows.
  static let canaryEvery = 4
  static let limit = Amount(10_000)
  static let purse = Amount(5_000_000)

  let sellers: [Seller]
  let checkers: [Examiner]
  let buyerKey: PrivateKey
  let wants: [Want]
  /// The right answer of each want.
  let labels: [Int]
  let judge: CanaryJudge

  init(_ configuration: DemoConfiguration, _ fixtures: Fixtures) throws(Refusal) {
    let seed = configuration.seed
    buyerKey = DemoCast.key(seed, "buyer")
    sellers = try DemoCast.sellers(configuration, fixtures)
    checkers = (0..<DemoCast.checkers).map { number in
      // One of them looks at every input that it may read, called or not.
      Examiner(
        name: "checker\(number + 1)", key: DemoCast.key(seed, "checker\(number + 1)"),
        plan: CheckerPlan(
          [fixtures.model], bond: Amount(1_000_000), sample: number == 0 ? million : 0))
    }

    var wants: [Want] = []
    var labels: [Int] = []
    let known = configuration.open + configuration.replicated
    for (index, check) in DemoCast.checks(configuration).enumerated() {
      // Another seed buys other digits, in another order.
      let digit = DemoCast.digit(index, seed, of: fixtures.digits.count)
      let isReplicated = check.kind == ReplicatedCheck.name
      let isPrivate = check == DemoCast.privately
      let isProved = check.kind == ProvedCheck.name
      let model = isProved ? fixtures.provable : fixtures.model
      var want = Want(
        isReplicated ? .auction : .offer, spec: InferenceSpec(model: model.id.digest).encoded,
        input: try fixtures.model.quantise(fixtures.digits[digit]),
        check: check, limit: Rate(isPrivate ? DemoCast.privateLimit : DemoCast.limit))
      // Under `replicated` the check protects the buyer, not the bidder's record.
      if isReplicated { want.lists.maxRejection = million }
      // Every other input under `disputable` is published, for volunteers to look at.
      want.isPublished = check == DemoCast.disputable && (index - known) % 2 == 0
      // A digit is no secret: where the proof is about another one, it is shown.
      want.contests = isPrivate
      // Whoever sits there lies: it is to be seen how that ends, once.
      if check == DemoCast.audited { want.tries = 1 }
      wants.append(want)
      labels.append(fixtures.labels[digit])
    }
    self.wants = wants
    self.labels = labels
    judge = CanaryJudge(
      known: labels.enumerated().map { $0.offset % DemoCast.canaryEvery == 0 ? $0.element : nil })
  }

  /// The cheats first, then those that are honest.
  private static func sellers(
    _ configuration: DemoConfiguration, _ fixtures: Fixtures
  ) throws(Refusal) -> [Seller] {
    let seed = configuration.seed
    let cheapest = try DemoCast.seller(
      "cheaper", "answers from a cheaper model", seed, fixtures, cost: 2_000,
      CheaperModel(fixtures.cheap))
    let invented = try DemoCast.seller(
      "invented", "makes answers up", seed, fixtures, cost: 1_500,
      MadeUp(seed: DemoCast.key(seed, "made up").secret))
    let middle = try DemoCast.seller(
      "middle", "changes one number in a hidden layer", seed, fixtures, cost: 2_000,
      LieInTheMiddle(), [DemoCast.disputable])
    let atTheEnd = try DemoCast.seller(
      "ending", "changes one number of the answer", seed, fixtures, cost: 2_500, LieAtTheEnd(),
      [DemoCast.disputable])
    let forger = try DemoCast.seller(
      "forger", "proves a run that it changed in a hidden layer", seed, fixtures, cost: 1_000,
      LieInTheMiddle(), [DemoCast.proved])
    let stranger = try DemoCast.seller(
      "stranger", "proves a run of another input, behind a hidden one", seed, fixtures, cost: 1_000,
      OtherInput(), [DemoCast.privately])
    var sellers = [cheapest, invented, middle, atTheEnd]
    if configuration.proved > 0 { sellers.append(forger) }
    if configuration.privately > 0 { sellers.append(stranger) }
    if configuration.audited > 0 {
      for number in 0..<DemoCast.cartel {
        sellers.append(
          try DemoCast.seller(
            "cartel\(number + 1)", "agrees with others on a false answer", seed, fixtures,
            cost: 1_000 + 100 * UInt64(number), LieInTheMiddle(), [DemoCast.audited]))
      }
    }
    for number in 0..<DemoCast.honest {
      sellers.append(
        try DemoCast.seller(
          "honest\(number + 1)", "", seed, fixtures, cost: 4_000 + 400 * UInt64(number),
          Honest(),
          [
            CheckTerms(OpenCheck.name), DemoCast.disputable, DemoCast.proved, DemoCast.privately,
          ]))
    }
    return sellers
  }

  /// The check of each purchase.
  private static func checks(_ configuration: DemoConfiguration) -> [CheckTerms] {
    let parts = [
      (CheckTerms(OpenCheck.name), configuration.open),
      (
        CheckTerms(ReplicatedCheck.name, [Number("replicas", 3), Number("audit", 0)]),
        configuration.replicated
      ),
      (disputable, configuration.disputable), (proved, configuration.proved),
      (privately, configuration.privately), (audited, configuration.audited),
    ]
    return parts.flatMap { Array(repeating: $0.0, count: $0.1) }
  }

  /// Added to what a run costs: to prove it, and the toll of the proof's bytes.
  private static func proving(_ check: CheckTerms) -> UInt64 {
    guard check.kind == ProvedCheck.name else { return 0 }
    return check.hidesInput ? 9_000 : 4_000
  }

  static func key(_ seed: UInt64, _ name: String) -> PrivateKey {
    PrivateKey(seed: Array("tolsey/demo/1".utf8) + bigEndianBytes(seed) + Array(name.utf8))
  }

  private static func seller(
    _ name: String, _ method: String, _ seed: UInt64, _ fixtures: Fixtures, cost: UInt64,
    _ answering: any Answering, _ checks: [CheckTerms] = [CheckTerms(OpenCheck.name)]
  ) throws(Refusal) -> Seller {
    var lists = Lists()
    lists.maxRejection = million / 2
    var wares: [Ware] = []
    for check in checks {
      wares.append(
        Ware(
          check.kind == ProvedCheck.name ? fixtures.provable : fixtures.model,
          PricePolicy(cost: Rate(Amount(cost + proving(check)))),
          capacity: check.kind == ReplicatedCheck.name ? 0 : 3, lists: lists, check: check))
    }
    return Seller(
      name: name, method: method, key: key(seed, name), catalogue: Catalogue(wares),
      answering: answering)
  }

  /// The place of a want's digit: a walk over all of them that begins where the seed says.
  private static func digit(_ index: Int, _ seed: UInt64, of count: Int) -> Int {
    let start = SHA256.hash(Array("tolsey/demo/digits".utf8) + bigEndianBytes(seed))
    let first = Int(start.leadingWord % UInt64(count))
    return (first + index) % count
  }
}

/// The buyer's test: it knows some of the digits, and rejects who names another.
struct CanaryJudge: Judge {
  let known: [Int?]

  func judge(want: Int, output: [UInt8]) -> Judgement {
    guard let label = known[want] else { return .accept }
    return CanaryJudge.digit(in: output) == label ? .accept : .reject(.wrong)
  }

  /// The place of the greatest logit, the first of equals; nil for an output of another shape.
  static func digit(in output: [UInt8]) -> Int? {
    guard output.count == 40 else { return nil }
    var best = 0
    var values: [Int32] = []
    for at in stride(from: 0, to: 40, by: 4) {
      let low = UInt32(output[at]) | UInt32(output[at + 1]) << 8
      let high = UInt32(output[at + 2]) | UInt32(output[at + 3]) << 8
      values.append(Int32(bitPattern: low | high << 16))
    }
    for index in values.indices where values[index] > values[best] { best = index }
    return best
  }
}
