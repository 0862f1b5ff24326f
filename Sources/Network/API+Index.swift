// The list of routes, for people and programs that meet a node for the first time.

public import Primitives

/// One route of the API, in a line.
public struct APIRoute: Hashable, Sendable {
  public let method: String
  /// `:name` stands for a part of the path.
  public let path: String
  public let answer: String

  init(_ method: String, _ path: String, _ answer: String) {
    self.method = method
    self.path = path
    self.answer = answer
  }

  public var json: JSONValue {
    ["method": .string(method), "path": .string(path), "answer": .string(answer)]
  }
}

/// What `GET /api` answers, and the reference shows.
public enum APIRoutes {
  public static let all = [
    APIRoute("GET", "/health", "whether the node makes blocks"),
    APIRoute("GET", "/api", "this list"),
    APIRoute("GET", "/api/status", "network, operator, height, times, limits"),
    APIRoute("GET", "/api/genesis", "the genesis; its hash is the network's id"),
    APIRoute("GET", "/api/terms", "the terms in force, and those that come"),
    APIRoute("GET", "/api/checks", "the checks that an order may name"),
    APIRoute("POST", "/api/messages", "sends a signed message; answers when it is durable"),
    APIRoute("POST", "/api/messages/batch", "sends many; an answer for each"),
    APIRoute("GET", "/api/messages/:id", "a message and what came of it"),
    APIRoute("GET", "/api/accounts", "accounts and their balances"),
    APIRoute("GET", "/api/accounts/:address", "balance, next sequences, record"),
    APIRoute("GET", "/api/orders", "orders that are alive"),
    APIRoute("GET", "/api/orders/:id", "an order, its auction, its settled runs"),
    APIRoute("GET", "/api/bids", "the bids of ?order="),
    APIRoute("GET", "/api/offers", "offers that are alive"),
    APIRoute("GET", "/api/offers/:id", "an offer"),
    APIRoute("GET", "/api/leases", "leases that are alive"),
    APIRoute("GET", "/api/leases/:id", "a lease, its runs, its settled runs"),
    APIRoute("GET", "/api/runs/:id", "a run, or how it was settled"),
    APIRoute("GET", "/api/runs/:id/messages", "the messages about a run, as they were signed"),
    APIRoute("GET", "/api/auditors", "who stands ready to do runs again"),
    APIRoute("GET", "/api/auditors/:address", "an auditor: bond, what it can redo"),
    APIRoute("GET", "/api/models/:id", "the card of a published model"),
    APIRoute("GET", "/api/models/:id/manifest", "its canonical manifest"),
    APIRoute("GET", "/api/disputes", "games, those that began after ?after="),
    APIRoute("GET", "/api/disputes/:id", "a game: how far it is, or how it ended"),
    APIRoute("GET", "/api/receipts/:id", "the receipt file of a settled run"),
    APIRoute("GET", "/api/blocks/:height", "a block: header, messages, outcomes, events"),
    APIRoute("GET", "/api/events", "the feed, after ?after= or Last-Event-ID"),
    APIRoute("PUT", "/api/blobs", "stores a blob for ?readers= or ?public=1; signed by its owner"),
    APIRoute("GET", "/api/blobs/:root", "a blob, for those it is for; signed"),
    APIRoute("POST", "/api/blobs/:root/readers", "lets others read it; signed by its owner"),
    APIRoute("POST", "/api/faucet", "test money for an address, once a day"),
  ]
}
