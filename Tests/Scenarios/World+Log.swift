// What a world tells of a run out of its blocks.

import Market
import Primitives

@testable import Chain

extension World {
  func games(about run: RunKey) throws -> [GameID] {
    try stumbleNow()
    return blocks.flatMap(\.results.events)
      .filter { $0.name == "gameBegun" && $0.subject == run.id.digest }
      .compactMap { $0.objects.first.map { GameID($0) } }
  }

  func messages(about run: RunKey) throws -> [SignedMessage] {
    try stumbleNow()
    return blocks.flatMap(\.body).filter { $0.message.run == run }
  }
}
