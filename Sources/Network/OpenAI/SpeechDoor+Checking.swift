// The check that a client asks for: by the model's name or by a field, and said by every answer.

import HTTPTypes
import Hummingbird
import Primitives

extension SpeechDoor {
  /// Under which checks answers of a model are sold beside `open`. Who has them made pays before he
  /// is paid, so they are for vouchers alone: a deposit stands until the answer is there, and what
  /// a single payment is drawn on could be gone by then.
  private func checks(of model: String) -> [SpokenCheck] {
    guard price?.gate.offersHeld == true else { return [] }
    return speaker.checks(of: model)
  }

  /// Every model, and behind a colon under every check.
  var listed: [SpokenModel] {
    speaker.models.flatMap { model in
      [model]
        + checks(of: model.name).map { check in
          var checked = model
          checked.name += ":" + check.suffix
          return checked
        }
    }
  }

  /// What a name means: a model, and what stands behind its colon where that is a check. A name
  /// that a model has is that model's, whatever it looks like.
  static func split(
    _ name: String, among models: [SpokenModel]
  ) -> (model: String, check: String?) {
    guard !models.contains(where: { $0.name == name }), let colon = name.lastIndex(of: ":"),
      let check = SpokenCheck.named(String(name[name.index(after: colon)...]))
    else { return (name, nil) }
    return (String(name[..<colon]), check)
  }

  /// Sets model and check of a request as the client means them. A check that is not sold here is
  /// refused, and never left aside: who asks for it pays for it.
  func settle(_ asked: inout ChatRequest, _ request: Request) throws(SpeechProblem) {
    let field = try SpeechDoor.check(in: request)
    let (name, suffix) = SpeechDoor.split(asked.utterance.model, among: speaker.models)
    if let field, let suffix, field != suffix { throw .twoChecks }
    asked.utterance.model = name
    guard let wanted = suffix ?? field, wanted != SpokenCheck.open else { return }
    let model = try model(name)
    let sold = checks(of: model.name)
    guard let check = sold.first(where: { $0.name == wanted }) else {
      throw .notChecked(
        wanted, name, [SpokenCheck.open] + sold.map(\.name),
        parameter: suffix == nil ? "Tolsey-Check" : "model")
    }
    guard !asked.namesLength || asked.utterance.most <= check.mostTokens else {
      throw .wrong("max_tokens", "1 to \(check.mostTokens) under \(check.name)")
    }
    asked.utterance.most = min(asked.utterance.most, check.mostTokens)
    asked.utterance.check = check.name
    asked.check = check
  }

  /// The check that the field names; nil where there is none.
  static func check(in request: Request) throws(SpeechProblem) -> String? {
    guard let word = request.headers[.tolseyCheck] else { return nil }
    guard let check = SpokenCheck.named(word) else { throw .unknownCheck(word) }
    return check
  }

  /// Where nothing but `open` is sold.
  static func requireOpen(_ request: Request, _ what: String) throws(SpeechProblem) {
    guard let check = try check(in: request), check != SpokenCheck.open else { return }
    throw .notChecked(check, what, [SpokenCheck.open], parameter: "Tolsey-Check")
  }

  /// An answer says which check it has passed, and a price for which it is. Nothing else does.
  static func saying(_ check: SpokenCheck?, _ response: Response) -> Response {
    guard response.status == .ok || response.status.code == 402 else { return response }
    var response = response
    response.headers.append(
      HTTPField(name: .tolseyCheck, value: check?.name ?? SpokenCheck.open))
    return response
  }
}

extension ChatRequest {
  /// The method's part of a payment's digest that is the check: what was paid for one way buys
  /// nothing another way.
  var checkedTarget: String { check.map { "#" + $0.name } ?? "" }

  /// What the answer says of itself.
  func name(_ model: SpokenModel) -> String {
    check.map { model.name + ":" + $0.suffix } ?? model.name
  }
}

extension HTTPField.Name {
  /// Asks for a check, and says which one was passed.
  static let tolseyCheck = HTTPField.Name("Tolsey-Check")!
}
