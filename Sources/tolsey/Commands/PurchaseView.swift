// What came of a purchase, as its buyer reads it.

import Agents
import Graphs
import Market
import Models
import Primitives

struct PurchaseView {
  let result: PurchaseResult
  let want: Want
  let model: Model
  let output: Output?
  let file: String?

  /// What it could have cost; an offer that is cheaper does not change what was allowed.
  private var limit: Amount { (try? want.most()) ?? result.most }

  private var means: String {
    let agreed = result.settled?.verdict.seats.count { $0.fate == .paid }
    return CheckName.promise(want.check, agreed: agreed)
  }

  /// Nil when an answer was delivered.
  var failure: Failure? {
    if result.isGood, output != nil { return nil }
    if result.isGood {
      return Failure(
        .tryAgain, code: "outputMissing", "the answer was paid for and could not be fetched",
        hint: "try 'tolsey run output \(result.run?.id.short ?? "RUN")'")
    }
    let why =
      result.settled.map { "\($0.verdict.outcome)" }
      ?? (result.end == "orderNoMatch" ? "no provider bid for it" : result.end)
    if result.end == "orderCancelled" {
      return Failure(
        .interrupted, code: "cancelled", "the order was cancelled before anybody bid",
        hint: "nothing was paid but the tolls")
    }
    // Whoever finds no provider now may find one later; a settled run stays settled.
    return Failure(
      result.settled == nil ? .tryAgain : .refused, code: "notDelivered",
      "nothing was delivered: \(why)",
      hint: "raise --limit, wait for providers, or look at 'tolsey offer list'")
  }

  var data: JSONValue {
    var members: [JSONValue.Member] = [
      .init(name: "model", value: .string(model.id.description)),
      .init(name: "check", value: .string(CheckName.text(want.check))),
      .init(name: "road", value: .string(want.road == .offer ? "offer" : "auction")),
      .init(name: "delivered", value: .bool(failure == nil)),
      .init(name: "paid", value: .unsigned(result.cost.units)),
      .init(name: "limit", value: .unsigned(limit.units)),
      .init(name: "order", value: .string("\(result.message)")),
      .init(name: "end", value: .string(result.end)),
    ]
    if let run = result.run {
      members.append(.init(name: "run", value: .string(run.id.description)))
    }
    if let output {
      members.append(
        .init(name: "output", value: .array(output.floats.map { .decimal($0.description) })))
      members.append(
        .init(name: "values", value: .array(output.values.map { .integer(Int64($0)) })))
      members.append(.init(name: "best", value: .integer(Int64(output.best))))
    }
    if let settled = result.settled, CheckName.auditPpm(settled.check) > 0 {
      let auditor = settled.verdict.auditor
      members.append(.init(name: "audit", value: .string("\(settled.verdict.audit)")))
      members.append(
        .init(
          name: "auditor", value: auditor == Address() ? .null : .string(auditor.checksummed)))
    }
    members.append(.init(name: "receipt", value: file.map { .string($0) } ?? .null))
    members.append(.init(name: "means", value: .string(means)))
    return .object(members)
  }

  func text(_ paint: Paint) -> String {
    var fields = TextFields()
    if let output {
      let shown = output.floats.prefix(10).map { "\($0)" }.joined(separator: " ")
      let rest = output.floats.count > 10 ? " …" : ""
      fields.add("output", .init(shown + rest))
      fields.add("best", .init("\(output.best)", .strong))
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
