// What the counter's form said, read into what the counter is asked.

import Primitives

/// The fields of the form, kept as they came so that a refused form can be shown again.
struct BuyForm {
  /// `drawn`, `file`, or `sample-` and a number.
  var digit: String?
  var pixels = ""
  var model: Bytes32?
  var ware: String?
  var purse: Address?
  var wallet: Address?
  var file: [UInt8] = []
  private var most: Amount?
  private var isBadPurse = false

  init() {}

  init(_ form: FormReader) {
    digit = form.text("digit")
    pixels = form.text("pixels") ?? ""
    ware = form.text("ware")
    model = form.text("model").flatMap(BuyForm.model)
    file = form.bytes("file") ?? []
    wallet = form.text("account").flatMap(Address.init(hex:))
    if let text = form.text("purse"), !text.isEmpty {
      purse = Address(hex: text)
      isBadPurse = purse == nil
    }
    most = ware.flatMap { form.text("most-" + $0) }.flatMap { UInt64($0) }.map { Amount($0) }
  }

  /// A model by its id or its digest.
  static func model(_ text: String) -> Bytes32? {
    Bytes32(hex: text) ?? (try? PrintedID.parse("model", text))
  }

  func order() throws(Missing) -> CounterOrder {
    guard let ware else {
      throw Missing(400, "noWare", "choose how the answer is checked")
    }
    guard !isBadPurse else {
      throw Missing(400, "badPurse", "that is no test account of this node")
    }
    return CounterOrder(
      model: model, ware: ware, input: try input(), most: most, purse: purse)
  }

  private func input() throws(Missing) -> CounterInput {
    guard let digit else { throw .noDigit }
    switch digit {
    case "drawn":
      let values = pixels.split(separator: ",", omittingEmptySubsequences: false).map {
        UInt8($0)
      }
      let read = values.compactMap(\.self)
      guard [64, 784].contains(values.count), read.count == values.count,
        read.allSatisfy({ $0 <= 16 })
      else {
        throw .noDigit
      }
      return .pixels(read)
    case "file":
      guard !file.isEmpty else {
        throw Missing(400, "noFile", "the file is empty", hint: "choose a .json or .npy file")
      }
      return .file(file)
    default:
      guard digit.hasPrefix("sample-"), let index = Int(digit.dropFirst(7)), index >= 0 else {
        throw .noDigit
      }
      return .sample(index)
    }
  }
}

extension Missing {
  static var noDigit: Missing {
    Missing(
      400, "noDigit", "there is no input", hint: "draw it, take a sample, or choose a file")
  }
}
