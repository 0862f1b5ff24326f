// Messages in their blocks, with what shows them to who has no node.

import Archive
import Chain
import Hummingbird
import Kernel
import Market
import Primitives

extension Records {
  /// A block as it was signed; nil where there is none of that height.
  func wholeBlock(_ height: UInt64) throws -> Block? {
    guard let recorded = try block(height).value else { return nil }
    var block = Block()
    block.header = try CBOR.decode(Header.self, from: recorded.header)
    block.signature = recorded.signature
    block.body = try messages(at: height).map {
      try CBOR.decode(SignedMessage.self, from: $0.bytes)
    }
    block.results.outcomes = recorded.outcomes
    block.results.settled = try recorded.settled.map {
      try CBOR.decode(SettledRun.self, from: $0)
    }
    block.results.events = try recorded.events.map { try CBOR.decode(Event.self, from: $0) }
    return block
  }

  /// A message in its block; nil where no block holds it.
  func sealedMessage(_ id: Bytes32, of genesis: Genesis) throws -> SealedMessage? {
    guard let height = try message(id).value?.height, let block = try wholeBlock(height) else {
      return nil
    }
    return SealedMessage(id, in: block, genesis: genesis)
  }
}

extension API {
  /// A message that a block holds, whatever became of it there.
  func sealedMessage(_ asked: Asked) throws -> Response {
    guard let id = Bytes32(hex: asked.name),
      let sealed = try node.records.sealedMessage(id, of: node.facts.genesis)
    else {
      throw Problem.notFound("message \(asked.name)", hint: "no block holds it: ask again later")
    }
    var response = Response(bytes: sealed.encoded, type: "application/cbor")
    response.headers[.init(API.heightField)!] = String(sealed.header.height)
    return response
  }
}
