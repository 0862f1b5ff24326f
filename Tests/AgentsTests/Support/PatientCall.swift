// A call for tests whose seller answers at once, however many other tests compute beside them.

@testable import NetworkRoom

extension SellerLimits {
  /// Only what can have no other end ends by these.
  static var patient: SellerLimits {
    var limits = SellerLimits()
    limits.connecting = .seconds(600)
    limits.brief = .seconds(600)
    limits.silence = .seconds(600)
    limits.whole = .seconds(1_200)
    return limits
  }
}

extension SellerCall {
  static var patient: SellerCall { SellerCall(limits: .patient) }
}

/// Waits until something is so, as long as anybody can hope; the test says then that it is not.
func until(_ isSo: () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(600)
  while try await !isSo(), ContinuousClock.now < end {
    try await Task.sleep(for: .milliseconds(5))
  }
}
