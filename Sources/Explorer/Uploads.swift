// What may be posted to the pages, and how much of it: one line a path.

import Chain
import Primitives

extension Explorer {
  /// Bytes that may be posted to a path; nil where nothing may. Who serves the pages stops reading
  /// there, before anything of it is kept.
  public func bodyLimit(of path: String) -> Int? {
    let path = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
    return Explorer.uploads[path] ?? counterLimit(of: path)
  }

  /// The largest receipt, with the lines that a form puts around it.
  private static let uploads = ["/receipts/verify": Receipt.sizeLimit + 8_192]
}
