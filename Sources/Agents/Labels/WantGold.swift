// The gold of an order as its buyer keeps it: what every run's was, and how it is opened.

import Labels
public import Primitives

/// A byte for each item of each run: 0, or one more than the number of the choice that is true.
public struct WantGold: Hashable, Sendable {
  public let runs: [[UInt8]]
  private let salts: [Bytes32]
  private let leaves: [Bytes32]

  /// - Parameter secret: from which the salts are drawn.
  public init(_ runs: [[UInt8]], secret: Bytes32) {
    self.runs = runs
    let key = HMAC.Key(secret.bytes)
    let salts = runs.enumerated().map { place, gold in
      key.authenticate(Array("tolsey gold salt \(place)".utf8) + gold)
    }
    self.salts = salts
    leaves = runs.indices.map {
      LabelsGold.leaf(run: UInt64($0), salt: salts[$0], gold: runs[$0])
    }
  }

  /// What the spec names.
  public var root: Bytes32 { LabelsGold.root(of: leaves) }

  /// Opens a run's gold; nil where the order has no such run.
  func opening(of run: UInt64) -> (gold: [UInt8], salt: Bytes32, path: [Bytes32])? {
    guard let place = Int(exactly: run), runs.indices.contains(place) else { return nil }
    return (runs[place], salts[place], LabelsGold.path(to: place, in: leaves))
  }
}
