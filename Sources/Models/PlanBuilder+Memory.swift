// Where tensors lie: two whose lives do not meet share their bytes.

import Graphs

extension Plan {
  static let mostBatch = 64
  fileprivate static let cacheBytes = 1 << 18
}

extension PlanBuilder {
  /// The plan, its memory laid out.
  func plan(mostSamples: Int) -> Plan {
    let lives = lives()
    var places = places
    var alive: [(last: Int, bytes: Range<Int>)] = []
    var total = 64
    let order = places.indices.filter { lives[$0] != nil }
      .sorted { (lives[$0]!.lowerBound, $0) < (lives[$1]!.lowerBound, $1) }
    for tensor in order {
      guard let life = lives[tensor] else { continue }
      let stride = places[tensor].layout.stride
      // In the order of births: who died before this one is born meets no later one either.
      alive.removeAll { $0.last < life.lowerBound }
      let offset = Self.gap(of: stride, between: alive.map(\.bytes))
      alive.append((life.upperBound, offset..<offset + stride))
      total = max(total, offset + stride)
      places[tensor].offset = offset
      places[tensor].stride = stride
    }
    let batch = max(1, min(mostSamples, Plan.cacheBytes / total))
    for tensor in places.indices {
      let root = roots[tensor]
      places[tensor].stride = places[root].layout.stride
      if root == tensor { places[tensor].offset *= batch }
    }
    for tensor in places.indices where roots[tensor] != tensor {
      places[tensor].offset = places[roots[tensor]].offset
    }
    return Plan(
      steps: steps, places: places, stepEnds: stepEnds, batch: batch, byteCount: total * batch,
      output: graph.nodes.count, owners: owners)
  }

  /// From the step that writes a tensor to the last that reads it; nil for one that is never
  /// stored, or that lies in another's memory.
  private func lives() -> [ClosedRange<Int>?] {
    var first = [Int?](repeating: nil, count: places.count)
    var last = [Int](repeating: -1, count: places.count)
    first[roots[0]] = -1
    for (index, step) in steps.enumerated() {
      if first[roots[step.output]] == nil { first[roots[step.output]] = index }
      last[roots[step.output]] = max(last[roots[step.output]], index)
      for tensor in [step.inputs.0, step.inputs.1] { last[roots[tensor]] = index }
    }
    last[roots[graph.nodes.count]] = steps.count
    return places.indices.map { tensor in
      guard roots[tensor] == tensor, let begin = first[tensor] else { return nil }
      // Pads are filled once, so nobody else may write there.
      if places[tensor].layout.isPadded { return -1...steps.count }
      return begin...max(begin, last[tensor])
    }
  }

  /// The first place where so many bytes are free.
  private static func gap(of count: Int, between taken: [Range<Int>]) -> Int {
    var offset = 0
    for range in taken.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound >= offset + count { break }
      offset = max(offset, range.upperBound)
    }
    return offset
  }
}
