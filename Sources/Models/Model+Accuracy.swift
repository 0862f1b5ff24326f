// How close the integer model is to the float model and to the labels.

public import Graphs
public import Primitives

extension Model {
  /// Compares on labelled data.
  ///
  /// - Parameters:
  ///   - samples: the inputs.
  ///   - labels: the right answers, or none.
  ///   - float: the float model's outputs on the samples, or none; without them the shares that
  ///     need them are 0.
  public func accuracy(
    on samples: [[Float]], labels: [Int] = [], float: [[Float]] = []
  ) throws(Refusal) -> AccuracyReport {
    guard !samples.isEmpty else { throw Refusal("noSamples") }
    for list in [labels.count, float.count] where list != 0 && list != samples.count {
      throw .wrongLength(got: list, wanted: samples.count)
    }
    for label in labels where !(0..<outputCount).contains(label) {
      throw Refusal(
        "badLabel", ["got": UInt64(clamping: label), "end": UInt64(outputCount)])
    }
    for logits in float where logits.count != outputCount {
      throw .wrongLength(got: logits.count, wanted: outputCount)
    }
    var tally = Tally()
    for index in samples.indices {
      let own = try run(samples[index])
      let label = labels.isEmpty ? nil : labels[index]
      tally.add(own, label, float.isEmpty ? nil : float[index])
    }
    return tally.report(samples: samples.count, labelled: labels.count)
  }
}

/// Counts while samples are compared.
private struct Tally {
  var integerRight = 0
  var floatRight = 0
  var agreed = 0
  var compared = 0
  var errors = 0
  var greatestError: Double = 0
  var sumOfErrors: Double = 0
  var greatestLogit: Double = 0

  mutating func add(_ own: Output, _ label: Int?, _ float: [Float]?) {
    if own.best == label { integerRight += 1 }
    guard let float else { return }
    var best = 0
    for index in float.indices where float[index] > float[best] { best = index }
    if best == label { floatRight += 1 }
    if best == own.best { agreed += 1 }
    compared += 1
    for (value, wanted) in zip(own.values, float) {
      let error = abs(Double(value) * own.scale - Double(wanted))
      errors += 1
      sumOfErrors += error
      greatestError = max(greatestError, error)
      greatestLogit = max(greatestLogit, abs(Double(wanted)))
    }
  }

  func report(samples: Int, labelled: Int) -> AccuracyReport {
    var report = AccuracyReport()
    report.samples = UInt64(samples)
    report.labelled = UInt64(labelled)
    report.integerAccuracy = Self.share(integerRight, of: labelled)
    report.floatAccuracy = Self.share(compared == 0 ? 0 : floatRight, of: labelled)
    report.agreement = Self.share(agreed, of: compared)
    report.greatestError = Self.millionths(greatestError, of: greatestLogit)
    report.meanError = Self.millionths(
      errors == 0 ? 0 : sumOfErrors / Double(errors), of: greatestLogit)
    return report
  }

  private static func share(_ part: Int, of whole: Int) -> UInt32 {
    whole == 0 ? 0 : UInt32(part * 1_000_000 / whole)
  }

  private static func millionths(_ part: Double, of whole: Double) -> UInt32 {
    guard whole > 0 else { return 0 }
    return UInt32(min(4e9, (part / whole * 1_000_000).rounded()))
  }
}
