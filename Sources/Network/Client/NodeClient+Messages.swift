// Sending messages, and asking for the answer that got lost.

public import Chain
public import Primitives

/// A message in its block, as the node answers for it, now and for ever.
public struct Settlement: Hashable, Sendable {
  public var id: Bytes32
  public var height: UInt64
  public var outcome: MessageOutcome

  public init(id: Bytes32, height: UInt64, outcome: MessageOutcome) {
    self.id = id
    self.height = height
    self.outcome = outcome
  }
}

extension NodeClient {
  /// Sends a message and waits until its block is durable.
  ///
  /// A lost answer is asked for by id until `patience` is over: sending twice changes nothing.
  /// What the rules refuse is an outcome, not an error; an error says that no block holds it, or
  /// that nobody knows.
  public func submit(
    _ signed: SignedMessage, patience: Duration = .seconds(60)
  ) async throws(ClientError) -> Settlement {
    let start = ContinuousClock.now
    var pause = Duration.milliseconds(50)
    while true {
      do throws(ClientError) {
        let reply = try await send(
          HTTPCall(.POST, "/api/messages", body: signed.encoded, type: "application/cbor"))
        return try settlement(try json(reply))
      } catch {
        guard error.isTemporary, ContinuousClock.now - start + pause < patience else {
          throw error
        }
      }
      do { try await Task.sleep(for: pause) } catch { throw .unreachable("cancelled") }
      pause = min(pause * 2, .seconds(2))
    }
  }

  /// Hands a message to the queue and does not wait; ask for it by id.
  public func post(_ signed: SignedMessage) async throws(ClientError) -> Bytes32 {
    _ = try await send(
      HTTPCall(
        .POST, "/api/messages?wait=0", body: signed.encoded, type: "application/cbor"))
    return signed.id
  }

  /// Many messages in one request; each has its own answer.
  public func submit(
    batch: [SignedMessage]
  ) async throws(ClientError) -> [Result<Settlement, Problem>] {
    let reply = try await send(
      HTTPCall(
        .POST, "/api/messages/batch", body: MessageBatch(batch).encoded,
        type: "application/cbor"))
    let answers = try field(try json(reply)["answers"]?.array, "answers")
    var results: [Result<Settlement, Problem>] = []
    for answer in answers {
      if let problem = Problem(json: answer) {
        results.append(.failure(problem))
      } else {
        results.append(.success(try settlement(answer)))
      }
    }
    return results
  }

  /// What became of a message; nil while it waits or when no block holds it.
  public func outcome(
    of id: Bytes32, atLeast height: UInt64? = nil
  ) async throws(ClientError) -> Settlement? {
    do throws(ClientError) {
      let json = try await get("/api/messages/\(id)", atLeast: height)
      if json["waiting"]?.bool == true { return nil }
      return try settlement(json)
    } catch {
      if error.code == "notFound" { return nil }
      throw error
    }
  }

  func settlement(_ json: JSONValue) throws(ClientError) -> Settlement {
    let idText = try field(json["id"]?.string, "id")
    let id = try field(Bytes32(hex: idText), "id")
    let height = try field(json["height"]?.uint64, "height")
    let given = try field(json["outcome"], "outcome")
    var outcome = MessageOutcome()
    outcome.id = id
    outcome.code = try field(given["code"]?.string, "code")
    outcome.toll = Amount(try field(given["toll"]?.uint64, "toll"))
    for number in given["numbers"]?.array ?? [] {
      outcome.numbers.append(try field(try row(Number.self, number), "number"))
    }
    return Settlement(id: id, height: height, outcome: outcome)
  }
}
