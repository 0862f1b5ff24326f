// What a judge's program has to tell, and its sums.

import Kernel
public import Market
public import Primitives

/// Something that happened to a judge.
public enum AssessorNews: Hashable, Sendable {
  /// It was drawn, and has until then to seal, in market time.
  case drawn(RunID, until: Time)
  /// The points are on the disk.
  case scored(RunID, pieces: Int)
  /// The seal stands in a block.
  case sealed(RunID)
  /// The points lie open in a block.
  case opened(RunID)
  case trouble(RunID, ScoringTrouble)
  /// The run is over: what the judge has of it, and what it lost of its bond.
  case settled(RunID, Outcome, earned: Amount, lost: Amount)

  public var run: RunID {
    switch self {
    case .drawn(let run, _), .scored(let run, _), .sealed(let run), .opened(let run),
      .trouble(let run, _), .settled(let run, _, _, _):
      run
    }
  }
}

/// The accounts of a judge since its program began.
public struct AssessorTally: Hashable, Sendable {
  public var settled = 0
  public var earned = Amount()
  public var lost = Amount()

  public init() {}
}
