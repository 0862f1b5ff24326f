// A receipt, held or broken, as nine stations: each says what it shows and what that proves.

import Chain
import Kernel
import Market
import Primitives

/// What a check of a receipt found, ready to be shown.
struct ReceiptView {
  enum Mark: String { case holds, broken, notReached }

  struct Stop {
    var station: Station
    var mark: Mark
    /// What stands there, in words.
    var shows: Markup
    /// What follows from it, when it holds.
    var proves: String
  }

  let receipt: Receipt?
  let fault: Refusal?
  let size: Int
  /// Whether the receipt is of the network of this node.
  let isOurs: Bool

  /// Reads and judges a file in memory. It is kept nowhere.
  init(_ bytes: [UInt8], in house: House) {
    size = bytes.count
    var read: Receipt?
    do throws(Refusal) {
      let verified = try ReceiptVerifier.verify(bytes)
      (receipt, fault) = (verified.receipt, nil)
      isOurs = verified.isKnown([
        KnownNetwork(network: house.genesis.network, operator: house.genesis.operator)
      ])
      return
    } catch {
      read = try? Receipt(bytes: bytes)
      fault = error
    }
    receipt = read
    isOurs = read?.genesis.network == house.genesis.network
  }

  var isOffer: Bool { receipt?.isOffer ?? false }
  var title: (Station) -> String { { $0.title(isOffer: isOffer) } }

  /// What was not right, beside its station.
  var reason: String {
    guard let fault else { return "" }
    return fault.numbers.count > 1 ? ReceiptWords.fault(fault.numbers[1].name) : fault.message
  }

  private func mark(_ station: Station) -> Mark {
    guard let fault else { return .holds }
    guard let broken = fault.station else { return station == .receipt ? .broken : .notReached }
    if station == broken { return .broken }
    let why = fault.numbers.count > 1 ? fault.numbers[1].name : ""
    // Bytes that do not decode say nothing of what stands before them; the operator's signature is
    // looked at first, and the way up to the header last.
    if broken == .receipt { return why == "path" || why == "sides" ? .holds : .notReached }
    if why == "malformed" { return .notReached }
    return station.rawValue < broken.rawValue ? .holds : .notReached
  }

  var stops: [Stop] {
    Station.allCases.map { station in
      Stop(
        station: station, mark: mark(station),
        shows: receipt.map { ReceiptWords(receipt: $0, isOurs: isOurs).shows(station) } ?? "",
        proves: ReceiptWords.proves(station, isOffer: isOffer))
    }
  }

  var list: Markup {
    let items = stops.markup { stop in
      let style =
        switch stop.mark {
        case .holds: "done"
        case .broken: "failed"
        case .notReached: "ahead"
        }
      let state: Markup =
        switch stop.mark {
        case .holds: Parts.badge("holds", .good)
        case .broken: Parts.badge("broken", .bad)
        case .notReached: Parts.badge("not looked at", .plain)
        }
      let why: Markup = stop.mark == .broken ? "<p><strong>\(reason).</strong></p>" : ""
      let shows: Markup = stop.shows.isEmpty ? "" : "<p>\(stop.shows)</p>"
      let proves: Markup = stop.mark == .holds ? "<p class=\"none\">\(stop.proves)</p>" : ""
      return """
        <li class="\(style)" id="\("\(stop.station)")"><h3>\(title(stop.station)) \(state)</h3>\
        \(why)\(shows)\(proves)</li>
        """
    }
    return "<ol class=\"proofs\">\(items)</ol>"
  }

  /// The finding on top: what anybody may conclude, and what not.
  var finding: Markup {
    if fault != nil, receipt == nil {
      return """
        <div class="verdict bad"><h2>This is no receipt</h2><p>The file cannot be read as one: \
        \(reason). It was cut or changed, or is something else.</p></div>
        """
    }
    if let fault {
      let station = fault.station.map(title) ?? "Receipt"
      return """
        <div class="verdict bad"><h2>This receipt does not hold</h2><p>It breaks at the station \
        <strong>\(station)</strong>: \(reason). It was changed, or never true.</p></div>
        """
    }
    guard let receipt else { return "" }
    let known: Markup =
      isOurs
      ? "It is of the network of this server, and signed by its operator."
      : """
      It is of another network than this server's. Anybody can found a network and sign for it: \
      trust it only if you know that operator.
      """
    return """
      <div class="verdict"><h2>This receipt holds</h2><p>All nine stations hold together: every \
      link, every signature and every sum. Block \(Formats.grouped(receipt.header.height)) of \
      network <code>\(Parts.brief(receipt.genesis.network))</code> was signed by the operator \
      <code>\(receipt.genesis.operator.checksummed)</code>. \(known)</p>\
      <p>Trust level: <strong>one operator's signature</strong>; no witness has countersigned it. \
      <a href="/docs/concepts/trust">What that proves and what not</a></p></div>
      """
  }

  var strip: StationStrip {
    StationStrip(
      stops: stops.map { stop in
        StationStrip.Stop(
          station: stop.station,
          mark: stop.mark == .holds ? .done : stop.mark == .broken ? .failed : .ahead,
          link: "#\(stop.station)", words: stop.proves)
      }, isOffer: isOffer)
  }

  var twin: [JSONValue.Member] {
    let signed: JSONValue =
      receipt.map {
        [
          "operator": .string($0.genesis.operator.checksummed),
          "network": .string($0.genesis.network.description),
          "height": .unsigned($0.header.height), "block": .string($0.header.id.description),
          "time": .unsigned($0.header.time.milliseconds),
        ]
      } ?? .null
    return [
      .init(name: "consistent", value: .bool(fault == nil)),
      .init(
        name: "broken",
        value: fault.map { fault in
          [
            "code": .string(fault.code),
            "station": fault.station.map { .string("\($0)") } ?? .null,
            "reason": .string(reason), "message": .string(fault.message),
          ]
        } ?? .null),
      .init(name: "trust", value: "operator"),
      .init(name: "ours", value: .bool(isOurs)),
      .init(name: "signedBy", value: signed),
      .init(
        name: "stations",
        value: .array(
          stops.map {
            [
              "name": .string("\($0.station)"), "title": .string(title($0.station)),
              "mark": .string($0.mark.rawValue), "proves": .string($0.proves),
            ]
          })),
      .init(name: "settled", value: receipt?.settled.json ?? .null),
    ]
  }
}
