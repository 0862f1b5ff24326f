// What came of a purchase, as its buyer reads it.

import Agents
import Graphs
import Market
import Models
import Primitives
import Workers

struct PurchaseView {
  let result: PurchaseResult
  let shopping: Shopping
  /// What was allowed to be spent; an offer that is cheaper does not change it.
  let limit: Amount
  let model: Model
  /// What the outputs of a text model stand for, where the buyer says.
  var alphabet: Alphabet?
  /// The receipts of the runs, as far as there are any.
  let files: [String?]

  private var want: Want { shopping.want }
  private var isSingle: Bool { result.wanted == 1 }

  private func output(_ run: RunResult) -> Output? {
    run.isGood ? run.output.flatMap { Output.reading($0, of: model) } : nil
  }

  /// The character that a text model finds likeliest to come next.
  private func character(_ output: Output) -> Character? {
    alphabet?.decode(UInt8(clamping: output.best))
  }

  /// The best output by its number, and by its character in quotes if it is one.
  private func best(_ output: Output) -> String {
    let next = character(output).map { " \(String($0).debugDescription)" } ?? ""
    return "\(output.best)\(next)"
  }

  /// What the buyer can rely on, by the weakest of the answers.
  private var means: String {
    let agreed = result.runs.filter(\.isGood).map { run in
      run.settled.verdict.seats.count { $0.fate == .paid }
    }
    return CheckName.promise(want.check, agreed: agreed.min(), isChecked: result.delivered > 0)
  }

  /// Nil when every answer was delivered.
  var failure: Failure? {
    let missing = result.runs.filter { $0.isGood && output($0) == nil }
    if result.isGood, missing.isEmpty { return nil }
    if let run = missing.first {
      return Failure(
        .tryAgain, code: "outputMissing",
        isSingle
          ? "the answer was paid for and could not be fetched"
          : "\(missing.count) answers were paid for and could not be fetched",
        hint: "try 'tolsey run output \(run.run.id.short)'")
    }
    if result.end == "orderCancelled" {
      return Failure(
        .interrupted, code: "cancelled", "the order was cancelled before anybody bid",
        hint: "nothing was paid but the tolls")
    }
    if let run = result.runs.first(where: \.isUnchecked) {
      return Failure(
        .unverified, code: "notChecked",
        "run \(run.run.id.short) was paid for, and the node does not show its proof: nobody knows "
          + "what it is about",
        hint: "hold its receipt against the input with 'tolsey verify --input --salt', or ask "
          + "another node")
    }
    // Whoever finds no provider now may find one later; a settled run stays settled.
    let hint = "raise --limit, wait for providers, or look at 'tolsey offer list'"
    guard result.delivered > 0 else {
      return Failure(
        result.settled == nil ? .tryAgain : .refused, code: "notDelivered",
        "nothing was delivered: \(why)", hint: hint)
    }
    return Failure(
      .tryAgain, code: "partlyDelivered",
      "\(result.delivered) of \(result.wanted) answers were delivered: \(why)",
      hint: "buy the others again: \(others)")
  }

  private var why: String {
    if let bad = result.runs.first(where: \.isMisled) {
      return "the proof of \(bad.run.id.short) is about another input, and was not contested"
    }
    if let bad = result.runs.first(where: { !$0.isGood }) {
      return isSingle
        ? "\(bad.settled.verdict.outcome)"
        : "run \(bad.run.index + 1) ended as \(bad.settled.verdict.outcome)"
    }
    return switch result.end {
    case "orderNoMatch": "no provider bid for it"
    case "leaseLeft": "the rest was given up"
    default: result.end
    }
  }

  /// The inputs without an answer.
  private var others: String {
    let good = Set(result.runs.filter(\.isGood).map(\.run.index))
    let names = shopping.names.enumerated().filter { !good.contains(UInt64($0.offset)) }
    let shown = names.prefix(4).map(\.element).joined(separator: ", ")
    return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
  }

  // MARK: - JSON

  var data: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "model", value: .string(model.id.description)),
      .init(name: "check", value: .string(CheckName.text(want.check))),
      .init(name: "road", value: .string(result.road == .offer ? "offer" : "auction")),
      .init(name: "delivered", value: .bool(failure == nil)),
      .init(name: "wanted", value: .unsigned(result.wanted)),
      .init(name: "answers", value: .unsigned(UInt64(result.delivered))),
      .init(name: "paid", value: .unsigned(result.cost.units)),
      .init(name: "limit", value: .unsigned(limit.units)),
      .init(name: "order", value: .string("\(result.message)")),
      .init(name: "end", value: .string(result.end)),
    ]
    if let run = result.run {
      members.append(.init(name: "lease", value: .string(run.lease.description)))
    }
    // Of a single run all of it stands beside the sums, too.
    if isSingle, let run = result.runs.first {
      members += self.members(of: run, files.first ?? nil).filter {
        !["index", "input", "state", "paid"].contains($0.name)
      }
    } else if isSingle {
      members.append(.init(name: "receipt", value: .null))
    }
    members.append(.init(name: "means", value: .string(means)))
    members.append(.init(name: "runs", value: .array(rows)))
    return .object(members)
  }

  /// One object for every run that was wanted, whether it began or not.
  private var rows: [JSONValue] {
    shopping.names.indices.map { index in
      guard let place = result.runs.firstIndex(where: { $0.run.index == UInt64(index) }) else {
        return [
          "index": .unsigned(UInt64(index)), "input": .string(shopping.names[index]),
          "state": "notBegun", "paid": .unsigned(0), "receipt": .null,
        ]
      }
      return .object(members(of: result.runs[place], files[place]))
    }
  }

  private func members(of run: RunResult, _ file: String?) -> [JSONValue.Member] {
    let index = Int(run.run.index)
    var members: [JSONValue.Member] = [
      .init(name: "index", value: .unsigned(run.run.index)),
      .init(
        name: "input",
        value: .string(shopping.names.indices.contains(index) ? shopping.names[index] : "")),
      .init(name: "run", value: .string(run.run.id.description)),
      .init(name: "state", value: .string("\(run.settled.verdict.outcome)")),
      .init(name: "paid", value: .unsigned(run.cost.units)),
    ]
    if let output = output(run) {
      members += [
        .init(name: "output", value: .array(output.floats.map { .decimal($0.description) })),
        .init(name: "values", value: .array(output.values.map { .integer(Int64($0)) })),
        .init(name: "best", value: .integer(Int64(output.best))),
      ]
      if let next = character(output) {
        members.append(.init(name: "character", value: .string(String(next))))
      }
    }
    if CheckName.auditPpm(run.settled.check) > 0 {
      let auditor = run.settled.verdict.auditor
      members += [
        .init(name: "audit", value: .string("\(run.settled.verdict.audit)")),
        .init(
          name: "auditor", value: auditor == Address() ? .null : .string(auditor.checksummed)),
      ]
    }
    if let salt = run.inputSalt {
      members.append(.init(name: "inputSalt", value: .string("\(salt)")))
    }
    members.append(.init(name: "receipt", value: file.map { .string($0) } ?? .null))
    return members
  }

  // MARK: - Text

  func text(_ paint: Paint) -> String { isSingle ? single(paint) : several(paint) }

  private func several(_ paint: Paint) -> String {
    var table = TextTable(
      .right("#"), .left("input"), .right("best"), .left("run"), .left("state"), .right("paid"))
    for (index, name) in shopping.names.enumerated() {
      guard let run = result.runs.first(where: { $0.run.index == UInt64(index) }) else {
        table.add(.init("\(index + 1)"), .init(name), "", "", .init("not begun", .caution))
        continue
      }
      let outcome = run.settled.verdict.outcome
      table.add(
        .init("\(index + 1)"), .init(name),
        .init(output(run).map(best) ?? "", .strong), .init(run.run.id.short, .handle),
        .init("\(outcome)", run.isGood ? .good : .bad), .init(Dollars.text(run.cost)))
    }
    var fields = TextFields()
    fields.add(
      "answers",
      .init("\(result.delivered) of \(result.wanted)", failure == nil ? .good : .bad))
    fields.add(
      "paid", .init("\(Dollars.text(result.cost)) of at most \(Dollars.text(limit))"))
    if let lease = result.run?.lease { fields.add("lease", .init(lease.short, .handle)) }
    if result.delivered > 0 { fields.add("check", .init(means)) }
    let written = files.compactMap(\.self)
    if let file = written.last {
      fields.add("receipts", .init("\(written.count), the last is \(file)", .handle))
    }
    return [table.text(paint, empty: ""), "", fields.text(paint)].joined(separator: "\n")
  }

  private func single(_ paint: Paint) -> String {
    var fields = TextFields()
    let output = result.runs.first.flatMap { self.output($0) }
    if let output {
      let shown = output.floats.prefix(10).map { "\($0)" }.joined(separator: " ")
      let rest = output.floats.count > 10 ? " …" : ""
      fields.add("output", .init(shown + rest))
      fields.add("best", .init(best(output), .strong))
    }
    fields.add(
      "paid", .init("\(Dollars.text(result.cost)) of at most \(Dollars.text(limit))"))
    if let run = result.run { fields.add("run", .init(run.id.short, .handle)) }
    if let settled = result.settled {
      fields.add("outcome", .init("\(settled.verdict.outcome)", failure == nil ? .good : .bad))
      if let audit = Audited.words(settled) { fields.add("audit", .init(audit)) }
      let names = settled.verdict.seats.map { "\($0.provider.checksummed) \($0.fate)" }
      fields.add(names.count == 1 ? "provider" : "providers", .init(names.joined(separator: ", ")))
    }
    if failure == nil { fields.add("check", .init(means)) }
    if let salt = result.runs.first?.inputSalt {
      fields.add("salt", .init("\(salt): keep it with the input"))
    }
    let file = files.first ?? nil
    if let file { fields.add("receipt", .init(file, .handle)) }
    var text = fields.text(paint)
    if let file { text += "\n\ncheck it anywhere with " + paint(.handle, "tolsey verify \(file)") }
    return text
  }
}

/// What came of the audit of a run, for people.
enum Audited {
  static func words(_ settled: SettledRun) -> String? {
    guard CheckName.auditPpm(settled.check) > 0 else { return nil }
    let isReplicated = settled.check.kind == ReplicatedCheck.name
    let auditor = settled.verdict.auditor.checksummed
    return switch settled.verdict.audit {
    case .none: "nobody was drawn"
    case .equal: "audited by \(auditor): equal"
    case .differs where isReplicated:
      "audited by \(auditor): another answer"
        + (settled.verdict.seats.contains { $0.fate == .fallen } ? ", and the majority fell" : "")
    case .differs where settled.verdict.outcome == .fell:
      "audited by \(auditor): another trace, and the answer fell"
    case .differs: "audited by \(auditor): another trace, and the answer stood"
    case .silent: "every auditor that was called was silent"
    case .committed: "audited by \(auditor), whom the provider did not answer"
    }
  }
}

extension Output {
  /// The bytes that a provider delivered, as the model's output; nil for bytes of another shape.
  static func reading(_ bytes: [UInt8], of model: Model) -> Output? {
    guard bytes.count == 4 * model.outputCount else { return nil }
    return model.output(Tensor.words(bytes))
  }
}
