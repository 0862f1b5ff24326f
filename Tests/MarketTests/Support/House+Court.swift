// The messages of the court, and the trace of the toy work that its games are about.

import Kernel
import Primitives

@testable import Market

/// The trace that a defender of a toy run shows: the input, a tile of two blocks, the output.
struct ToyTrace {
  let input: Bytes32
  let tile: Bytes32
  let output: Bytes32

  /// What the toy referee computes the tile from, and believes.
  static let opening: [UInt8] = [1] + Array("tile".utf8)
  /// What it reads and does not believe.
  static let falseOpening: [UInt8] = [0]
  static let half = SHA256.hash(Array("half".utf8))

  init(_ input: Content, _ output: Content) {
    self.input = input.root
    self.output = output.root
    tile = SHA256.hash(ToyTrace.opening)
  }

  var leaves: [Bytes32] { [input, tile, output] }
  var root: Bytes32 { WideTree.root(of: leaves) }
  var path: [Vertex] { [Vertex(leaves)] }
  /// The sums after each of the tile's blocks.
  var blocks: [Bytes32] { [ToyTrace.half, tile] }
}

extension House {
  static let auditors = (1...5).map { "auditor\($0)" }
  static let disputable = CheckTerms("disputable", [Number("audit", 50_000)])
  static let subject = Subject.of(work: "inference", spec: [1])

  mutating func dispatchCourt(_ message: any MessageContent, _ id: Bytes32) throws(Refusal) {
    switch message {
    case let m as RegisterAuditor: try market.apply(m, as: id, &k, works, standing)
    case let m as LeaveAudits: try market.apply(m, as: id, &k, works, standing)
    case let m as DrawAudit: try market.apply(m, as: id, &k, works, standing)
    case let m as SealTrace: try market.apply(m, as: id, &k, works, standing)
    case let m as UnsealTrace: try market.apply(m, as: id, &k, works, standing)
    case let m as ChallengeRun: try market.apply(m, as: id, &k, works, standing)
    case let m as ShowTrace: try market.apply(m, as: id, &k, works, standing)
    case let m as OpenVertex: try market.apply(m, as: id, &k, works, standing)
    case let m as PickChild: try market.apply(m, as: id, &k, works, standing)
    case let m as OpenStep: try market.apply(m, as: id, &k, works, standing)
    default: throw Refusal("unknownKind")
    }
  }

  static func register(
    _ name: String, bond: UInt64 = 300_000_000, _ subjects: [Bytes32] = [subject]
  ) -> RegisterAuditor {
    var m = RegisterAuditor()
    m.head = head(name)
    m.subjects = subjects
    m.bond = Amount(bond)
    return m
  }

  static func leave(_ name: String) -> LeaveAudits {
    var m = LeaveAudits()
    m.head = head(name)
    return m
  }

  static func drawAudit(_ run: RunKey, _ salt: Bytes32, by name: String = "buyer") -> DrawAudit {
    var m = DrawAudit()
    m.head = head(name)
    m.run = run
    m.salt = salt
    return m
  }

  /// A seal; the provider's with the input's key for the auditor.
  static func sealTrace(
    _ name: String, _ run: RunKey, _ root: Bytes32, keyTo auditor: Address? = nil
  ) -> SealTrace {
    var m = SealTrace()
    m.head = head(name)
    m.run = run
    m.seal = SealTrace.seal(run: run.id, by: account(name), root: root, salt: salt(name))
    if let auditor { m.key = sealed(to: auditor) }
    return m
  }

  static func unsealTrace(
    _ name: String, _ run: RunKey, _ root: Bytes32, path: [Vertex] = []
  ) -> UnsealTrace {
    var m = UnsealTrace()
    m.head = head(name)
    m.run = run
    m.root = root
    m.salt = salt(name)
    m.first = path
    m.last = path
    return m
  }

  static func challenge(_ name: String, _ run: RunKey, _ answer: Bytes32) -> ChallengeRun {
    var m = ChallengeRun()
    m.head = head(name)
    m.run = run
    m.answer = answer
    return m
  }

  static func show(_ game: GameKey, _ trace: ToyTrace, by name: String = "provider") -> ShowTrace {
    var m = ShowTrace()
    m.head = head(name)
    m.game = game
    m.root = trace.root
    m.first = trace.path
    m.last = trace.path
    return m
  }

  static func open(
    _ game: GameKey, _ children: [Bytes32], by name: String = "provider"
  ) -> OpenVertex {
    var m = OpenVertex()
    m.head = head(name)
    m.game = game
    m.children = children
    return m
  }

  static func pick(_ game: GameKey, _ round: UInt64, _ child: UInt64) -> PickChild {
    var m = PickChild()
    m.head.from = game.challenger
    m.head.validUntil = .never
    m.game = game
    m.round = round
    m.child = child
    return m
  }

  static func step(
    _ game: GameKey, _ opening: [UInt8], by name: String = "provider"
  ) -> OpenStep {
    var m = OpenStep()
    m.head = head(name)
    m.game = game
    m.opening = opening
    return m
  }
}
