// Answers of many people or agents to many small questions, side by side.

import Arithmetic
public import Primitives

/// Who called what by which name; items, workers and labels are numbers from 0.
public struct LabelVotes: Hashable, Sendable {
  public let items: Int
  public let workers: Int
  public let labels: Int
  /// Sorted by item; `starts[i]..<starts[i + 1]` are the votes of item `i`.
  public private(set) var votes: [Vote] = []
  public private(set) var starts: [Int] = []

  public struct Vote: Hashable, Sendable {
    public var item: Int32
    public var worker: Int32
    public var label: Int32

    public init(item: Int, worker: Int, label: Int) {
      self.item = Int32(truncatingIfNeeded: item)
      self.worker = Int32(truncatingIfNeeded: worker)
      self.label = Int32(truncatingIfNeeded: label)
    }
  }

  /// The most labels that a question may have; error matrices grow with their square.
  public static let labelLimit = 256

  /// Refuses votes that name nothing, and a worker who answers an item twice: one person has one
  /// voice.
  public init(
    _ votes: [Vote], items: Int, workers: Int, labels: Int
  ) throws(Refusal) {
    guard labels <= Self.labelLimit else {
      throw .tooManyChoices(labels, limit: Self.labelLimit)
    }
    (self.items, self.workers, self.labels) = (items, workers, labels)
    var counts = [Int](repeating: 0, count: items + 1)
    for vote in votes {
      guard vote.item >= 0, vote.item < items else {
        throw .noSuchPlace(Int(vote.item), of: items)
      }
      guard vote.worker >= 0, vote.worker < workers else {
        throw .noSuchPlace(Int(vote.worker), of: workers)
      }
      guard vote.label >= 0, vote.label < labels else {
        throw .noSuchPlace(Int(vote.label), of: labels)
      }
      counts[Int(vote.item) + 1] += 1
    }
    for item in 0..<items { counts[item + 1] += counts[item] }
    starts = counts
    self.votes = Array(repeating: Vote(item: 0, worker: 0, label: 0), count: votes.count)
    for vote in votes {
      self.votes[counts[Int(vote.item)]] = vote
      counts[Int(vote.item)] += 1
    }
    // The last item that each worker was seen to answer.
    var last = [Int32](repeating: -1, count: workers)
    for vote in self.votes {
      guard last[Int(vote.worker)] != vote.item else {
        throw .answeredTwice(item: Int(vote.item), worker: Int(vote.worker))
      }
      last[Int(vote.worker)] = vote.item
    }
  }

  /// Gold as one entry an item; what names no label is none.
  func gold(_ known: [Int?]) -> [Int?] {
    if known.allSatisfy({ $0 == nil }) { return [] }
    return (0..<items).map { item in
      let truth = item < known.count ? known[item] : nil
      return truth.flatMap { (0..<labels).contains($0) ? $0 : nil }
    }
  }

  /// Where estimation starts: majority shares, and the truth of gold items.
  func start(_ gold: [Int?]) -> [Fixed64] {
    var posteriors = majority
    for (item, truth) in gold.enumerated() {
      guard let truth else { continue }
      for label in 0..<labels { posteriors[item * labels + label] = label == truth ? .one : .zero }
    }
    return posteriors
  }

  /// The share of each label among an item's votes, item by item.
  var majority: [Fixed64] {
    var shares = [Fixed64](repeating: .zero, count: items * labels)
    for item in 0..<items {
      let range = starts[item]..<starts[item + 1]
      let part = Fixed64(1, over: max(1, range.count))
      for place in range { shares[item * labels + Int(votes[place].label)] += part }
    }
    return shares
  }
}

extension Refusal {
  static func tooManyChoices(_ count: Int, limit: Int) -> Refusal {
    Refusal("tooManyMembers", ["members": UInt64(count), "limit": UInt64(limit)])
  }

  static func noSuchPlace(_ place: Int, of count: Int) -> Refusal {
    Refusal("noSuchMember", ["member": UInt64(clamping: place), "members": UInt64(count)])
  }

  static func answeredTwice(item: Int, worker: Int) -> Refusal {
    Refusal("answeredTwice", ["item": UInt64(item), "worker": UInt64(worker)])
  }
}
