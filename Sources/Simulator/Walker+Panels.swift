// Panels of a walk: free answers, judges who score, copy, keep silent or lie, and gold.

import Chain
import Kernel
import Market
import Primitives
import Tasks

extension Walker {
  static let taskItems = 4
  private static let firstJudge = 8

  /// Whether judges can be others than the bidders here.
  var walksPanels: Bool { seed % 12 == 7 && cast.people.count > Self.firstJudge + 6 }

  /// An order for tasks, a judge who stands ready, or the next moves before some panel.
  mutating func writePanel() -> [any MessageContent] {
    if random.chance(state.height < 12 ? 70 : 4) { return [registerJudge()] }
    if random.chance(12) { return [orderTasks()] }
    if random.chance(30) { return nextOfTender() }
    if random.chance(25) { return (try? nextOfLease()) ?? [] }
    var open: [(key: RunKey, game: PanelCheck)] = []
    state.market.forEachRun { key, run in
      if case .panel(let game) = run.game { open.append((key, game)) }
    }
    guard let (key, game) = random.pick(open) else { return nextOfTender() }
    var found: Lease?
    state.market.forEachLease { if $0 == key.lease { found = $1 } }
    guard let lease = found else { return [] }
    return moves(key, lease, game)
  }

  private mutating func registerJudge() -> RegisterAuditor {
    var m = RegisterAuditor()
    let judges = cast.people.count - Self.firstJudge
    m.head = head(cast.people[Self.firstJudge + random.below(judges)])
    m.subjects = [Subject.panel(0)]
    m.bond = Amount(UInt64(20_000_000 + random.below(40_000_000)))
    return m
  }

  mutating func orderTasks() -> PlaceOrder {
    var m = PlaceOrder()
    m.head = head(cast.people[random.below(Self.firstJudge)])
    m.request.work = "tasks"
    m.request.limit = Rate(Amount(UInt64(1 + random.below(900_000))), per: 1)
    m.request.runs = random.chance(80) ? 1 : 2
    m.request.lists.maxRejection = 400_000
    m.input = cast.inputs[random.below(4)]
    let isGolden = random.chance(50)
    let leaves = (0..<m.request.runs).map {
      TasksGold.leaf(run: $0, salt: Self.taskSalt($0), gold: Self.taskGold)
    }
    var spec = TasksSpec(
      question: "What is it called?", items: UInt64(Self.taskItems),
      gold: isGolden ? TasksGold.root(of: leaves) : .zero)
    var golden: UInt64 = isGolden ? 2 : 0
    var kind = "panel"
    switch random.below(20) {
    case 0: spec.question = ""
    case 1: golden = isGolden ? 0 : 2
    case 2: spec.items = 60
    case 3: spec.topic = "another"
    case 4: kind = "proved"
    default: break
    }
    m.request.spec = CBOR.encode(spec)
    m.request.check = CheckTerms(
      "panel",
      [
        Number("seats", random.chance(70) ? 2 : 3), Number("judges", random.chance(96) ? 3 : 7),
        Number("share", PanelCheck.usualShare), Number("rule", UInt64(1 + random.below(2))),
        Number("par", PanelCheck.usualPar), Number("gold", golden), Number("topic", 0),
      ])
    if kind == "proved" { m.request.check = CheckTerms("proved", [Number("level", 1)]) }
    return m
  }

  private static func taskSalt(_ run: UInt64) -> Bytes32 {
    Cast.secret([31], bigEndianBytes(run))
  }

  private static let taskGold = CBOR.encode(TaskPieces(texts: ["house", "tree", "", ""]))

  private func answer(_ key: RunKey, _ seat: Address) -> [UInt8] {
    switch mood(key.id, seat) {
    case 0: return CBOR.encode(TaskPieces(texts: ["", "", "", ""]))
    case 1: return CBOR.encode(TaskPieces(texts: ["x", "x", "x", "x"]))
    case 2: return CBOR.encode(TaskPieces(texts: ["house", "tree", "", "well"]))
    case 3: return CBOR.encode(TaskPieces(texts: ["house"]))
    default: return CBOR.encode(TaskPieces(texts: ["house", "tree", "well", "\(seat)"]))
    }
  }

  /// Some judges know what is good, some always say the same, some say the contrary.
  private func sheet(_ key: RunKey, _ judge: Address, _ game: PanelCheck) -> [UInt8] {
    let noise = Cast.secret(key.id.digest.bytes, judge.bytes, [33]).bytes
    let mood = mood(key.id, judge)
    return game.given.enumerated().flatMap { seat, given in
      (0..<Self.taskItems).map { item -> UInt8 in
        guard item < given.parts.count, given.parts[item] != .zero else { return 0 }
        let isJunk = given.parts[item] == SHA256.hash(Array("x".utf8))
        switch mood {
        case 0: return 5
        case 1: return isJunk ? 10 : 1
        case 2: return 1 + noise[(seat * Self.taskItems + item) % 32] % 10
        case 3: return 11
        default: return isJunk ? 1 : 8 + noise[item] % 3
        }
      }
    }
  }

  mutating func moves(
    _ key: RunKey, _ lease: Lease, _ game: PanelCheck
  ) -> [any MessageContent] {
    switch game.stage {
    case .running, .opening:
      return mostly(lease.seats).map {
        say(key, $0.provider, answer(key, $0.provider), lease, isOpening: game.stage == .opening)
      }
    case .submitted: return random.chance(5) ? [accept(key, lease)] : []
    case .drawing:
      if random.chance(10) { return [accept(key, lease)] }
      return random.chance(80) ? [drawAudit(key, lease)] : []
    case .scoring, .showing:
      let isOpening = game.stage == .showing
      return mostly(game.bench.map(\.account)).map {
        say(key, $0, sheet(key, $0, game), lease, isOpening: isOpening)
      }
    case .gold:
      guard random.chance(80), key.id.digest.bytes[0] % 4 != 0 else { return [] }
      var m = OpenGold()
      m.head = head(lease.buyer)
      m.run = key
      m.gold = Self.taskGold
      m.salt = Self.taskSalt(key.index)
      let leaves = (0..<lease.runs).map {
        TasksGold.leaf(run: $0, salt: Self.taskSalt($0), gold: Self.taskGold)
      }
      m.path = TasksGold.path(to: Int(key.index), in: leaves)
      return [m]
    }
  }

  private mutating func accept(_ key: RunKey, _ lease: Lease) -> AcceptRun {
    var m = AcceptRun()
    m.head = head(lease.buyer)
    m.run = key
    return m
  }

  /// Seals, or opens what was sealed.
  private mutating func say(
    _ key: RunKey, _ account: Address, _ said: [UInt8], _ lease: Lease, isOpening: Bool
  ) -> any MessageContent {
    guard isOpening else {
      var m = SealAnswer()
      m.head = head(account)
      m.run = key
      m.seal = OpenAnswer.seal(
        run: key.id, seat: account, answer: said, units: lease.units,
        salt: Cast.sealSalt(key.id, account))
      return m
    }
    var m = OpenAnswer()
    m.head = head(account)
    m.run = key
    m.answer = said
    m.salt = Cast.sealSalt(key.id, account)
    return m
  }
}
