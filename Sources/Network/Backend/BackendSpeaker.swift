// Speaks with the voice of somebody's OpenAI-compatible server, so that it can be sold.

import Foundation
import NIOCore
public import Primitives

/// A server behind the door. Its answers are read piece by piece and written anew: nothing of its
/// headers, and no frame of its own making, reaches a buyer.
public struct BackendSpeaker: Speaker {
  public let models: [SpokenModel]
  private let backend: Seller
  private let call: SellerCall
  /// `Authorization`, where the server wants one. It goes to the server and nowhere else.
  private let credential: Credential

  /// A secret that no log and no description shows.
  struct Credential: Sendable, CustomStringConvertible, CustomReflectable {
    let field: [(name: String, value: String)]
    var description: String { "a credential" }
    var customMirror: Mirror { Mirror(self, children: []) }
  }

  /// Bytes of one answer's text, and of one frame.
  static let mostText = 4 << 20
  static let mostFrame = 256 << 10

  /// Asks the server for its models.
  ///
  /// - Parameters:
  ///   - key: what the server wants to see; nil for nothing.
  ///   - only: the models that are sold; empty for all.
  public init(
    _ backend: Seller, key: String?, only: [String], limits: SellerLimits = SellerLimits()
  ) async throws(SpeechProblem) {
    self.backend = backend
    var limits = limits
    limits.bytes = BackendSpeaker.mostText * 8
    call = SellerCall(limits: limits)
    credential = Credential(field: key.map { [("Authorization", "Bearer \($0)")] } ?? [])
    let reply = try await call.send(.GET, "/models", to: backend, fields: credential.field)
    guard reply.status == 200 else {
      await reply.drop()
      throw .backendRefused(reply.status)
    }
    let bytes = try await reply.collect(limits.shortBytes)
    guard let list = (try? JSONValue(parsing: bytes))?["data"]?.array else {
      throw .backendUnread
    }
    models = list.prefix(256).compactMap { model in
      guard let id = model["id"]?.string, SellerBook.isName(id), only.isEmpty || only.contains(id)
      else { return nil }
      return SpokenModel(name: id, created: model["created"]?.uint64 ?? 0, owner: "backend")
    }
  }

  public func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    let reply = try await call.send(
      .POST, "/chat/completions", to: backend, body: BackendSpeaker.request(asked).bytes,
      fields: credential.field + [
        ("Content-Type", "application/json"), ("Accept", "text/event-stream, application/json"),
      ])
    guard reply.status == 200 else {
      await reply.drop()
      throw SpeechProblem.backendRefused(reply.status)
    }
    do {
      return try await (reply.field("content-type") ?? "").hasPrefix(ChatAnswer.streamType)
        ? stream(reply, asks: asked.usesTools, emit) : whole(reply, asks: asked.usesTools, emit)
    } catch {
      await reply.drop()
      throw error
    }
  }

  /// What the server answers to a request, where it is JSON and no more than this.
  func ask(_ path: String, _ body: [UInt8], most: Int) async throws -> JSONValue {
    let reply = try await call.send(
      .POST, path, to: backend, body: body,
      fields: credential.field + [
        ("Content-Type", "application/json"), ("Accept", "application/json"),
      ])
    guard reply.status == 200 else {
      await reply.drop()
      throw SpeechProblem.backendRefused(reply.status)
    }
    guard let json = try? JSONValue(parsing: try await reply.collect(most)) else {
      throw SpeechProblem.backendUnread
    }
    return json
  }

  public var callsTools: Bool { true }

  private static func json(_ message: SpokenMessage) -> JSONValue {
    let isSilent = message.content.isEmpty && !message.calls.isEmpty
    var members: [JSONValue.Member] = [
      .init(name: "role", value: .string(message.role)),
      .init(name: "content", value: isSilent ? .null : .string(message.content)),
    ]
    if !message.calls.isEmpty {
      members.append(.init(name: "tool_calls", value: .array(message.calls.map(\.json))))
    }
    if let id = message.answers { members.append(.init(name: "tool_call_id", value: .string(id))) }
    return .object(members)
  }

  /// A bare text is what a user says.
  static func request(_ asked: Utterance) -> JSONValue {
    let talk =
      asked.messages.isEmpty
      ? [SpokenMessage(role: "user", content: asked.prompt)] : asked.messages
    var members: [JSONValue.Member] = [
      .init(name: "model", value: .string(asked.model)),
      .init(name: "messages", value: .array(talk.map(BackendSpeaker.json))),
      .init(name: "max_tokens", value: .unsigned(UInt64(asked.most))),
      .init(name: "temperature", value: .decimal("\(asked.temperature)")),
      .init(name: "top_p", value: .decimal("\(asked.topP)")),
      .init(name: "stream", value: true),
      .init(name: "stream_options", value: ["include_usage": true]),
    ]
    // Few servers take more than 31 bits.
    if let seed = asked.seed {
      members.append(.init(name: "seed", value: .unsigned(seed & 0x7fff_ffff)))
    }
    if !asked.stops.isEmpty {
      members.append(.init(name: "stop", value: .array(asked.stops.map { .string($0) })))
    }
    return .object(members + asked.tools.members)
  }

  // MARK: - Answers

  /// - Parameter asks: whether the client has functions; who has none is told of no call.
  private func whole(
    _ reply: SellerReply, asks: Bool, _ emit: (String) async throws -> Void
  ) async throws -> Spoken {
    let bytes = try await reply.collect(BackendSpeaker.mostText)
    guard let json = try? JSONValue(parsing: bytes), let choice = json["choices"]?[0],
      let message = choice["message"]
    else { throw SpeechProblem.backendUnread }
    var calls = CallPieces()
    if asks { _ = try calls.take(message["tool_calls"]) }
    let whole = try calls.whole()
    guard let text = message["content"]?.string ?? (whole.isEmpty ? nil : "") else {
      throw SpeechProblem.backendUnread
    }
    try await emit(text)
    return spoken(
      json["usage"], pieces: 1 + whole.count, choice["finish_reason"]?.string, whole)
  }

  private func stream(
    _ reply: SellerReply, asks: Bool, _ emit: (String) async throws -> Void
  ) async throws -> Spoken {
    var lines = FrameLines()
    var calls = CallPieces()
    var (text, pieces) = (0, 0)
    var usage: JSONValue?
    var reason: String?
    while let part = try await reply.body.next() {
      for data in try lines.take(part) {
        if data == "[DONE]" {
          await reply.drop()
          return spoken(usage, pieces: pieces, reason, try calls.whole())
        }
        guard let json = try? JSONValue(parsing: data) else { throw SpeechProblem.backendUnread }
        if let told = json["usage"], told != .null { usage = told }
        guard let choice = json["choices"]?[0] else { continue }
        reason = choice["finish_reason"]?.string ?? reason
        let called = asks ? try calls.take(choice["delta"]?["tool_calls"]) : 0
        let piece = choice["delta"]?["content"]?.string ?? ""
        guard called > 0 || !piece.isEmpty else { continue }
        text += piece.utf8.count + called
        pieces += 1
        guard text <= BackendSpeaker.mostText else { throw SpeechProblem.sellerTooLong }
        if !piece.isEmpty { try await emit(piece) }
      }
    }
    // A stream that broke off is no answer, unless its last word was said.
    guard reason != nil else { throw SpeechProblem.sellerSilent }
    return spoken(usage, pieces: pieces, reason, try calls.whole())
  }

  private func spoken(
    _ usage: JSONValue?, pieces: Int, _ reason: String?, _ calls: [SpokenCall]
  ) -> Spoken {
    func count(_ name: String) -> Int? {
      usage?[name]?.uint64.map { Int(clamping: min($0, 1 << 32)) }
    }
    return Spoken(
      promptTokens: count("prompt_tokens") ?? 0,
      completionTokens: count("completion_tokens") ?? pieces, stopped: reason != "length",
      calls: calls)
  }
}

/// Takes the `data` of events out of bytes as they come.
struct FrameLines {
  private var rest: [UInt8] = []

  mutating func take(_ part: ByteBuffer) throws(SpeechProblem) -> [String] {
    var found: [String] = []
    for byte in part.readableBytesView {
      guard byte == UInt8(ascii: "\n") else {
        rest.append(byte)
        guard rest.count <= BackendSpeaker.mostFrame else { throw .sellerTooLong }
        continue
      }
      let line = String(decoding: rest, as: UTF8.self)
      rest = []
      guard line.hasPrefix("data:") else { continue }
      found.append(line.dropFirst("data:".count).trimmingCharacters(in: .whitespaces))
    }
    return found
  }
}

extension SpeechProblem {
  static func backendRefused(_ status: Int) -> SpeechProblem {
    SpeechProblem(502, "backend_refused", "the server behind answered with status \(status)")
  }

  static let backendUnread = SpeechProblem(
    502, "backend_unread", "the server behind does not answer as OpenAI's does")
}
