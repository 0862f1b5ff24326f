// The door for OpenAI's clients: what it reads, what it refuses, and the frames of a stream.

import Logging
import Primitives
import Testing

@testable import NetworkRoom

/// Says the prompt's words back, one a piece, up to the most that are wanted.
private struct Echo: Speaker {
  var models: [SpokenModel] { [SpokenModel(name: "echo", created: 7, owner: "tests")] }

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    let words = asked.prompt.split(separator: " ").map(String.init)
    if words.first == "fail" { throw CancellationError() }
    for word in words.prefix(asked.most) { try await emit(word + " ") }
    return Spoken(
      promptTokens: words.count, completionTokens: min(words.count, asked.most),
      stopped: words.count <= asked.most)
  }
}

/// Says far more than any socket holds, as fast as it can; a short prompt gets a short answer.
private struct Flood: Speaker {
  var models: [SpokenModel] { [SpokenModel(name: "flood", created: 7, owner: "tests")] }

  func speak(
    _ asked: Utterance, emit: (String) async throws -> Void
  ) async throws -> Spoken {
    let piece = String(repeating: "x", count: 1 << 12)
    for _ in 0..<(asked.prompt == "short" ? 1 : 1 << 12) { try await emit(piece) }
    return Spoken(promptTokens: 1, completionTokens: 1, stopped: true)
  }
}

@Suite struct SpeechTests {
  private static func request(
    _ json: String, isChat: Bool = true
  ) throws(SpeechProblem) -> ChatRequest {
    try ChatRequest(Array(json.utf8), isChat: isChat)
  }

  private static let hello = #"{"role":"user","content":"hello you"}"#

  @Test func whatAClientAsks() throws {
    let asked = try SpeechTests.request(
      #"""
      {"model":"m","messages":[{"role":"system","content":"be brief"},
      {"role":"user","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]}],
      "max_tokens":5,"max_completion_tokens":7,"temperature":0.5,"top_p":1,"seed":-1,
      "stop":["x","y"],"stream":true,"stream_options":{"include_usage":true},"user":"who",
      "n":1,"tools":[],"logprobs":false,"response_format":{"type":"text"},"metadata":null}
      """#)
    #expect(asked.utterance.prompt == "be brief\none\ntwo")
    #expect(asked.utterance.most == 7)
    #expect(asked.utterance.temperature == 0.5)
    #expect(asked.utterance.topP == 1)
    #expect(asked.utterance.seed == .max)
    #expect(asked.utterance.stops == ["x", "y"])
    #expect(asked.streams && asked.includesUsage && asked.isChat)
  }

  @Test func whatIsNotSaidIsUsual() throws {
    let asked = try SpeechTests.request(
      #"{"model":"m","prompt":["go on"],"max_tokens":null,"stop":"."}"#, isChat: false)
    #expect(asked.utterance.prompt == "go on")
    #expect(asked.utterance.most == 256)
    #expect(asked.utterance.temperature == 1)
    #expect(asked.utterance.seed == nil)
    #expect(asked.utterance.stops == ["."])
    #expect(!asked.streams && !asked.includesUsage)
  }

  @Test(arguments: [
    (#""temperature":2.1"#, "temperature"), (#""temperature":"hot""#, "temperature"),
    (#""top_p":-0.1"#, "top_p"), (#""max_tokens":0"#, "max_tokens"),
    (#""max_completion_tokens":4097"#, "max_completion_tokens"),
    (#""max_tokens":1e3"#, "max_tokens"), (#""stop":5"#, "stop"), (#""stop":["a",1]"#, "stop"),
    (#""stop":["a","b","c","d","e"]"#, "stop"), (#""seed":0.5"#, "seed"), (#""n":2"#, "n"),
    (#""tools":[{"type":"function"}]"#, "tools"), (#""logprobs":true"#, "logprobs"),
    (#""response_format":{"type":"json_object"}"#, "response_format"),
  ])
  func aMemberThatDoesNotFitIsNamed(_ member: String, _ name: String) {
    do throws(SpeechProblem) {
      _ = try SpeechTests.request(#"{"model":"m","messages":[\#(SpeechTests.hello)],\#(member)}"#)
      Issue.record("it was taken")
    } catch {
      #expect(error.status == 400)
      #expect(error.parameter == name)
    }
  }

  @Test(arguments: [
    "", "[]", "{", #"{"messages":[]}"#, #"{"model":"m"}"#, #"{"model":"m","messages":[]}"#,
    #"{"model":"m","messages":[{"content":"x"}]}"#, #"{"model":5,"messages":[]}"#,
    #"{"model":"m","messages":[{"role":"user","content":null}]}"#,
    #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]}"#,
  ])
  func whatIsNoRequest(_ json: String) {
    #expect(throws: SpeechProblem.self) { try SpeechTests.request(json) }
  }

  // MARK: - Over HTTP

  private static func ask(
    _ path: String, _ body: String? = nil
  ) async throws -> (status: Int, type: String, text: String) {
    let server = try await Server.start(
      Echo(), host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in
        SwiftLogNoOpLogHandler()
      })
    let pool = HTTPPool(server.address)
    let call = HTTPCall(body == nil ? .GET : .POST, path, body: Array((body ?? "").utf8))
    let reply = try await pool.send(call, timeout: .seconds(600))
    pool.close()
    await server.stop(grace: .seconds(1))
    return (
      reply.status, reply.headers.first(name: "Content-Type") ?? "",
      String(decoding: reply.body, as: UTF8.self)
    )
  }

  private static func chat(_ rest: String, content: String = "one two three") -> String {
    #"{"model":"echo","messages":[{"role":"user","content":"\#(content)"}]\#(rest)}"#
  }

  @Test func modelsAreListed() async throws {
    let list = try await SpeechTests.ask("/v1/models")
    #expect(list.status == 200)
    let json = try JSONValue(parsing: list.text)
    #expect(json["object"] == "list")
    #expect(json["data"]?[0]?["id"] == "echo")
    #expect(try await SpeechTests.ask("/v1/models/echo").status == 200)
    #expect(try await SpeechTests.ask("/v1/models/other").status == 404)
    #expect(try await SpeechTests.ask("/v1/embeddings", "{}").status == 404)
  }

  @Test func aWholeAnswer() async throws {
    let answer = try await SpeechTests.ask(
      "/v1/chat/completions", SpeechTests.chat(#","max_tokens":2"#))
    #expect(answer.status == 200)
    let json = try JSONValue(parsing: answer.text)
    #expect(json["object"] == "chat.completion")
    #expect(json["choices"]?[0]?["message"]?["content"] == "one two ")
    #expect(json["choices"]?[0]?["finish_reason"] == "length")
    #expect(json["usage"]?["total_tokens"] == 5)
    let text = try await SpeechTests.ask(
      "/v1/completions", #"{"model":"echo","prompt":"one two"}"#)
    #expect(try JSONValue(parsing: text.text)["choices"]?[0]?["text"] == "one two ")
  }

  @Test func aStreamOfFrames() async throws {
    let answer = try await SpeechTests.ask(
      "/v1/chat/completions",
      SpeechTests.chat(#","stream":true,"stream_options":{"include_usage":true}"#))
    #expect(answer.type == "text/event-stream")
    var reader = EventFrameReader()
    let frames = try reader.read(Array(answer.text.utf8)).map(\.data)
    #expect(frames.count == 7)
    #expect(frames.last == "[DONE]")
    let chunks = try frames.dropLast().map { try JSONValue(parsing: $0) }
    #expect(chunks.allSatisfy { $0["object"] == "chat.completion.chunk" })
    #expect(Set(chunks.compactMap { $0["id"]?.string }).count == 1)
    let said = chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }
    #expect(said.joined() == "one two three ")
    #expect(chunks[4]["choices"]?[0]?["finish_reason"] == "stop")
    #expect(chunks[5]["choices"]?.array?.isEmpty == true)
    #expect(chunks[5]["usage"]?["completion_tokens"] == 3)
  }

  // MARK: - The Responses API

  private static func response(_ rest: String) -> String { #"{"model":"echo"\#(rest)}"# }

  @Test func aResponse() async throws {
    let body = SpeechTests.response(
      #","input":"one two three","max_output_tokens":2,"store":false"#)
    let answer = try await SpeechTests.ask("/v1/responses", body)
    #expect(answer.status == 200)
    let json = try JSONValue(parsing: answer.text)
    #expect(json["object"] == "response" && json["status"] == "incomplete")
    #expect(json["id"]?.string?.hasPrefix("resp_") == true)
    #expect(json["output"]?[0]?["content"]?[0]?["text"] == "one two ")
    #expect(json["output"]?[0]?["id"]?.string?.hasPrefix("msg_") == true)
    #expect(json["incomplete_details"]?["reason"] == "max_output_tokens")
    #expect(json["usage"]?["output_tokens"] == 2 && json["usage"]?["total_tokens"] == 5)
  }

  @Test func aResponseAsAStreamOfEvents() async throws {
    let body = SpeechTests.response(
      #"""
      ,"instructions":"be","input":[{"role":"user","content":"one"},{"type":"message",
      "role":"assistant","content":[{"type":"output_text","text":"two"}]}],"stream":true
      """#.replacing("\n", with: ""))
    let answer = try await SpeechTests.ask("/v1/responses", body)
    #expect(answer.type == "text/event-stream")
    var reader = EventFrameReader()
    let events = try reader.read(Array(answer.text.utf8)).map { try JSONValue(parsing: $0.data) }
    let types = events.compactMap { $0["type"]?.string?.dropFirst("response.".count) }
    #expect(
      types == [
        "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
        "output_text.done", "content_part.done", "output_item.done", "completed",
      ])
    #expect(events.map { $0["sequence_number"]?.uint64 } == (0..<9).map { UInt64($0) })
    #expect(events.last?["response"]?["status"] == "completed")
    let said = events.last?["response"]?["output"]?[0]?["content"]?[0]?["text"]?.string
    // The echo speaks words, and lines are none to it.
    #expect(said == "be\none\ntwo " && events[5]["text"]?.string == said)
    #expect(answer.text.contains("event: response.completed\n"))
  }

  @Test(arguments: [
    (#""input":[]"#, "input"), (#""input":5"#, "input"), (#""x":1"#, "input"),
    (#""input":[{"type":"function_call_output","output":"x"}]"#, "input"),
    (#""input":[{"role":"user","content":[{"type":"input_image"}]}]"#, "input"),
    (#""input":"x","previous_response_id":"resp_1""#, "previous_response_id"),
    (#""input":"x","background":true"#, "background"),
    (#""input":"x","instructions":5"#, "instructions"),
    (#""input":"x","tools":[{"type":"function"}]"#, "tools"),
    (#""input":"x","text":{"format":{"type":"json_object"}}"#, "text"),
    (#""input":"x","max_output_tokens":0"#, "max_completion_tokens"),
    (#""input":[{"role":"tool","content":"x"}]"#, "messages"),
  ])
  func aResponseThatCannotBeGivenSaysWhy(_ member: String, _ name: String) async throws {
    let answer = try await SpeechTests.ask("/v1/responses", SpeechTests.response("," + member))
    #expect(answer.status == 400)
    #expect(try JSONValue(parsing: answer.text)["error"]?["param"]?.string == name)
  }

  /// Who cannot call a function says so, before anything is paid.
  @Test func aModelWithoutFunctionsRefusesThem() async throws {
    for more in [
      #""tools":[{"type":"function","function":{"name":"f"}}]"#, #""seed":1"#,
    ] {
      let isPlain = more.contains("seed")
      let call = #","tool_calls":[{"id":"a","function":{"name":"f","arguments":""}}]"#
      let answer = try await SpeechTests.ask(
        "/v1/chat/completions",
        #"{"model":"echo","messages":[{"role":"assistant","content":"x""#
          + (isPlain ? call : "") + "}],\(more)}")
      #expect(answer.status == 400)
      let error = try JSONValue(parsing: answer.text)["error"]
      #expect(error?["param"] == "tools" && error?["code"] == "unsupported_parameter")
    }
  }

  @Test func errorsAreSaidAsClientsReadThem() async throws {
    let unknown = try await SpeechTests.ask(
      "/v1/chat/completions", #"{"model":"no","messages":[\#(SpeechTests.hello)]}"#)
    #expect(unknown.status == 404)
    #expect(try JSONValue(parsing: unknown.text)["error"]?["code"] == "model_not_found")
    let broken = try await SpeechTests.ask(
      "/v1/chat/completions", SpeechTests.chat("", content: "fail"))
    #expect(broken.status == 500)
    #expect(!broken.text.contains("Cancellation"))
  }

  /// Four readers that take nothing hold none of the four turns, and little memory.
  @Test func slowReadersKeepNobodyOut() async throws {
    let server = try await Server.start(
      Flood(), host: "127.0.0.1", port: 0,
      log: Logger(label: "test") { _ in
        SwiftLogNoOpLogHandler()
      })
    let port = server.address.port
    @Sendable func body(_ prompt: String, _ rest: String = "") -> [UInt8] {
      Array(#"{"model":"flood","prompt":"\#(prompt)"\#(rest)}"#.utf8)
    }
    let slow = try await RawHTTP.apart {
      try (0..<4).map { _ in
        let reader = try RawHTTP(port, receiveBuffer: 4_096)
        let bytes = body("long", #","stream":true"#)
        reader.send(
          "POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: \(bytes.count)\r\n\r\n")
        reader.send(bytes)
        _ = reader.receive(64)
        return reader
      }
    }
    var status = 429
    try await until {
      status = try await RawHTTP.ask(port, "POST", "/v1/completions", body: body("short")).status
      return status != 429
    }
    #expect(status == 200)
    #expect(slow.count == 4)
    await server.stop(grace: .milliseconds(200))
  }

  @Test func whatWaitsIsBounded() throws {
    let unread = Unread(most: 10)
    try unread.put("12345")
    try unread.put("67890")
    #expect(throws: SpeechProblem.slowReader) { try unread.put("1") }
    let other = Unread(most: 10)
    for _ in 0..<9 {
      try other.put("123456")
      other.took("123456")
    }
  }

  /// A turn is given back once, by whoever ends it or by nobody at all.
  @Test func turnsComeBack() {
    let turns = Turns(most: 2)
    var first = turns.take()
    let second = turns.take()
    #expect(turns.take() == nil)
    first?.end()
    first?.end()
    first = nil
    let third = turns.take()
    #expect(third != nil)
    #expect(turns.take() == nil)
    second?.end()
    third?.end()
  }
}
