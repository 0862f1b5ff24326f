// Votes from CSV, and the result as JSON.

public import Primitives

extension LabelCase {
  /// Reads lines of `task,worker,label`; a first line of just these words is a heading. Fields in
  /// double quotes may hold commas, lines and doubled quotes (RFC 4180).
  public static func rows(csv text: [UInt8]) throws(Refusal) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var place = 0
    func take() { row.append(String(decoding: field, as: UTF8.self)) }
    func endLine() throws(Refusal) {
      take()
      field = []
      defer { row = [] }
      if row == [""] { return }
      guard row.count == 3 else {
        throw .badField("line \(rows.count + 1)", wants: "task,worker,label")
      }
      let words = row.map { $0.lowercased() }
      if rows.isEmpty, words[1] == "worker", words[2] == "label" { return }
      rows.append(row)
    }
    while place < text.count {
      let byte = text[place]
      place += 1
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        if place < text.count, text[place] == byte {
          field.append(byte)
          place += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
      case UInt8(ascii: ","):
        take()
        field = []
      case UInt8(ascii: "\r"): break
      case UInt8(ascii: "\n"): try endLine()
      default: field.append(byte)
      }
    }
    guard !isQuoted else { throw .malformed(at: place) }
    if !field.isEmpty || !row.isEmpty { try endLine() }
    return rows
  }

  /// How many answers an item has.
  public func answers(_ item: Int) -> Int { votes.starts[item + 1] - votes.starts[item] }

  /// Labels with their confidence, item by item, and what each worker's answers tell.
  public var json: JSONValue {
    let items: [JSONValue] = tasks.indices.map { item in
      let (label, confidence) = estimate.best(item)
      return [
        "task": .string(tasks[item]), "label": .string(labels[label]),
        "confidence": JSONValue(confidence, digits: 9),
        "answers": .integer(Int64(answers(item))),
        "probas": .array(estimate.posterior(item).map { JSONValue($0, digits: 9) }),
      ]
    }
    var given = [Int64](repeating: 0, count: workers.count)
    for vote in votes.votes { given[Int(vote.worker)] += 1 }
    let people: [JSONValue] = workers.indices.map { worker in
      [
        "worker": .string(workers[worker]), "answers": .integer(given[worker]),
        "bits": JSONValue(information[worker], digits: 9),
      ]
    }
    return [
      "model": .string(model.rawValue), "labels": .array(labels.map { .string($0) }),
      "priors": .array(estimate.priors.map { JSONValue($0, digits: 9) }),
      "items": .array(items), "workers": .array(people),
    ]
  }
}
