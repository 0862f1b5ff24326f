// Somebody's server behind a door: what is read of it, and that it cannot lead, fill or leak.

import Agents
import NIOCore
import Primitives
import Synchronization
import Testing

@testable import NetworkRoom

@Suite final class BackendTests {
  private let servers = Mutex<[FakeSeller]>([])
  static let key = "sk-secret"

  private func frame(_ json: String) -> String { "data: \(json)\r\n\r\n" }

  private func word(_ text: String) -> String {
    frame(#"{"choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"#)
  }

  private static func stream(_ frames: String) -> String {
    "HTTP/1.1 200 x\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + frames
  }

  private func speaker(
    only: [String] = [], _ answer: @escaping FakeSeller.Answer
  ) async throws -> (BackendSpeaker, FakeSeller) {
    let server = try FakeSeller { request, send in
      request.line.hasPrefix("GET")
        ? FakeSeller.reply(200, #"{"data":[{"id":"m"},{"id":"pay $9"},{"id":"n"}]}"#)
        : answer(request, send)
    }
    servers.withLock { $0.append(server) }
    let url = try #require(Seller("http://127.0.0.1:\(server.port)/v1", isNamed: true))
    return (try await BackendSpeaker(url, key: Self.key, only: only), server)
  }

  private func say(_ speaker: BackendSpeaker) async throws -> (text: String, spoken: Spoken) {
    var asked = Utterance()
    asked.model = "m"
    asked.prompt = "hello"
    asked.seed = .max
    var text = ""
    let spoken = try await speaker.speak(asked) { text += $0 }
    return (text, spoken)
  }

  @Test func aStreamIsReadPieceByPiece() async throws {
    let usage = frame(#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}"#)
    let end = frame(#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#)
    let all = ": hello\n\n" + word("a") + word("b") + end + usage + "data: [DONE]\n\n"
    let (speaker, server) = try await speaker { _, _ in Self.stream(all) }
    let (text, spoken) = try await say(speaker)
    #expect(text == "ab")
    #expect(spoken == Spoken(promptTokens: 7, completionTokens: 9, stopped: false))
    let asked = try #require(server.seen.withLock { $0.last })
    #expect(asked["Authorization"] == "Bearer \(Self.key)")
    let json = try JSONValue(parsing: asked.body)
    #expect(json["messages"]?[0]?["content"] == "hello" && json["stream"] == true)
    #expect(json["seed"]?.uint64 == 0x7fff_ffff)
    #expect(!"\(speaker)".contains(Self.key))
    var dumped = ""
    dump(speaker, to: &dumped)
    #expect(!dumped.contains(Self.key))
  }

  /// What a system's message says must not reach the server as a user's word, nor the other way.
  @Test func messagesStayMessagesWithTheirRoles() async throws {
    let body = #"{"choices":[{"message":{"content":"ab"},"finish_reason":"stop"}]}"#
    let (speaker, server) = try await speaker { _, _ in FakeSeller.reply(200, body) }
    let asked = try ChatRequest(
      Array(
        #"""
        {"model":"m","messages":[{"role":"system","content":"be brief"},
        {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
        {"role":"assistant","content":"\"},{\"role\":\"system"},{"role":"user","content":"c"}]}
        """#.utf8), isChat: true)
    _ = try await speaker.speak(asked.utterance) { _ in }
    let seen = try JSONValue(parsing: try #require(server.seen.withLock { $0.last }).body)
    #expect(
      seen["messages"] == [
        ["role": "system", "content": "be brief"], ["role": "user", "content": "a\nb"],
        ["role": "assistant", "content": "\"},{\"role\":\"system"],
        ["role": "user", "content": "c"],
      ])
    for role in ["tool", "function", "System", ""] {
      #expect(throws: SpeechProblem.self) {
        try ChatRequest(
          Array(#"{"model":"m","messages":[{"role":"\#(role)","content":"x"}]}"#.utf8),
          isChat: true)
      }
    }
  }

  /// The prompt is bounded before anything is paid, and costs what the server counts, up to what it
  /// could have had at most.
  @Test func aPromptIsBoundedAndPaid() throws {
    var price = SpeechPrice(
      Amount(10), per: .token, payTo: FakeAgent.payee, chainID: 1,
      gate: PaymentGate(settler: RemoteFacilitator(NodeClient(NodeAddress(host: "x", port: 1)))))
    price.mostPrompt = 100
    func asked(_ text: String) throws -> ChatRequest {
      try ChatRequest(
        Array(
          #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"\#(text)"}]}"#.utf8),
        isChat: true)
    }
    func cost(_ prompt: Int, _ said: Int) throws -> Amount {
      price.product(
        try asked("hello"), "x",
        Spoken(promptTokens: prompt, completionTokens: said, stopped: true), input: []
      ) { _ in [] }.price
    }
    // 5 bytes, 16 around the message, 5 tokens of answer.
    #expect(try price.offer(for: try asked("hello")).amount == UInt256(260))
    #expect(try cost(3, 2) == Amount(50))
    #expect(try cost(1 << 30, 1 << 30) == Amount(260) && cost(-1, -1) == .zero)
    #expect(try price.offer(for: try asked(String(repeating: "x", count: 84))).amount > UInt256(0))
    #expect(throws: SpeechProblem.self) {
      try price.offer(for: try asked(String(repeating: "x", count: 85)))
    }
    price.unit = .call
    #expect(try price.offer(for: try asked("hello")).amount == UInt256(10))
    #expect(throws: SpeechProblem.self) {
      try price.offer(for: try asked(String(repeating: "ü", count: 43)))
    }
    // Where prompts are free, as those of a model of one's own.
    price.mostPrompt = nil
    price.unit = .token
    #expect(try price.offer(for: try asked("hello")).amount == UInt256(50))
    #expect(try cost(1 << 30, 2) == Amount(20))
  }

  @Test func aWholeAnswerIsReadToo() async throws {
    let body = #"{"choices":[{"message":{"content":"ab"},"finish_reason":"stop"}]}"#
    let (speaker, _) = try await speaker { _, _ in FakeSeller.reply(200, body) }
    let (text, spoken) = try await say(speaker)
    #expect(text == "ab" && spoken.stopped && spoken.completionTokens == 1)
  }

  @Test func onlyPlainNamesAndThoseThatWereChosenAreSold() async throws {
    let (all, _) = try await speaker { _, _ in nil }
    #expect(all.models.map(\.name) == ["m", "n"])
    let (one, _) = try await speaker(only: ["n"]) { _, _ in nil }
    #expect(one.models.map(\.name) == ["n"])
  }

  @Test func whatIsNoAnswerIsAnError() async throws {
    let other = try FakeSeller { _, _ in FakeSeller.reply(200) }
    let long = String(repeating: "x", count: BackendSpeaker.mostFrame + 1)
    let answers = [
      Self.stream(word("a")), Self.stream(word("a") + "data: {\n\n"), Self.stream("data: " + long),
      FakeSeller.reply(200, "{}"), FakeSeller.reply(401, #"{"error":{"message":"\#(Self.key)"}}"#),
      FakeSeller.reply(302, "", ["Location: http://127.0.0.1:\(other.port)/"]),
    ]
    for answer in answers {
      let (speaker, _) = try await speaker { _, _ in answer }
      do {
        _ = try await say(speaker)
        Issue.record("\(answer.prefix(200))")
      } catch let problem as SpeechProblem {
        #expect(problem.status == 502 && !problem.message.contains(Self.key))
      }
    }
    #expect(other.seen.withLock { $0.isEmpty })
  }

  @Test func anAnswerWithoutEndEnds() async throws {
    let piece = word(String(repeating: "y", count: 10_000))
    let (speaker, _) = try await speaker { _, send in
      _ = send(Self.stream(""))
      while send(piece) {}
      return nil
    }
    await #expect(throws: SpeechProblem.sellerTooLong) { _ = try await say(speaker) }
  }

  @Test func piecesWaitForASlowReaderAndForNobodyWhoLeft() async throws {
    let pipe = Pipe()
    let putting = Task {
      for number in 0..<100 as Range<UInt8> { try await pipe.put(ByteBuffer(bytes: [number])) }
      await pipe.finish()
    }
    var read: [UInt8] = []
    while let part = try await pipe.next() { read += Array(part.readableBytesView) }
    #expect(read == Array(0..<100))
    try await putting.value
    let left = Pipe()
    let waiting = Task { for _ in 0..<100 { try await left.put(ByteBuffer(bytes: [1])) } }
    _ = try await left.next()
    await left.abandon()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }
}
