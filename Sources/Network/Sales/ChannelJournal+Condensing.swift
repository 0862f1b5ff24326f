// A journal written anew at the start of a seller: as it stands, without how it came to be.

import Chain
import Payments
import Primitives

extension ChannelJournal {
  /// A file is written anew when at most a third of its lines say what still counts, and it has
  /// more of them than this.
  static let fewest = 1_000

  /// Of more channels than this those are left out that are at their end.
  static let mostSpent = 100_000

  /// Lines that mean the same: of each channel the last, once for each run that is not claimed.
  static func condensed(
    _ lines: [ChannelLine], mostSpent: Int = ChannelJournal.mostSpent
  ) -> [ChannelLine] {
    var order: [ChannelConfig] = []
    var last: [ChannelConfig: SoldChannel] = [:]
    var runs: [ChannelConfig: [ClaimRun]] = [:]
    for line in lines {
      let config = line.channel.config
      if last.updateValue(line.channel, forKey: config) == nil { order.append(config) }
      guard let signed = try? CBOR.decode(SignedRun.self, from: line.run) else { continue }
      runs[config, default: []].append(ClaimRun(signed))
    }
    let dropsSpent = order.count > mostSpent
    return order.flatMap { config -> [ChannelLine] in
      let channel = last[config] ?? SoldChannel(config)
      let owed = (runs[config] ?? []).filter { !$0.isPaid(of: channel) }
      if owed.isEmpty { return dropsSpent && channel.isSpent ? [] : [ChannelLine(channel)] }
      return owed.map { ChannelLine(channel, run: $0.bytes) }
    }
  }

  /// Puts a file with these lines in the place of the one at the path, whole or not at all. The new
  /// one is this program's before it has the name.
  static func replace(_ path: String, by lines: [ChannelLine]) throws -> Int32 {
    var bytes = Array((ChannelJournal.head + "\n").utf8)
    for line in lines { bytes += ChannelJournal.text(line) }
    do { return try WholeFile.replace(path, by: bytes) } catch let problem as WholeFile.Problem {
      throw Problem(problem)
    }
  }
}

extension ChannelJournal.Problem {
  init(_ problem: WholeFile.Problem) {
    switch problem {
    case .inUse: self = .inUse
    case .failed(let code): self = .failed(code)
    }
  }
}
