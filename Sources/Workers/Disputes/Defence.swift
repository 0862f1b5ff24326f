// One seat's defence of its answer: which root it stands by, and what it says next for it.

import Agents
import Chain
import Kernel
import Market
import Primitives

/// A seat in the games about its answer. Seats that share an answer need not trust each other:
/// each shows a root of its own, and moves only where the game is about that root.
struct Defence {
  /// The seat; a deputy defends another's.
  let seat: Address
  let traced: TracedRun
  /// Who has shown which root for the answer, in the order of the log.
  let shown: [(seat: Address, root: Bytes32)]

  var root: Bytes32 { traced.trace.root }
  var hasShown: Bool { shown.contains { $0.seat == seat } }

  /// Of those who stand by one root, who showed it first moves; the others step in for it.
  var isFirst: Bool { shown.first { $0.root == root }?.seat == seat }

  /// What to say where the game has come to; nil while it is the challenger's turn, or about
  /// somebody else's root.
  func move(in view: GameView) throws(Refusal) -> DefenceMove? {
    guard view.root == root else { return nil }
    let picks = view.dispute.picks
    if try traced.isStep(picks) {
      // Where another game opened the block, its opening need not be shown again.
      return .step(view.opening == nil ? try traced.opening(at: picks) : [])
    }
    guard view.opening == nil else { return nil }
    return .vertex(try traced.children(at: picks))
  }
}

/// The defender's next words.
enum DefenceMove {
  case vertex([Bytes32])
  case step([UInt8])

  func message(_ head: Head, _ game: GameKey) -> Message {
    switch self {
    case .vertex(let children):
      var m = OpenVertex()
      m.head = head
      m.game = game
      m.children = children
      return .openVertex(m)
    case .step(let opening):
      var m = OpenStep()
      m.head = head
      m.game = game
      m.opening = opening
      return .openStep(m)
    }
  }
}

/// A place of a game: which root it is about, and how far down it has come. Told to the sender,
/// so that it says nothing twice there.
struct GamePlace: Hashable, Sendable {
  let game: GameID
  let root: UInt64
  let depth: Int

  init(_ game: GameID, _ dispute: Dispute) {
    self.game = game
    root = dispute.rootIndex
    depth = dispute.picks.count
  }
}

extension ShowTrace {
  init(_ head: Head, _ game: GameKey, _ traced: TracedRun) {
    self.init()
    self.head = head
    self.game = game
    root = traced.trace.root
    first = traced.first
    last = traced.last
  }
}

extension PickChild {
  init(_ head: Head, _ dispute: Dispute, child: UInt8) {
    self.init()
    self.head = head
    game = dispute.key
    round = UInt64(dispute.picks.count)
    self.child = UInt64(child)
  }
}

extension ChallengeRun {
  init(_ head: Head, _ run: RunKey, answer: Bytes32) {
    self.init()
    self.head = head
    self.run = run
    self.answer = answer
  }
}

extension TracedRun {
  /// Commitment to the output that this trace ends with.
  var output: Bytes32 { trace.roots.last ?? .zero }

  /// The challenger's choice: the first child that is not its own; nil while the defender has
  /// the word, or where nothing differs.
  func choice(in view: GameView) throws(Refusal) -> UInt8? {
    guard let opening = view.opening, !opening.children.isEmpty else { return nil }
    return try difference(from: opening.children, at: view.dispute.picks)
  }
}

extension MarketClient {
  /// Which root each seat has shown for an answer, as the log has it. Under `disputable` a
  /// provider shows its root by opening its seal, too.
  func rootsShown(
    for answer: Bytes32, of run: RunKey, _ lease: Lease, by holders: [Address]
  ) async throws -> [(seat: Address, root: Bytes32)] {
    var shown: [(seat: Address, root: Bytes32)] = []
    for signed in try await messages(about: run) {
      let root: Bytes32
      switch signed.message {
      case .showTrace(let m) where m.game.answer == answer: root = m.root
      case .unsealTrace(let m): root = m.root
      default: continue
      }
      let from = signed.head.from
      // A deputy speaks for the first seat that named it, as the ledger reads it.
      let seat = lease.seats.first {
        holders.contains($0.provider) && ($0.provider == from || $0.deputy == from)
      }
      guard let seat, !shown.contains(where: { $0.seat == seat.provider }) else { continue }
      shown.append((seat.provider, root))
    }
    return shown
  }
}

extension Run {
  /// The seats that gave an answer which may be challenged now.
  func holders(of answer: Bytes32, in lease: Lease) -> [Address] {
    game.defenders(of: answer).map { lease.seats[$0].provider }
  }

  /// What a seat answered; nil before it did.
  func answer(of seat: Address) -> Bytes32? {
    game.shown.first { $0.provider == seat }?.output
  }
}
