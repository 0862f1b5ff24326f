// A call for tests whose seller answers at once, however many other tests compute beside them.

@testable import NetworkRoom

extension SellerCall {
  static var patient: SellerCall {
    var call = SellerCall()
    (call.limits.connecting, call.limits.brief) = (.seconds(60), .seconds(60))
    return call
  }
}
