// How far the tensors of a float model reach on sample inputs.

import Graphs
import Primitives

/// How calibration turns what it saw into a range.
public enum CalibrationMethod: Hashable, Sendable {
  /// The greatest magnitude seen.
  case maximum
  /// The magnitude that this many millionths of what was seen stay within (rounded up to one of
  /// 4,096 steps); what lies beyond saturates.
  case percentile(ppm: UInt32)
}

/// What one tensor reached.
struct Reach {
  /// The range for signed activations.
  var magnitude: Double = 0
  /// The range for activations after a ReLU.
  var positive: Double = 0
}

enum Calibration {
  /// The most samples that are looked at.
  static let mostSamples = 4096
  private static let steps = 4096

  /// Splits one long list into samples, or refuses a list that does not divide.
  static func samples(_ lists: [[Float]], each: Int) throws(Refusal) -> [[Float]] {
    var samples: [[Float]] = []
    for list in lists {
      guard !list.isEmpty, list.count % each == 0 else {
        throw .wrongLength(got: list.count, wanted: each)
      }
      if let bad = list.firstIndex(where: { !$0.isFinite }) { throw .notFinite(at: bad) }
      for start in stride(from: 0, to: list.count, by: each) {
        samples.append(Array(list[start..<start + each]))
      }
    }
    guard !samples.isEmpty else { throw Refusal("noCalibrationSamples") }
    guard samples.count <= mostSamples else {
      throw Refusal(
        "tooManySamples",
        ["got": UInt64(samples.count), "most": UInt64(mostSamples)])
    }
    return samples
  }

  /// The reach of every tensor of the graph.
  static func reach(
    of graph: FloatGraph, on samples: [[Float]], _ method: CalibrationMethod
  ) throws(Refusal) -> [Reach] {
    var reach = [Reach](repeating: Reach(), count: graph.nodes.count + 1)
    for sample in samples {
      for (tensor, values) in graph.trace(sample).enumerated() {
        for value in values {
          guard value.isFinite else { throw .notFinite(at: tensor) }
          let wide = Double(value)
          if abs(wide) > reach[tensor].magnitude { reach[tensor].magnitude = abs(wide) }
          if wide > reach[tensor].positive { reach[tensor].positive = wide }
        }
      }
    }
    if case .percentile(let ppm) = method {
      guard (500_000...1_000_000).contains(ppm) else {
        throw Refusal("badPercentile", ["got": UInt64(ppm), "least": 500_000])
      }
      return trimmed(reach, graph, samples, ppm)
    }
    return reach
  }

  /// Counts how often each of 4,096 steps is reached and cuts the rare end off.
  private static func trimmed(
    _ reach: [Reach], _ graph: FloatGraph, _ samples: [[Float]], _ ppm: UInt32
  ) -> [Reach] {
    let blank = [Int](repeating: 0, count: steps)
    var magnitudes = [[Int]](repeating: blank, count: reach.count)
    var positives = magnitudes
    for sample in samples {
      for (tensor, values) in graph.trace(sample).enumerated() {
        for value in values {
          let wide = Double(value)
          count(abs(wide), reach[tensor].magnitude, in: &magnitudes[tensor])
          count(max(wide, 0), reach[tensor].positive, in: &positives[tensor])
        }
      }
    }
    return reach.indices.map { tensor in
      Reach(
        magnitude: reach[tensor].magnitude * share(magnitudes[tensor], ppm),
        positive: reach[tensor].positive * share(positives[tensor], ppm))
    }
  }

  private static func count(_ value: Double, _ greatest: Double, in histogram: inout [Int]) {
    guard greatest > 0, value > 0 else { return histogram[0] += 1 }
    histogram[min(steps - 1, Int(value / greatest * Double(steps)))] += 1
  }

  /// The least share of the range that holds `ppm` millionths of the values.
  private static func share(_ histogram: [Int], _ ppm: UInt32) -> Double {
    let wanted = (histogram.reduce(0, +) * Int(ppm) + 999_999) / 1_000_000
    var seen = 0
    for step in histogram.indices {
      seen += histogram[step]
      if seen >= wanted { return Double(step + 1) / Double(steps) }
    }
    return 1
  }
}
