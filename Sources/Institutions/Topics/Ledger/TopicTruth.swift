// What the reputers of an epoch agree on, by stake.

import Arithmetic
import Primitives

/// The truths that were shown, and the one in their middle.
struct TopicTruth {
  struct Voice {
    var place: Int
    var truth: Fixed64
    var stake: Amount
  }

  /// In the order of places.
  let near: [Voice]
  let far: [Voice]
  let median: Fixed64
  /// More than half of all stake lies near the median, that of the absent counted too: no minority
  /// decides because others sleep.
  let isMajority: Bool
  /// More than two thirds do: then who is far off did not only measure badly.
  let isOverwhelming: Bool

  init(_ voices: [Voice], of all: Amount, within distance: Fixed64) throws(Refusal) {
    var sum = Amount.zero
    for voice in voices { sum = try sum.adding(voice.stake) }
    var below = Amount.zero
    var median = Fixed64.zero
    for voice in voices.sorted(by: { ($0.truth, $0.place) < ($1.truth, $1.place) }) {
      below = try below.adding(voice.stake)
      median = voice.truth
      if try below.multiplied(by: 2) >= sum { break }
    }
    self.median = median
    near = voices.filter { ($0.truth - median).magnitude <= distance }
    far = voices.filter { ($0.truth - median).magnitude > distance }
    var agreed = Amount.zero
    for voice in near { agreed = try agreed.adding(voice.stake) }
    isMajority = try agreed.multiplied(by: 2) > all
    isOverwhelming = try agreed.multiplied(by: 3) > all.multiplied(by: 2)
  }
}
