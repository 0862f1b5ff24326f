// How close the integer model came to the float model when it was imported.

public import Primitives

/// Measured on the calibration samples, in millionths; part of the manifest, so nobody can
/// improve it afterwards.
public struct AccuracyReport: Fielded, Hashable {
  public static let typeName = "AccuracyReport"
  /// How many samples were compared.
  public var samples: UInt64 = 0
  /// How many of them had labels; without labels both accuracies are 0.
  public var labelled: UInt64 = 0
  /// The share of labelled samples that the float model gets right.
  public var floatAccuracy: UInt32 = 0
  /// The share of labelled samples that the integer model gets right.
  public var integerAccuracy: UInt32 = 0
  /// The share of samples on which both have the same greatest output.
  public var agreement: UInt32 = 0
  /// The greatest error of an output over the greatest magnitude of a float output.
  public var greatestError: UInt32 = 0
  /// The mean error of an output over the same magnitude.
  public var meanError: UInt32 = 0

  /// Nothing was compared.
  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("samples", &samples)
    try v("labelled", &labelled)
    try v("floatAccuracy", &floatAccuracy)
    try v("integerAccuracy", &integerAccuracy)
    try v("agreement", &agreement)
    try v("greatestError", &greatestError)
    try v("meanError", &meanError)
  }

  func check() throws(Refusal) {
    guard labelled <= samples else {
      throw Refusal("badReport", ["labelled": labelled, "samples": samples])
    }
    for share in [floatAccuracy, integerAccuracy, agreement] where share > 1_000_000 {
      throw Refusal("badReport", ["ppm": UInt64(share)])
    }
  }
}
