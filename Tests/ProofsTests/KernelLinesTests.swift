// Which elements a kernel meets: every step, pad and size against the definition.

import Arithmetic
import Graphs
import Testing

@testable import Proofs

@Suite struct KernelLinesTests {
  struct Meeting: Hashable {
    var entry: Int
    var place: Int
    var element: Int
  }

  /// Straight from the definition of a convolution.
  static func meetings(_ window: Window, _ dims: [Int], _ result: [Int]) -> Set<Meeting> {
    var all: Set<Meeting> = []
    for channel in 0..<dims[0] {
      for (i, j) in (0..<window.height).flatMap({ i in (0..<window.width).map { (i, $0) } }) {
        for (row, column) in (0..<result[1]).flatMap({ r in (0..<result[2]).map { (r, $0) } }) {
          let y = row * window.strideY + i - window.top
          let x = column * window.strideX + j - window.left
          guard (0..<dims[1]).contains(y), (0..<dims[2]).contains(x) else { continue }
          all.insert(
            Meeting(
              entry: (channel * window.height + i) * window.width + j,
              place: row * result[2] + column, element: (channel * dims[1] + y) * dims[2] + x))
        }
      }
    }
    return all
  }

  @Test func everyMeetingOnce() {
    var draw = Draw(seed: 5)
    var strides: Set<Int> = []
    for _ in 0..<400 {
      var window = Window(height: 1 + draw.below(4), width: 1 + draw.below(5))
      (window.strideY, window.strideX) = (1 + draw.below(3), 1 + draw.below(3))
      (window.top, window.left) = (draw.below(window.height), draw.below(window.width))
      let dims = [1 + draw.below(2), 1 + draw.below(6), 1 + draw.below(9)]
      // Pads behind the last element as well.
      let result = [3, 1 + draw.below(dims[1] + 1), 1 + draw.below(dims[2] + 2)]
      let lines = KernelLines(window, from: dims, to: result)
      var found: Set<Meeting> = []
      for entry in 0..<lines.entries {
        lines.forEach(of: entry) { line in
          strides.insert(line.step)
          let samples = 1 + draw.below(9)
          line.forEachRun(by: samples) { places, element in
            #expect(places.count % samples == 0)
            for (index, place) in places.enumerated() {
              // The samples beside each other, and each meets its own.
              #expect(place % samples == (element + index) % samples)
              guard place % samples == 0 else { continue }
              let meeting = Meeting(
                entry: entry, place: place / samples, element: (element + index) / samples)
              #expect(found.insert(meeting).inserted)
            }
          }
        }
      }
      #expect(found == Self.meetings(window, dims, result))
    }
    #expect(strides == [1, 2, 3])
  }

  @Test(arguments: [1, 7, 8, 9, 20]) func samplesLieSideBySide(count: Int) {
    let all = (0..<(3 * count)).map { GoldilocksPair(Goldilocks(canonical: UInt64($0))) }
    var found: [Int] = []
    for group in SampleGroup.all(count) {
      let own = group.interleaved(all, each: 3)
      let words = group.interleaved(
        group.samples.map { sample in (0..<3).map { Int32(3 * sample + $0) } })
      #expect(words == own.elements.map(\.a.value) && words.count == 3 * group.count)
      for (place, sample) in group.samples.enumerated() {
        found.append(sample)
        for index in 0..<3 {
          #expect(own[index * group.count + place] == all[3 * sample + index])
        }
      }
    }
    #expect(found == Array(0..<count))
  }
}
