// Asks a node what a message would do, before it is signed.

public import Chain
public import Kernel
public import Primitives

/// What a message would come to on the state after a block.
public struct Rehearsed: Hashable, Sendable {
  public var height: UInt64
  /// Empty where it would be done.
  public var code: String
  /// Why it would not be, in words.
  public var message: String
  public var toll: Amount
  /// Money as it would move, tolls first.
  public var postings: [Posting]

  public var isDone: Bool { code.isEmpty }

  public init(
    height: UInt64, code: String = "", message: String = "", toll: Amount, postings: [Posting]
  ) {
    self.height = height
    self.code = code
    self.message = message
    self.toll = toll
    self.postings = postings
  }

  /// What would leave an account and why, or why nothing would.
  public func words(leaving account: Address) -> [String] {
    guard isDone else {
      return ["rehearsed after block \(height): the ledger would refuse it: \(message)"]
    }
    return leaving(account).map { posting in
      let why =
        switch posting.to {
        case .account(let payee): "goes to \(payee.checksummed)"
        case .escrow: "is locked until it is decided"
        case .treasury: "goes to the treasury"
        case .operator: "is the toll"
        }
      return "rehearsed after block \(height): \(DollarWords.text(posting.amount)) \(why)"
    }
  }

  /// What would leave an account.
  public func leaving(_ account: Address) -> [Posting] {
    postings.filter { $0.from == .account(account) && $0.amount > .zero }
  }
}

extension NodeClient {
  /// Rehearses a message that a key would sign for itself, or for an account as its session.
  public func rehearse(
    _ message: Message, by key: PrivateKey, at time: Time
  ) async throws(ClientError) -> Rehearsed {
    var members = [JSONValue.Member(name: "message", value: message.json)]
    if message.head.from != key.address {
      members.append(.init(name: "session", value: .string("\(key.address)")))
    }
    var call = HTTPCall(
      .POST, "/api/rehearsals", body: JSONValue.object(members).bytes, type: "application/json")
    try await sign(&call, by: key, at: time)
    let json = try json(try await send(call))
    guard let height = json["height"]?.uint64, let code = json["code"]?.string,
      let toll = json["toll"]?.uint64, let items = json["postings"]?.array
    else { throw .garbled("it tells no rehearsal") }
    var postings: [Posting] = []
    for item in items {
      guard let posting = try? Posting(json: item) else { throw .garbled("a posting is none") }
      postings.append(posting)
    }
    return Rehearsed(
      height: height, code: code, message: json["message"]?.string ?? "", toll: Amount(toll),
      postings: postings)
  }
}
