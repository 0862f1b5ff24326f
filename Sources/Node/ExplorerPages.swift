// The explorer behind the node's own port: its visits and answers in the server's words.

import Archive
public import Explorer
import Kernel
public import NetworkRoom
import Primitives

/// The site as the server asks for it.
public struct ExplorerPages: Pages {
  public let explorer: Explorer

  public init(_ explorer: Explorer) { self.explorer = explorer }

  /// The site of a node; nil where the node keeps no lists.
  public init?(_ services: NodeServices, counter: (any Counter)? = nil) {
    guard let listings = services.listings else { return nil }
    // Where time moves by steps, the present is the last block's.
    let records = services.records
    let now: @Sendable () -> Time = {
      let row = try? records.row("clock", key: UInt64(0).keyBytes).value
      return row.flatMap { try? CBOR.decode(Clock.self, from: $0) }?.time ?? .zero
    }
    var house = House(
      records: services.records, listings: listings, genesis: services.facts.genesis,
      version: services.facts.version, isStepped: services.facts.isStepped,
      hasFaucet: services.faucet != nil, counter: counter,
      now: services.facts.isStepped ? now : services.now)
    house.vitals = services.vitals
    let document = services.apiDocument
    house.api = { document }
    self.init(Explorer(house))
  }

  public func bodyLimit(of path: String) -> Int? { explorer.bodyLimit(of: path) }

  public func page(_ request: PageRequest) async -> Page? {
    await explorer.answer(ExplorerPages.visit(request)).map(ExplorerPages.page)
  }

  public func missing(_ request: PageRequest) -> Page? {
    ExplorerPages.page(explorer.missing(ExplorerPages.visit(request)))
  }

  private static func visit(_ request: PageRequest) -> Visit {
    Visit(
      method: request.method, path: request.path, query: request.query, body: request.body,
      contentType: request.contentType, origin: request.origin, host: request.host)
  }

  private static func page(_ answer: Answer) -> Page {
    Page(status: answer.status, headers: answer.headers, body: answer.body)
  }
}
