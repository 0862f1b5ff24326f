// Votes as a file describes them, as JSON or as CSV, and what comes out of them.

public import Arithmetic
public import Primitives

/// One set of votes, `rows` of [task, worker, label]; names are sorted, as bytes.
public struct LabelCase: Sendable {
  public let tasks: [String]
  public let workers: [String]
  public let labels: [String]
  public let votes: LabelVotes
  public let model: LabelModel
  public let estimate: LabelEstimate
  /// Bits that an answer of each worker gives.
  public let information: [Fixed64]
  /// Where the file's `probas` or `labels_out` differ; nil where it has none.
  public private(set) var differences: [String]?

  /// Files carry nine digits behind the point.
  public static let tolerance = Fixed64(1, over: 1_000_000)

  public init(json: JSONValue, path: String = "") throws(Refusal) {
    let fields = try CaseFields(json, path: path)
    let rows = try fields.list("rows", "[task, worker, label]") { Self.row($0) }
    let rounds = try fields.number("n_iter", or: 20)
    guard rounds <= 1_000 else { throw .badField(fields.place("n_iter"), wants: "at most 1000") }
    var model: LabelModel?
    if let name = fields.optional("model") {
      model = name.string.flatMap(LabelModel.init(rawValue:))
      guard model != nil else {
        throw .badField(fields.place("model"), wants: "dawidSkene or oneCoin")
      }
    }
    // A published run is one of the full model, however little data it had.
    if fields.optional("probas") != nil { model = model ?? .dawidSkene }
    let gold = try Self.gold(fields)
    try self.init(rows: rows, rounds: Int(rounds), model: model, gold: gold)
    differences = try compare(fields)
  }

  /// `model` nil takes the one that fits the amount of data; `gold` are tasks with known labels.
  public init(
    rows: [[String]], rounds: Int = 20, model: LabelModel? = nil,
    gold: [(task: String, label: String)] = []
  ) throws(Refusal) {
    for row in rows where row.count != 3 {
      throw .badField("rows", wants: "[task, worker, label]")
    }
    func names(_ column: Int, and more: [String] = []) -> [String] {
      var names = (rows.map { $0[column] } + more)
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      var count = 0
      for name in names where count == 0 || names[count - 1] != name {
        names[count] = name
        count += 1
      }
      return Array(names.prefix(count))
    }
    tasks = names(0)
    workers = names(1)
    labels = names(2, and: gold.map(\.label))
    let (tasks, workers, labels) = (tasks, workers, labels)
    votes = try LabelVotes(
      rows.map { row in
        LabelVotes.Vote(
          item: Self.place(row[0], tasks), worker: Self.place(row[1], workers),
          label: Self.place(row[2], labels))
      }, items: tasks.count, workers: workers.count, labels: labels.count)
    var known: [Int?] = []
    if !gold.isEmpty {
      known = Array(repeating: nil, count: tasks.count)
      for (task, label) in gold {
        let item = Self.place(task, tasks)
        guard item < tasks.count, tasks[item] == task else { continue }
        known[item] = Self.place(label, labels)
      }
    }
    self.model = model ?? .fitting(votes)
    estimate =
      self.model == .oneCoin
      ? OneCoin().estimate(votes, rounds: rounds, known: known)
      : DawidSkene.estimate(votes, rounds: rounds, known: known)
    information = LabelPay.information(votes, estimate, known: known)
  }

  /// Where a name stands in a sorted list, or would stand.
  private static func place(_ name: String, _ names: [String]) -> Int {
    var (low, high) = (0, names.count)
    while low < high {
      let middle = (low + high) / 2
      if names[middle].utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  private static func row(_ json: JSONValue) -> [String]? {
    guard let parts = json.array, parts.count == 3 else { return nil }
    let texts = parts.compactMap(\.string)
    return texts.count == 3 ? texts : nil
  }

  private static func gold(
    _ fields: CaseFields
  ) throws(Refusal) -> [(task: String, label: String)] {
    guard let json = fields.optional("gold") else { return [] }
    guard let members = json.members else {
      throw .badField(fields.place("gold"), wants: "object of labels")
    }
    var gold: [(task: String, label: String)] = []
    for member in members {
      guard let label = member.value.string else {
        throw .badField(fields.place("gold.\(member.name)"), wants: "string")
      }
      gold.append((member.name, label))
    }
    return gold
  }

  private func compare(_ fields: CaseFields) throws(Refusal) -> [String]? {
    var found: [String]?
    if fields.optional("probas") != nil {
      let rows = try fields.list("probas", "row of numbers") { row in row.array?.map(\.fixed) }
      let own = tasks.indices.map { Array(estimate.posterior($0)) }
      let isNear =
        rows.count == own.count
        && zip(rows, own).allSatisfy { wanted, got in
          wanted.count == got.count
            && zip(wanted, got).allSatisfy { one, other in
              one.map { ($0 - other).magnitude <= Self.tolerance } ?? false
            }
        }
      found = isNear ? [] : ["probas"]
    }
    if fields.optional("labels_out") != nil {
      let wanted = try fields.list("labels_out", "string") { $0.string }
      let own = tasks.indices.map { labels[estimate.best($0).label] }
      found = (found ?? []) + (wanted == own ? [] : ["labels_out"])
    }
    return found
  }

  /// The cases of a file: a list, an object with `cases`, or one.
  public static func all(in json: JSONValue) throws(Refusal) -> [LabelCase] {
    if json["rows"] != nil { return [try LabelCase(json: json)] }
    guard let list = json.array ?? json["cases"]?.array else { throw .missingField("rows") }
    let root = json.array == nil ? "cases." : ""
    var cases: [LabelCase] = []
    for (index, one) in list.enumerated() {
      cases.append(try LabelCase(json: one, path: "\(root)\(index)"))
    }
    return cases
  }
}
