// What others wrote, made safe to show: it moves no cursor, breaks no line, turns no direction.

extension String {
  /// The text with a blank for each control character and each mark that reverses the direction
  /// of writing, with which a name could otherwise pose as another or forge a line of output.
  var harmless: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.isHarmless ? $0 : " " }))
  }
}

extension Unicode.Scalar {
  fileprivate var isHarmless: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F: false
    case 0x2028, 0x2029: false
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: false
    default: true
    }
  }
}
