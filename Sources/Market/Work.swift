// What the market asks of a kind of work. To the market itself a spec is canonical bytes.

public import Kernel
public import Primitives

/// All kinds of work, reached by name.
public protocol Works: ~Copyable {
  /// Refuses a spec that its kind of work cannot do under that check.
  func admit(_ spec: [UInt8], of work: String, under check: CheckTerms) throws(Refusal)
  /// Refuses an input of another size than the spec reads.
  func admit(inputBytes: UInt64, for spec: [UInt8], of work: String) throws(Refusal)
  /// How many leaves the upper tree of a run's trace has.
  func tensors(_ spec: [UInt8], of work: String) throws(Refusal) -> UInt64
  /// What lies at a place of a trace, reached by these picks from the root.
  func fan(at picks: [UInt8], _ spec: [UInt8], of work: String) throws(Refusal) -> Fan
  /// Refuses an answer of a judged run that is none to that spec.
  func admit(answer: [UInt8], to spec: [UInt8], of work: String) throws(Refusal)
  /// Refuses gold that is not what the spec commits to.
  func admit(_ gold: GoldOpening, to spec: [UInt8], of work: String) throws(Refusal)
  /// The hash of each part of an answer that a panel scores, or of gold for it; zero of an empty
  /// part. What is no answer to the spec is refused.
  func parts(of answer: [UInt8], to spec: [UInt8], of work: String) throws(Refusal) -> [Bytes32]
  /// The jury of a judged run: what each answer is worth, in the order of the seats. It has an
  /// answer to everything that was admitted, since a timer may ask.
  func judge(_ hearing: Hearing, of work: String) throws(Refusal) -> [SeatScore]
  /// The verifier of a proof. Bytes that are no proof of this claim at all are refused, before
  /// anything costly is computed; what then fails is a false proof.
  func verify(
    _ claim: ProofClaim, proof: [UInt8], of work: String
  ) throws(Refusal) -> ProofFinding
  /// Whether what a proof bound its hidden input by is of this one.
  func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8], of work: String
  ) throws(Refusal) -> Bool
  /// The referee of a dispute: computes one step again. True when what is disputed is right; an
  /// opening that does not open is refused.
  func redo(
    _ claim: StepClaim, opening: [UInt8], of work: String
  ) throws(Refusal) -> Bool
}

/// Most kinds of work have one right answer, and no jury.
extension Works where Self: ~Copyable {
  public func admit(answer: [UInt8], to spec: [UInt8], of work: String) throws(Refusal) {
    throw .noJury
  }
  public func admit(_ gold: GoldOpening, to spec: [UInt8], of work: String) throws(Refusal) {
    throw .noJury
  }
  public func parts(
    of answer: [UInt8], to spec: [UInt8], of work: String
  ) throws(Refusal) -> [Bytes32] {
    throw .noJury
  }
  public func judge(_ hearing: Hearing, of work: String) throws(Refusal) -> [SeatScore] {
    throw .noJury
  }
}

/// What lies at a place of a trace.
public enum Fan: Hashable, Sendable {
  /// A vertex of a tree with so many children, which hash to it.
  case vertex(Int)
  /// A chain of blocks, cut into so many parts; the last part's end is the hash that is disputed.
  case blocks(Int)
  /// One block: nothing to choose, the referee computes it.
  case step
  /// The run's input, which both sides agree on by definition: nobody may choose it.
  case fixed
}

/// One step of a computation that one side says is wrong.
public struct StepClaim: Hashable, Sendable {
  public let spec: [UInt8]
  /// The root of the defender's trace, in which all operands lie.
  public let root: Bytes32
  /// The run's input: its root, and the hash that its salt proves itself by.
  public let input: Content
  public let picks: [UInt8]
  /// The sums before the block that both sides agree on; zero before the first block.
  public let before: Bytes32
  /// The hash of what the defender says comes out.
  public let disputed: Bytes32

  public init(
    spec: [UInt8], root: Bytes32, input: Content, picks: [UInt8], before: Bytes32,
    disputed: Bytes32
  ) {
    self.spec = spec
    self.root = root
    self.input = input
    self.picks = picks
    self.before = before
    self.disputed = disputed
  }
}

/// What the verifier of a proof found.
public enum ProofFinding: Hashable, Sendable {
  /// It is of this claim, and false.
  case fails
  /// It shows all that is claimed.
  case holds
  /// It shows the claim of an input that it hides. With these bytes, whoever has an input and its
  /// salt can tell whether it is that one.
  case binds([UInt8])
}

/// What the proof of a run has to show: this work maps this input to this output.
public struct ProofClaim: Sendable {
  /// How much the proof hides, as the check's terms number it.
  public let level: UInt64
  public let spec: [UInt8]
  /// The run; a proof answers to it alone.
  public let run: RunID
  /// The input that the buyer committed to, and the salt under which it did; no salt is shown
  /// where the proof hides the input.
  public let input: Content
  public let salt: ContentSalt
  public let output: [UInt8]
  /// The time of the block, for proofs that expire.
  public let now: Time

  public init(
    level: UInt64, spec: [UInt8], run: RunID, input: Content, salt: ContentSalt,
    output: [UInt8], now: Time
  ) {
    self.level = level
    self.spec = spec
    self.run = run
    self.input = input
    self.salt = salt
    self.output = output
    self.now = now
  }
}

/// What a jury hears: who has not opened said nothing, and empty gold is none.
public struct Hearing: Sendable {
  public let spec: [UInt8]
  /// In the order of the seats.
  public let answers: [[UInt8]]
  public let gold: [UInt8]

  public init(spec: [UInt8], answers: [[UInt8]], gold: [UInt8]) {
    self.spec = spec
    self.answers = answers
    self.gold = gold
  }
}

/// What a jury finds of one seat, in parts per million. Scores are of a perfect answer to what the
/// seat has answered at all.
public struct SeatScore: Hashable, Sendable {
  /// By everything that is known, the buyer's gold before all.
  public var whole: UInt64
  /// By what the seats said alone.
  public var crowd: UInt64
  /// The most that the seats' answers leave possible; all, where they cannot measure it.
  public var most: UInt64
  /// By gold alone; zero where there is none.
  public var known: UInt64
  /// The part of the items that it answered.
  public var answered: UInt64

  public init(whole: UInt64, crowd: UInt64, most: UInt64, known: UInt64, answered: UInt64) {
    self.whole = whole
    self.crowd = crowd
    self.most = most
    self.known = known
    self.answered = answered
  }
}

/// A buyer's gold for one of the runs of a lease, with the way to what its spec commits to.
public struct GoldOpening: Sendable {
  public let gold: [UInt8]
  public let salt: Bytes32
  public let path: [Bytes32]
  public let run: UInt64
  public let runs: UInt64
  /// How many items the check's terms say are gold.
  public let items: UInt64

  public init(
    gold: [UInt8], salt: Bytes32, path: [Bytes32], run: UInt64, runs: UInt64, items: UInt64
  ) {
    self.gold = gold
    self.salt = salt
    self.path = path
    self.run = run
    self.runs = runs
    self.items = items
  }
}

/// The name of a kind of work.
public protocol Work: Sendable {
  /// Its name in orders and offers.
  static var name: String { get }
}

/// A kind of work that keeps no rows, so that its type alone answers what `Works` asks of it.
///
/// What has no default every kind must say. The rest is refused by those that have no jury, no
/// proofs or no steps; they admit no check that would ask.
public protocol PlainWork: Work {
  static func admit(_ spec: [UInt8], under check: CheckTerms) throws(Refusal)
  static func admit(inputBytes: UInt64, for spec: [UInt8]) throws(Refusal)
  static func tensors(_ spec: [UInt8]) throws(Refusal) -> UInt64
  static func fan(at picks: [UInt8], _ spec: [UInt8]) throws(Refusal) -> Fan
  static func admit(answer: [UInt8], to spec: [UInt8]) throws(Refusal)
  static func admit(_ gold: GoldOpening, to spec: [UInt8]) throws(Refusal)
  static func parts(of answer: [UInt8], to spec: [UInt8]) throws(Refusal) -> [Bytes32]
  static func judge(_ hearing: Hearing) throws(Refusal) -> [SeatScore]
  static func verify(_ claim: ProofClaim, proof: [UInt8]) throws(Refusal) -> ProofFinding
  static func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8]
  ) throws(Refusal) -> Bool
  static func redo(_ claim: StepClaim, opening: [UInt8]) throws(Refusal) -> Bool
}

extension PlainWork {
  public static func tensors(_ spec: [UInt8]) throws(Refusal) -> UInt64 { throw .unknownWork }
  public static func fan(at picks: [UInt8], _ spec: [UInt8]) throws(Refusal) -> Fan {
    throw .unknownWork
  }
  public static func admit(answer: [UInt8], to spec: [UInt8]) throws(Refusal) { throw .noJury }
  public static func admit(_ gold: GoldOpening, to spec: [UInt8]) throws(Refusal) {
    throw .noJury
  }
  public static func parts(of answer: [UInt8], to spec: [UInt8]) throws(Refusal) -> [Bytes32] {
    throw .noJury
  }
  public static func judge(_ hearing: Hearing) throws(Refusal) -> [SeatScore] { throw .noJury }
  public static func verify(
    _ claim: ProofClaim, proof: [UInt8]
  ) throws(Refusal) -> ProofFinding { throw .unknownWork }
  public static func isAbout(
    _ input: [UInt8], salt: ContentSalt, boundBy binding: [UInt8]
  ) throws(Refusal) -> Bool { throw .unknownWork }
  public static func redo(_ claim: StepClaim, opening: [UInt8]) throws(Refusal) -> Bool {
    throw .unknownWork
  }
}

extension Refusal {
  /// The kind of work has one right answer, so that nobody has to judge.
  public static var noJury: Refusal { Refusal("noJury") }
  /// No kind of work of that name is known here.
  public static var unknownWork: Refusal { Refusal("unknownWork") }
}
