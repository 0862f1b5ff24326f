// A stream that was paid for: it goes on without its reader, and all of it is kept.

import Primitives

/// Says something, waits until it is paid, and tells its end when that is on the seller's disk.
final class PaidTalk: Sendable {
  let frames: AsyncThrowingStream<String, any Error>
  let unread = Unread(most: 4 * SpeechDoor.mostUnread)
  private let begun: AsyncThrowingStream<Void, any Error>
  private let payment: AsyncStream<Payment>.Continuation
  private let task: Task<Void, any Error>

  private struct Payment: Sendable {
    var fields: [String: String]
    var outcome: PaymentOutcome?
  }

  init(_ sold: SoldTalk, _ turn: Turn, _ speaker: any Speaker) {
    let (frames, inlet) = AsyncThrowingStream<String, any Error>.makeStream()
    let (begun, beginning) = AsyncThrowingStream<Void, any Error>.makeStream(
      bufferingPolicy: .bufferingOldest(1))
    let (payments, payment) = AsyncStream<Payment>.makeStream()
    self.frames = frames
    self.begun = begun
    self.payment = payment
    let unread = unread
    task = Task {
      defer { turn.end() }
      var said = Said()
      var writer = SpeechFrames(sold.answer)
      func say(_ frame: String) {
        said.frames += frame
        // A reader that is too slow loses its stream, and no more than that.
        do {
          try unread.put(frame)
          inlet.yield(frame)
        } catch { inlet.finish(throwing: error) }
        beginning.yield()
      }
      do {
        let spoken = try await speaker.speak(sold.asked.utterance) { piece in
          try Task.checkCancellation()
          if said.frames.isEmpty { say(writer.opening()) }
          said.text += piece
          say(writer.piece(piece))
        }
        if said.frames.isEmpty { say(writer.opening()) }
        beginning.yield()
        let closing = writer.closing(spoken, usage: sold.asked.includesUsage)
        try await PaidTalk.close(sold, said, spoken, closing, payments)
        say(closing)
        inlet.finish()
      } catch {
        beginning.finish(throwing: error)
        inlet.finish(throwing: error)
        if let paid = await payments.first(where: { _ in true }) {
          try await sold.sale.end(nil, paid.fields, paid.outcome)
        }
        throw error
      }
    }
  }

  private struct Said {
    var text = ""
    var frames = ""
  }

  /// Its end is told when it is charged, so that its receipt is there for who has read it.
  private static func close(
    _ sold: SoldTalk, _ said: Said, _ spoken: Spoken, _ closing: String,
    _ payments: AsyncStream<Payment>
  ) async throws {
    guard let paid = await payments.first(where: { _ in true }) else {
      throw CancellationError()
    }
    let whole = Array((said.frames + closing).utf8)
    let product = sold.price.product(sold.asked, said.text, spoken, input: sold.input) { _ in
      whole
    }
    try await sold.sale.end(product, paid.fields, paid.outcome)
  }

  /// Returns when something was said.
  func begin() async throws {
    for try await _ in begun { return }
  }

  /// It is paid.
  func go(_ fields: [String: String], _ outcome: PaymentOutcome?) {
    payment.yield(Payment(fields: fields, outcome: outcome))
    payment.finish()
  }

  /// It is not paid, and ends.
  func end() {
    payment.finish()
    task.cancel()
  }
}
