// Answers that are paid for: made or begun first, then settled, and only then handed over.

import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

extension SpeechDoor {
  /// A whole answer is made before its payment is settled. A stream is settled when its first
  /// piece is there and before any of it is sent: so `PAYMENT-RESPONSE` can be a field of the
  /// answer, and nobody reads what he has not paid. The talk then goes on to its end, whether
  /// anybody listens or not: the same request with the same payment gets all of it again.
  func sell(
    _ asked: ChatRequest, at price: SpeechPrice, _ request: Request, _ bytes: [UInt8]
  ) async throws -> Response {
    let model = try model(asked.utterance.model)
    let target = request.head.path ?? request.uri.path
    let url = "http://\(request.head.authority ?? "localhost")\(target)"
    let resource = try price.resource(asked, url: url)
    let payment = request.headers[.paymentSignature]
    guard payment != nil else { return SpeechDoor.response(resource.asking("Payment required")) }
    guard let turn = underWay.take() else { throw SpeechProblem.busy }
    let digest = PaidResource.digest(
      method: request.method.rawValue, target: target, body: bytes)
    switch await price.gate.open(resource, request: digest, payment: payment) {
    case .answer(let answer):
      turn.end()
      return SpeechDoor.response(answer)
    case .sale(let sale):
      var asked = asked
      // The same payment says the same again, also after the program was ended.
      asked.utterance.seed = asked.utterance.seed ?? sale.number
      let answer = ChatAnswer(
        id: (asked.isChat ? "chatcmpl-" : "cmpl-") + String(sale.number, radix: 16),
        created: model.created, model: model.name, isChat: asked.isChat)
      return asked.streams
        ? try await stream(asked, answer, turn, sale, price.gate)
        : await whole(asked, answer, turn, sale, price.gate)
    }
  }

  private func whole(
    _ asked: ChatRequest, _ answer: ChatAnswer, _ turn: Turn, _ sale: PaymentGate.Sale,
    _ gate: PaymentGate
  ) async -> Response {
    defer { turn.end() }
    return SpeechDoor.response(
      await gate.complete(sale) {
        var text = ""
        let spoken = try await speaker.speak(asked.utterance) { text += $0 }
        return answer.whole(text, spoken).bytes
      })
  }

  private func stream(
    _ asked: ChatRequest, _ answer: ChatAnswer, _ turn: Turn, _ sale: PaymentGate.Sale,
    _ gate: PaymentGate
  ) async throws -> Response {
    guard let reader = readers.take() else { throw SpeechProblem.busy }
    let talk = PaidTalk(asked, answer, turn, speaker)
    do { try await talk.begin() } catch {
      log.error("speech failed", metadata: ["error": "\(error)"])
      return SpeechDoor.response(.empty(500))
    }
    switch await gate.take(sale) {
    case .not(let refused):
      talk.end()
      return SpeechDoor.response(refused)
    case .paid(let outcome):
      let fields = PaymentGate.headers(outcome, sale)
      Task {
        guard let text = try? await talk.whole() else { return }
        gate.close(sale, with: GateAnswer(200, fields, Array(text.utf8)))
      }
      return SpeechDoor.response(
        GateAnswer(200, fields),
        ResponseBody { writer in
          defer { reader.end() }
          for try await frame in talk.frames {
            talk.unread.took(frame)
            try await writer.write(ByteBuffer(string: frame))
          }
          try await writer.finish(nil)
        })
    }
  }

  /// An answer of the gate, with its errors as these clients read them.
  private static func response(_ answer: GateAnswer, _ stream: ResponseBody? = nil) -> Response {
    var fields = fields("application/json")
    for (name, value) in answer.headers.sorted(by: { $0.key < $1.key }) {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    let bytes = answer.status == 200 ? answer.body : problem(answer.status).json.bytes
    return Response(
      status: .init(code: answer.status), headers: fields,
      body: stream ?? ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private static func problem(_ status: Int) -> SpeechProblem {
    switch status {
    case 400: SpeechProblem(400, "bad_payment", "PAYMENT-SIGNATURE is no payment of x402")
    case 402:
      SpeechProblem(
        402, "payment_required", "pay by x402: PAYMENT-REQUIRED says how much, and what was wrong")
    case 409:
      SpeechProblem(409, "payment_in_use", "this payment is being served, or bought another answer")
    case 502:
      SpeechProblem(
        502, "settlement_pending", "it may have been paid: send the same payment again, no other")
    case 503: SpeechProblem(503, "no_facilitator", "payments cannot be looked at now")
    default: .broken
    }
  }
}

extension PaymentGate.Sale {
  /// A number that follows from the payment.
  var number: UInt64 { payment.leadingWord }
}

/// A talk that was paid for: it goes on without its reader, and all of it is kept.
private final class PaidTalk: Sendable {
  let frames: AsyncThrowingStream<String, any Error>
  let unread = Unread(most: 4 * SpeechDoor.mostUnread)
  private let begun: AsyncThrowingStream<Void, any Error>
  private let task: Task<String, any Error>

  init(
    _ asked: ChatRequest, _ answer: ChatAnswer, _ turn: Turn, _ speaker: any Speaker
  ) {
    let (frames, inlet) = AsyncThrowingStream<String, any Error>.makeStream()
    let (begun, beginning) = AsyncThrowingStream<Void, any Error>.makeStream(
      bufferingPolicy: .bufferingOldest(1))
    self.frames = frames
    self.begun = begun
    let unread = unread
    task = Task {
      defer { turn.end() }
      var said = ""
      func say(_ frame: String) {
        said += frame
        // A reader that is too slow loses its stream, and no more than that.
        do {
          try unread.put(frame)
          inlet.yield(frame)
        } catch { inlet.finish(throwing: error) }
        beginning.yield()
      }
      do {
        let spoken = try await speaker.speak(asked.utterance) { piece in
          try Task.checkCancellation()
          if said.isEmpty { say(answer.opening) }
          say(answer.piece(piece))
        }
        if said.isEmpty { say(answer.opening) }
        say(answer.closing(spoken, usage: asked.includesUsage))
        inlet.finish()
        return said
      } catch {
        beginning.finish(throwing: error)
        inlet.finish(throwing: error)
        throw error
      }
    }
  }

  /// Returns when something was said.
  func begin() async throws {
    for try await _ in begun { return }
  }

  func end() { task.cancel() }

  func whole() async throws -> String { try await task.value }
}
