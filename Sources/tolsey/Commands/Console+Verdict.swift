// A result that is an answer and a failure at once: a receipt that does not verify, say.

import Primitives

extension Console {
  /// The result, and then the failure, if there is one, with the same data in its envelope.
  func verdict(
    _ schema: String, _ data: JSONValue, failing failure: Failure?, _ text: (Paint) -> String
  ) throws {
    guard var failure else {
      result(schema, data, text)
      return
    }
    // Under --json there is one envelope, which is the failure's.
    if !json { result(schema, data, text) }
    failure.data = data
    throw failure
  }
}
