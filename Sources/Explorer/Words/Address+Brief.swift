// An address where there is no room for all of it, and no link.

import Primitives

extension Address {
  /// `0x12ab…cd34`.
  var brief: String { AccountLinks.brief(self) }
}
