// At which of the nine stations a run stands while its game is played.

import Chain
import Market

extension Phase {
  var station: Station {
    switch self {
    case .working: .run
    case .sealing, .opening: .evidence
    case .looking, .beacon, .salt, .called, .auditing, .committed, .confirming, .window, .playing,
      .scoring, .showing, .gold:
      .verdict
    }
  }
}
