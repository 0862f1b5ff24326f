// The spec of the work `tasks`: what is asked of every item, by what it is judged, and the gold.

public import Primitives

/// What an order for tasks says. The items themselves are the run's input.
public struct TasksSpec: Fielded, Hashable {
  public static let typeName = "TasksSpec"
  /// What is asked of every item, in words.
  public var question = ""
  /// What a judge looks at, in words.
  public var criteria = ""
  /// Items of each run.
  public var items: UInt64 = 1
  /// The topic of the judges, by the name that the check's number is made of; empty for any.
  public var topic = ""
  /// Root over the gold of all runs; zero where there is none.
  public var gold = Bytes32()

  public init() {}
  public init(
    question: String, criteria: String = "", items: UInt64, topic: String = "",
    gold: Bytes32 = .zero
  ) {
    self.question = question
    self.criteria = criteria
    self.items = items
    self.topic = topic
    self.gold = gold
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("question", &question)
    try v("criteria", &criteria)
    try v("items", &items)
    try v("topic", &topic)
    try v("gold", &gold)
  }

  public static let items: ClosedRange<UInt64> = 1...64

  /// Reads a spec, and refuses one that nobody could answer.
  public init(bytes: [UInt8]) throws(Refusal) {
    self = try CBOR.decode(TasksSpec.self, from: bytes)
    guard (1...2_048).contains(question.utf8.count) else { throw .badTask("question") }
    guard criteria.utf8.count <= 1_024 else { throw .badTask("criteria") }
    guard topic.utf8.count <= 64 else { throw .badTask("topic") }
    guard TasksSpec.items.contains(items) else { throw .badTask("items") }
  }
}

/// One item, or the answer to it: free bytes.
public struct TaskPiece: Fielded, Hashable {
  public static let typeName = "TaskPiece"
  public var body: [UInt8] = []

  public init() {}
  public init(_ body: [UInt8]) { self.body = body }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("body", &body)
  }
}

/// The items of a run, or the answers to them, in canonical form.
public struct TaskPieces: Fielded, Hashable {
  public static let typeName = "TaskPieces"
  public var pieces: [TaskPiece] = []

  public init() {}
  public init(_ pieces: [[UInt8]]) { self.pieces = pieces.map { TaskPiece($0) } }
  public init(texts: [String]) { pieces = texts.map { TaskPiece(Array($0.utf8)) } }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("pieces", &pieces)
  }

  /// Bytes of the longest answer: it stands in a message, and every judge reads all of them. What
  /// is longer is named by its hash and put where judges find it.
  public static let largest = 16_384
  /// Bytes of the longest input.
  public static let largestInput = 1 << 20

  /// Reads an answer, which says something to at least one item.
  public init(answer: [UInt8], to spec: TasksSpec) throws(Refusal) {
    guard answer.count <= TaskPieces.largest,
      let read = try? CBOR.decode(TaskPieces.self, from: answer),
      read.pieces.count == Int(clamping: spec.items),
      read.pieces.contains(where: { !$0.body.isEmpty })
    else { throw .badPieces }
    self = read
  }

  /// The hash of each piece; zero of an empty one.
  var hashes: [Bytes32] { pieces.map { $0.body.isEmpty ? .zero : SHA256.hash($0.body) } }
}

extension Refusal {
  /// The task cannot be answered; the name says what is wrong with it.
  static func badTask(_ what: String) -> Refusal { Refusal("badTask", [Number(what, 0)]) }
  /// The bytes are no list of as many pieces as there are items, or say nothing.
  static var badPieces: Refusal { Refusal("badPieces") }
  /// The gold is not what the spec commits to, or not as much as the check says.
  static var goldDiffers: Refusal { Refusal("goldDiffers") }
  /// Tasks are scored by a panel, or looked at; no other check can be asked of them.
  static var notForTasks: Refusal { Refusal("notForTasks") }
}
