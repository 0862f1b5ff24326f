// A run that its provider signed, judged offline: the file itself, or the answer that it came in.

import Chain
import Foundation
import Graphs
import Inference
import Payments
import Primitives

/// A signed run that holds, as people and programs read it.
struct SignedRunView {
  let file: SignedRun
  /// Whether the answer beside it is the one that was signed; nil where none came along.
  let isAnswer: Bool?

  private var run: SoldRun { file.run }

  /// Whether bytes are such a file, or an answer with one in it, rather than a whole road.
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.first == 0x85 || bytes.first == 0x7b }

  /// Judges the bytes of a file.
  ///
  /// - Parameter answer: the text that came of the run, where its receipt came apart from it.
  init(verifying bytes: [UInt8], answer: [UInt8]? = nil) throws(Refusal) {
    if let answer {
      self = try SignedRunView(try SignedRunView.file(in: bytes), answer: answer)
      return
    }
    guard bytes.first == 0x7b else {
      file = try SignedRun.verify(bytes)
      isAnswer = nil
      return
    }
    file = try SignedRunView.file(in: bytes)
    let json = try JSONValue(parsing: bytes, limit: bytes.count)
    guard let values = json["values"]?.array else {
      isAnswer = nil
      return
    }
    var numbers: [Int32] = []
    for value in values {
      guard let number = value.int64.flatMap({ Int32(exactly: $0) }) else {
        throw Refusal("otherAnswer")
      }
      numbers.append(number)
    }
    guard file.isOutput(Tensor.littleEndian(numbers)),
      SignedRunView.agrees(json["price"], file.run.price)
    else { throw Refusal("otherAnswer") }
    isAnswer = true
  }

  /// A run that was judged, and the text that came of it, if there is one.
  init(_ file: SignedRun, answer: [UInt8]?) throws(Refusal) {
    self.file = file
    guard let answer else {
      isAnswer = nil
      return
    }
    // Whoever saves a text may end it with a line of its own.
    var fits = file.isOutput(answer)
    if !fits, answer.last == 0x0a { fits = file.isOutput(Array(answer.dropLast())) }
    guard fits else { throw Refusal("otherAnswer") }
    isAnswer = true
  }

  /// The signed run in a file of its own, or in the JSON that it was kept in.
  private static func file(in bytes: [UInt8]) throws(Refusal) -> SignedRun {
    guard bytes.first == 0x7b else { return try SignedRun.verify(bytes) }
    let json = try JSONValue(parsing: bytes, limit: bytes.count)
    guard let text = json["receipt"]?.string, let signed = Data(base64Encoded: text) else {
      throw Refusal("noSignedRun")
    }
    return try SignedRun.verify(Array(signed))
  }

  private static func agrees(_ said: JSONValue?, _ price: Amount) -> Bool {
    said.map { $0.uint64 == price.units } ?? true
  }

  private var model: String {
    guard run.work == InferenceWork.name,
      let spec = try? CBOR.decode(InferenceSpec.self, from: run.spec)
    else { return "" }
    return "\(ModelID(spec.model))"
  }

  var data: JSONValue {
    .object(
      [
        .init(name: "consistent", value: true), .init(name: "trust", value: "provider"),
        .init(name: "sealed", value: false),
      ] + facts)
  }

  /// What the run says, whoever seals it.
  var facts: [JSONValue.Member] {
    let facts: JSONValue = [
      "provider": .string(run.provider.checksummed), "buyer": .string(run.buyer.checksummed),
      "network": .string("\(run.network)"), "payment": .string("\(run.payment)"),
      "transaction": .string("\(run.transaction)"), "index": .unsigned(run.index),
      "price": .unsigned(run.price.units), "work": .string(run.work), "model": .string(model),
      "input": .string("\(run.input)"), "output": .string("\(run.output)"),
      "receiptKey": file.namedKey.map { .string("\($0)") } ?? .null,
      "isAnswer": isAnswer.map { .bool($0) } ?? .null,
    ]
    return facts.members ?? []
  }

  var fields: TextFields {
    var fields = TextFields()
    fields.add("provider", .init(run.provider.checksummed, .handle))
    fields.add("buyer", .init(run.buyer.checksummed))
    fields.add("model", .init(model, .handle))
    fields.add("price", .init(Dollars.text(run.price)))
    fields.add("paid by", .init("\(run.transaction)"))
    fields.add("run", .init("number \(run.index) of payment \(run.payment)"))
    fields.add("network", .init("\(run.network)"))
    if let key = file.namedKey { fields.add("signed by", .init("\(key), which it named")) }
    return fields
  }

  /// Where an answer came along, that it is the one.
  var answerLine: [String] {
    isAnswer == true ? ["the answer beside it is the one that was signed"] : []
  }

  func text(_ paint: Paint) -> String {
    let answer = answerLine
    return
      ([
        fields.text(paint), "",
        paint(.good, "consistent: the provider's signature and its promise of the key hold"),
      ] + answer + [
        paint(
          .caution,
          "trust level: signed by its provider alone; no block seals it, nobody checked the answer")
      ]).joined(separator: "\n")
  }

  /// What was asked for that only an operator can give.
  static func failure(
    known: Bool, expects: Address?, network: String?, _ view: SignedRunView
  ) -> Failure? {
    if known || expects != nil {
      return Failure(
        .unverified, code: "notSealed", "no operator signed it: it is signed by its provider alone",
        hint: "look its payment up on the ledger: tolsey chain show \(view.run.transaction)")
    }
    guard let network else { return nil }
    let wanted = network.hasPrefix("0x") ? network.lowercased() : "0x" + network.lowercased()
    if wanted.count >= 10, "\(view.run.network)".hasPrefix(wanted) { return nil }
    return Failure(
      .unverified, code: "otherNetwork", "it is of network \(view.run.network)",
      hint: "ask for a receipt of the network that you expect")
  }
}
