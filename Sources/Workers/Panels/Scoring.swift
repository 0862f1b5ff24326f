// Who scores for a judge, where sheets are kept until they are opened, and what can go wrong.

public import Market
public import Primitives

/// Whoever looks at answers: a program, a model, a person.
public protocol Scoring: Sendable {
  /// A point for each piece, in the order of the docket. It may take its time: nothing waits.
  func points(for docket: PanelDocket) async throws(ScoringTrouble) -> [UInt64]
}

/// Keeps a few bytes for each run where a crash leaves them.
public protocol SheetShelf: Sendable {
  func kept(_ run: RunID) -> [UInt8]?
  /// False where the disk does not take it: then nothing is sealed either.
  func keep(_ bytes: [UInt8], of run: RunID) -> Bool
  func forget(_ run: RunID)
  /// A note about all runs together. Where it is lost, more is looked through at the next start.
  var mark: [UInt8]? { get nonmutating set }
}

/// Why a sheet is not sealed or not opened now.
public struct ScoringTrouble: Error, Hashable, Sendable {
  public enum Code: String, Sendable, CaseIterable {
    /// The scoring ended with an error, or not in time.
    case scoreFailed
    /// It did not give one point of 1 to 10 for each piece.
    case badScores
    /// The points could not be kept on the disk, so they were not sealed.
    case notKept
    /// The node does not hand out what was answered.
    case answersAway
    /// Nobody hands out the input; the answers are scored without it.
    case inputAway
    /// Another sheet is sealed under this key than the one that is kept here.
    case otherSeal
    /// The time for sealing or opening was over first.
    case late
  }

  public let code: Code
  public let why: String

  public init(_ code: Code, _ why: String) {
    self.code = code
    self.why = why
  }
}

/// Up to which height of which network nothing is owed by a judge any more.
struct JudgeMark: Fielded, Hashable {
  static let typeName = "JudgeMark"
  /// Bytes of the longest.
  static let largest = 64
  var network = Bytes32()
  var height: UInt64 = 0

  init() {}
  init(_ network: Bytes32, height: UInt64) { (self.network, self.height) = (network, height) }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("network", &network)
    try v("height", &height)
  }
}

/// What is on the shelf before a seal is sent: all that it takes to open it, but for the salt,
/// which follows from the judge's key.
struct KeptSheet: Fielded, Hashable {
  static let typeName = "KeptSheet"
  /// `PanelDocket.digest`.
  var docket = Bytes32()
  var sheet: [UInt8] = []
  var seal = Bytes32()

  init() {}
  init(_ docket: Bytes32, _ sheet: [UInt8], seal: Bytes32) {
    (self.docket, self.sheet, self.seal) = (docket, sheet, seal)
  }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("docket", &docket)
    try v("sheet", &sheet)
    try v("seal", &seal)
  }

  /// Bytes of the longest: a point for each of the most parts, and two hashes.
  static let largest = 1_024
}
