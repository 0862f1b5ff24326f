// A matrix that hides what it commits to: entries with random tails, then pads, then masks.

import Primitives

/// How many rows of what kind, from how much is said under pads.
struct HidingLayout {
  /// log2 of a row without its tail.
  let columnBits: Int
  /// Random entries behind each row: as many as columns are opened.
  let tail: Int
  /// The rows of the committed vector that hold an entry, by their place in its index.
  let entryRows: [Int]
  /// Variables of the committed vector.
  let variables: Int
  /// Messages up to the rounds over the rows, and products of two of them.
  let talk: Int
  let products: Int
  /// Pads behind those of messages and triples.
  let morePads: Int

  /// log2 of how much longer a codeword is than a row.
  static let rateBits = 2
  /// Rows that only hide others, two of the field below for one of the extension.
  static let masks = 3

  /// Variables of the vector above its columns: a hidden round each.
  var rowVariables: Int { variables - columnBits }
  var messages: Int { talk + 2 * rowVariables }
  /// Pads are one a message, three a product, and what comes behind.
  func triple(_ index: Int) -> Int { messages + 3 * index }
  var pads: Int { triple(products) + morePads }

  /// The last column of a row of pads is random and belongs to none, so that a row's value at a
  /// point says nothing.
  var padsInRow: Int { 1 << columnBits - 1 }
  /// Pairs of rows that hold pads.
  var padRows: Int { (pads + padsInRow - 1) / padsInRow }
  var matrixRows: Int { entryRows.count + 2 * (padRows + Self.masks) }
  /// The vector, rows of pads, masks.
  var pieces: Int { 1 + padRows + Self.masks }
  /// Entries of a row with its tail, and letters of its codeword.
  var rowLength: Int { 1 << columnBits + tail }
  var length: Int { 1 << (columnBits + Self.rateBits) }
}
