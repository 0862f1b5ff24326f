// The door for OpenAI's clients: lists models, and goes on with text at once or as a stream.

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives

/// Answers `/v1/models`, `/v1/chat/completions`, `/v1/completions` and `/v1/responses` as unchanged
/// clients expect.
struct SpeechDoor: HTTPResponder {
  let speaker: any Speaker
  let rates: RateGuard
  let log: Logger
  /// What an answer costs; nil where it costs nothing.
  var price: SpeechPrice?
  let limits: SpeechLimits
  /// Answers that are being made; each keeps a core busy.
  let underWay: Turns
  /// Answers that others check; each waits for them, and keeps nobody from an answer that is not
  /// checked.
  let checking = Turns(most: 8)
  /// Streams that are being read; a slow reader keeps one and what it has not read.
  let readers = Turns(most: 64)

  /// Where a paid answer's receipt is fetched, up to its name.
  static let receipts = "/v1/receipts/"

  /// Where the Responses API asks.
  static let responses = "/v1/responses"

  /// Bytes that may wait for the reader of one stream. No whole answer has as many.
  static let mostUnread = 1 << 18

  init(
    speaker: any Speaker, rates: RateGuard, log: Logger, price: SpeechPrice? = nil,
    limits: SpeechLimits = SpeechLimits()
  ) {
    self.limits = limits
    self.speaker = speaker
    self.rates = rates
    self.log = log
    self.price = price
    underWay = Turns(most: price?.atOnce ?? 4)
  }

  func respond(to request: Request, context: APIContext) async throws -> Response {
    do {
      try rates.request(of: context.peer)
      return try await answer(request, context.peer)
    } catch let problem as SpeechProblem {
      return SpeechDoor.response(problem)
    } catch let problem as Problem {
      return SpeechDoor.response(SpeechProblem(problem.status, problem.code, problem.message))
    } catch {
      log.error("speech failed", metadata: ["error": "\(error)"])
      return SpeechDoor.response(.broken)
    }
  }

  private func answer(_ request: Request, _ peer: Peer) async throws -> Response {
    let path = request.uri.path
    switch (request.method, path) {
    case (.get, "/v1/models"):
      return SpeechDoor.response(
        ["object": "list", "data": .array(listed.map(SpeechDoor.json))])
    case (.get, _) where path.hasPrefix("/v1/models/"):
      let name = path.dropFirst("/v1/models/".count)
      guard let model = listed.first(where: { $0.name == name }) else {
        throw SpeechProblem.unknownModel(String(name))
      }
      return SpeechDoor.response(SpeechDoor.json(model))
    case (.post, "/v1/chat/completions"):
      return try await speak(request, peer, isChat: true)
    case (.post, "/v1/completions"):
      return try await speak(request, peer, isChat: false)
    case (.post, SpeechDoor.responses):
      return try await speak(request, peer, isChat: true)
    case (.post, SpeechDoor.embeddings) where speaker.embeds:
      return try await embed(request, peer)
    case (.get, _) where path.hasPrefix(SpeechDoor.receipts):
      let asked = request.uri.queryParameters
      let name = path.dropFirst(SpeechDoor.receipts.count)
      let sealing: Sealing?
      do {
        sealing = try await price?.gate.seal(name) { asked[Substring($0)].map { String($0) } }
      } catch { throw SpeechDoor.problem(503) }
      return try sealing.map(SpeechDoor.sealed) ?? receipt(String(name))
    case (.get, "/v1/chat/completions"), (.get, "/v1/completions"),
      (.get, SpeechDoor.responses):
      return try await askPrice(request)
    case (.get, SpeechDoor.embeddings) where speaker.embeds:
      return try await askPrice(request)
    default: throw SpeechProblem.noRoute
    }
  }

  /// What cannot be answered is said before anything is paid.
  private func speak(
    _ request: Request, _ peer: Peer, isChat: Bool
  ) async throws -> Response {
    let bytes = try await read(request, peer)
    let isResponse = request.uri.path == SpeechDoor.responses
    let talk = isResponse ? try ChatRequest.chat(ofResponse: bytes) : bytes
    var asked = try ChatRequest(talk, isChat: isChat, limits: limits)
    asked.isResponse = isResponse
    try settle(&asked, request)
    if asked.utterance.usesTools, !speaker.callsTools {
      throw SpeechProblem.unsupported("tools", "this model goes on with text and calls nothing")
    }
    guard let price else { return SpeechDoor.saying(nil, try await speak(asked)) }
    return SpeechDoor.saying(asked.check, try await sell(asked, at: price, request, bytes))
  }

  func model(_ name: String) throws(SpeechProblem) -> SpokenModel {
    guard let model = speaker.models.first(where: { $0.name == name }) else {
      throw .unknownModel(name)
    }
    return model
  }

  func read(_ request: Request, _ peer: Peer) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= ChatRequest.mostBytes else {
        throw SpeechProblem(413, "request_too_large", "send at most \(ChatRequest.mostBytes) bytes")
      }
      bytes.append(contentsOf: part.readableBytesView)
      try rates.bytes(part.readableBytes, of: peer)
    }
    return bytes
  }

  // MARK: - Speaking

  private func speak(_ asked: ChatRequest) async throws -> Response {
    let model = try model(asked.utterance.model)
    guard let turn = underWay.take() else { throw SpeechProblem.busy }
    var source = SystemRandomNumberGenerator()
    let number = UInt64.random(in: .min ... .max, using: &source)
    let answer = ChatAnswer(asked, number: number, created: model.created, model: model.name)
    guard asked.streams else {
      defer { turn.end() }
      var text = ""
      let spoken = try await speaker.speak(asked.utterance) { text += $0 }
      return SpeechDoor.response(answer.whole(text, spoken))
    }
    guard let reader = readers.take() else { throw SpeechProblem.busy }
    return Response(
      status: .ok,
      headers: SpeechDoor.fields(ChatAnswer.streamType), body: stream(asked, answer, turn, reader))
  }

  /// - Parameters:
  ///   - turn: ends with the talk, however long its reader takes.
  ///   - reader: ends when all is read.
  private func stream(
    _ asked: ChatRequest, _ answer: ChatAnswer, _ turn: Turn, _ reader: Turn
  ) -> ResponseBody {
    ResponseBody { writer in
      defer { reader.end() }
      var frames = SpeechFrames(answer)
      // A reader that leaves makes the next piece throw, which ends the talk.
      try await writer.write(ByteBuffer(string: frames.opening()))
      // A writer cannot leave this closure, so pieces are handed to it one by one.
      let (pieces, talk, unread) = talk(asked.utterance, turn)
      do {
        for try await piece in pieces {
          unread.took(piece)
          try await writer.write(ByteBuffer(string: frames.piece(piece)))
        }
        let spoken = try await talk.value
        try await writer.write(
          ByteBuffer(string: frames.closing(spoken, usage: asked.includesUsage)))
      } catch {
        talk.cancel()
        throw error
      }
      try await writer.finish(nil)
    }
  }

  private func talk(
    _ asked: Utterance, _ turn: Turn
  ) -> (AsyncThrowingStream<String, any Error>, Task<Spoken, any Error>, Unread) {
    let (pieces, inlet) = AsyncThrowingStream<String, any Error>.makeStream()
    let unread = Unread(most: SpeechDoor.mostUnread)
    let task = Task {
      defer { turn.end() }
      do {
        let spoken = try await speaker.speak(asked) { piece in
          try Task.checkCancellation()
          try unread.put(piece)
          inlet.yield(piece)
        }
        inlet.finish()
        return spoken
      } catch {
        inlet.finish(throwing: error)
        throw error
      }
    }
    inlet.onTermination = { if case .cancelled = $0 { task.cancel() } }
    return (pieces, task, unread)
  }

  // MARK: - Answers

  private static func json(_ model: SpokenModel) -> JSONValue {
    [
      "id": .string(model.name), "object": "model", "created": .unsigned(model.created),
      "owned_by": .string(model.owner),
    ]
  }

  static func fields(_ type: String) -> HTTPFields {
    [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"]
  }

  static func response(_ json: JSONValue, status: Int = 200) -> Response {
    Response(
      status: .init(code: status), headers: fields("application/json"),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
  }

  static func response(_ problem: SpeechProblem) -> Response {
    response(problem.json, status: problem.status)
  }
}
