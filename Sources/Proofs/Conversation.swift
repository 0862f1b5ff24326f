// What a prover talks to: a transcript, or one that sees every message under a one-time pad.

import Arithmetic

/// Messages go in, challenges come out.
protocol Conversation {
  mutating func absorb(_ name: String, _ elements: [GoldilocksPair])
  mutating func challenge() -> GoldilocksPair
}

extension Conversation {
  mutating func challenges(_ count: Int) -> [GoldilocksPair] {
    (0..<count).map { _ in challenge() }
  }
}

extension Transcript: Conversation {}

/// Level `private`: message i is sent as message less pad i. Pads are uniform, committed to before
/// the first challenge, and each is used once, so that what is sent says nothing.
struct PaddedConversation: Conversation {
  var transcript: Transcript
  let pads: [GoldilocksPair]
  private(set) var sent: [GoldilocksPair] = []

  init(_ transcript: Transcript, pads: [GoldilocksPair]) {
    self.transcript = transcript
    self.pads = pads
  }

  mutating func absorb(_ name: String, _ elements: [GoldilocksPair]) {
    let first = sent.count
    for (index, element) in elements.enumerated() { sent.append(element - pads[first + index]) }
    transcript.absorb(name, Array(sent[first...]))
  }

  mutating func challenge() -> GoldilocksPair { transcript.challenge() }
}
