// The networks and operators that this person has met, so that a stranger's receipt is noticed.

import Chain
import Primitives

/// `$TOLSEY_HOME/known_operators`: a line each of network, operator and where they were met.
struct KnownOperators {
  private static let fileName = "known_operators"
  private static let readLimit = 1 << 20

  private(set) var networks: [KnownNetwork] = []

  init(_ networks: [KnownNetwork] = []) {
    self.networks = networks
  }

  /// Those of the file; none where there is no file.
  static func read() throws -> KnownOperators {
    let path = try HomeFolder.path() + "/" + fileName
    guard LocalFile.exists(path) else { return KnownOperators() }
    let text = String(decoding: try LocalFile.read(path, limit: readLimit), as: UTF8.self)
    var known = KnownOperators()
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(separator: " ")
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      guard words.count >= 2, let network = Bytes32(hex: String(words[0])),
        let named = Address(hex: String(words[1]))
      else {
        throw Failure(
          .refused, code: "badKnownOperators", "line \(number + 1) of \(path) cannot be read",
          hint: "a line is a network id, an operator's address and where they were met")
      }
      known.networks.append(KnownNetwork(network: network, operator: named))
    }
    return known
  }

  /// Remembers a node's network at the first contact. True says that it was new.
  static func remember(_ genesis: Genesis, metAt place: String) throws -> Bool {
    let met = KnownNetwork(network: genesis.network, operator: genesis.operator)
    let known = try read().networks
    guard !known.contains(met) else { return false }
    let home = try HomeFolder.path()
    try LocalFile.makeFolder(home, mode: 0o700)
    let path = home + "/" + fileName
    var text = "# network, operator, met at\n"
    if LocalFile.exists(path) {
      text = String(decoding: try LocalFile.read(path, limit: readLimit), as: UTF8.self)
      if !text.hasSuffix("\n") { text += "\n" }
    }
    text += "\(met.network) \(met.operator.checksummed) \(place)\n"
    try LocalFile.write(Array(text.utf8), to: path, mode: 0o600)
    return true
  }
}
