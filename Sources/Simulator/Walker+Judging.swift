// Judged runs of a walk: labels of good and bad seats, gold that opens and gold that does not.

import Chain
import Kernel
import Labels
import Market
import Primitives

extension Walker {
  static let labelItems: UInt64 = 32
  static let goldItems: UInt64 = 5

  /// An order for labels; now and then with something wrong that only labels can have wrong.
  mutating func orderLabels() -> PlaceOrder {
    var m = PlaceOrder()
    m.head = head(person())
    m.request.work = "labels"
    m.request.units = Self.labelItems
    m.request.limit = Rate(Amount(UInt64(1 + random.below(20_000))), per: 1)
    m.request.runs = random.chance(70) ? 1 : 2
    m.request.parallel = UInt64(1 + random.below(Int(m.request.runs)))
    m.request.lists.maxRejection = 400_000
    m.input = cast.inputs[random.below(4)]
    let isGolden = random.chance(60)
    let leaves = (0..<m.request.runs).map {
      LabelsGold.leaf(run: $0, salt: Self.goldSalt($0), gold: Self.gold($0))
    }
    var spec = LabelsSpec(
      question: "What is it?", choices: ["cat", "dog", "neither"], items: Self.labelItems,
      gold: isGolden ? LabelsGold.root(of: leaves) : .zero)
    var golden = isGolden ? Self.goldItems : 0
    var check = "judged"
    switch random.below(24) {
    case 0: spec.choices[1] = "cat"
    case 1: spec.question = ""
    case 2: spec.items = 3
    case 3: golden = isGolden ? 0 : Self.goldItems
    case 4: golden = isGolden ? 17 : 0
    case 5: check = "proved"
    case 6: m.request.work = "inference"
    case 7: check = "open"
    case 8: spec.items = 2_000
    default: break
    }
    m.request.spec = m.request.work == "labels" ? CBOR.encode(spec) : Self.spec
    m.request.check = CheckTerms(
      "judged",
      [
        Number("seats", random.chance(85) ? 3 : 4), Number("gold", golden),
        Number("par", JudgedCheck.usualPar), Number("panel", random.chance(98) ? 0 : 3),
      ])
    if check == "proved" { m.request.check = proved() }
    if check == "open" { m.request.check = CheckTerms("open") }
    return m
  }

  /// The second run of an order is all cats: nobody can be measured by it.
  private static func truth(_ run: UInt64) -> [UInt8] {
    if run == 1 { return [UInt8](repeating: 1, count: Int(labelItems)) }
    return Cast.secret([21], bigEndianBytes(run)).bytes.prefix(Int(labelItems)).map { 1 + $0 % 3 }
  }

  private static func gold(_ run: UInt64) -> [UInt8] {
    truth(run).enumerated().map { UInt64($0) < goldItems ? $1 : 0 }
  }

  private static func goldSalt(_ run: UInt64) -> Bytes32 {
    Cast.secret([22], bigEndianBytes(run))
  }

  /// Most seats are good; some click at random, some say always the same, one says what is no
  /// answer, and one lies about the gold items alone.
  private func labels(_ key: RunKey, _ seat: Address) -> [UInt8] {
    let truth = Self.truth(key.index)
    let noise = Cast.secret(key.id.digest.bytes, seat.bytes, [23]).bytes
    switch mood(key.id, seat) {
    case 0: return noise.prefix(truth.count).map { 1 + $0 % 3 }
    case 1: return truth.map { _ in 1 }
    case 2: return truth.map { _ in 7 }
    case 3: return truth.enumerated().map { UInt64($0) < Self.goldItems ? 1 + $1 % 3 : $1 }
    default: return truth.enumerated().map { noise[$0] < 25 ? 1 + $1 % 3 : $1 }
    }
  }

  /// The next moves of some judged run; nil where there is none.
  mutating func nextOfJudged() -> [any MessageContent]? {
    var open: [(key: RunKey, game: JudgedCheck)] = []
    state.market.forEachRun { key, run in
      if case .judged(let game) = run.game { open.append((key, game)) }
    }
    guard let (key, game) = random.pick(open) else { return nil }
    var found: Lease?
    state.market.forEachLease { if $0 == key.lease { found = $1 } }
    guard let lease = found else { return nil }
    return judging(key, lease, game)
  }

  /// The next moves of a judged run.
  mutating func judging(
    _ key: RunKey, _ lease: Lease, _ game: JudgedCheck
  ) -> [any MessageContent] {
    switch game.stage {
    case .running:
      return mostly(lease.seats).map { seat in
        var m = SealAnswer()
        m.head = head(seat.provider)
        m.run = key
        m.seal = OpenAnswer.seal(
          run: key.id, seat: seat.provider, answer: labels(key, seat.provider),
          units: lease.units, salt: Cast.sealSalt(key.id, seat.provider))
        return m
      }
    case .opening:
      return mostly(lease.seats).map { seat in
        var m = OpenAnswer()
        m.head = head(seat.provider)
        m.run = key
        m.answer = labels(key, seat.provider)
        m.salt = Cast.sealSalt(key.id, seat.provider)
        return m
      }
    case .gold:
      // Gold of one run in four stays shut for good.
      guard random.chance(80), key.id.digest.bytes[0] % 4 != 0 else { return [] }
      var m = OpenGold()
      m.head = head(lease.buyer)
      m.run = key
      m.gold = Self.gold(key.index)
      m.salt = Self.goldSalt(key.index)
      let leaves = (0..<lease.runs).map {
        LabelsGold.leaf(run: $0, salt: Self.goldSalt($0), gold: Self.gold($0))
      }
      m.path = LabelsGold.path(to: Int(key.index), in: leaves)
      return [m]
    case .judging: return []
    }
  }

  /// One thing wrong with an opened answer.
  mutating func spoil(_ answer: OpenAnswer, _ noise: Bytes32) -> OpenAnswer {
    var m = answer
    switch random.below(4) {
    case 0: m.salt = noise
    case 1: m.answer.append(1)
    case 2: m.answer = []
    default: m.answer = m.answer.map { _ in 2 }
    }
    return m
  }

  /// Gold that was never committed to.
  mutating func spoil(_ gold: OpenGold, _ noise: Bytes32) -> OpenGold {
    var m = gold
    switch random.below(4) {
    case 0: m.salt = noise
    case 1: m.gold = m.gold.map { $0 == 0 ? 0 : 1 + $0 % 3 }
    case 2: m.gold = []
    default: m.path.append(noise)
    }
    return m
  }
}
