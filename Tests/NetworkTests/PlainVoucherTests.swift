// A voucher that is read without a tree means what the tree says, or is left to it.

import Foundation
import Payments
import Primitives
import Testing

@testable import NetworkRoom

@Suite struct PlainVoucherTests {
  let market = ChannelMarket()

  /// What the plain way through the tree makes of a header: what is matched, and the voucher.
  private func reference(_ header: String) -> PlainVoucher.Read? {
    guard let json = X402.document(header), json["x402Version"]?.uint64 == X402.version,
      json["accepted"]?["scheme"]?.string == X402.channelScheme,
      let accepted = json["accepted"].flatMap({ PaymentRequirements($0) }),
      case .voucher(let voucher)? = json["payload"].flatMap({ ChannelPayload($0) })
    else { return nil }
    return PlainVoucher.Read(accepted, voucher)
  }

  private func plain(_ header: String) -> PlainVoucher.Read? {
    PlainVoucher(header: header).map { PlainVoucher.Read($0.accepted, $0.voucher) }
  }

  private func usual(_ change: (String) -> String = { $0 }) throws -> String {
    let header = market.pay(try market.config(), 1_400, price: 1_000)
    let data = try #require(Data(base64Encoded: header))
    return change(String(decoding: data, as: UTF8.self))
  }

  private func packed(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  @Test func whatWalletsWriteIsRead() throws {
    let others: [(String) -> String] = [
      { $0 },
      // As others set it: with the resource, extensions, space, numbers for texts, a parity from 0.
      {
        $0.replacing(
          "{\"x402Version\":2,",
          with: "{ \"x402Version\" : 2 ,\n\"resource\":{\"url\":\"http://a/b\",\"list\":[1,[],{}]},"
            + "\"extensions\":null,\"isGood\":true,\"isBad\":false,")
      },
      { $0.replacing("\"maxClaimableAmount\":\"1400\"", with: "\"maxClaimableAmount\":1400") },
      { $0.replacing(":86400,\"salt", with: ":\"86400\",\"salt") },
      { $0.replacing("1b\"", with: "00\"").replacing("1c\"", with: "01\"") },
      { $0.replacing("\"type\":\"voucher\"", with: "\"deposit\":{},\"type\":\"voucher\"") },
    ]
    for change in others {
      let header = packed(try usual(change))
      let read = try #require(plain(header))
      #expect(read == reference(header))
    }
  }

  @Test func whatIsUnusualIsLeftToTheTree() throws {
    let others: [(String) -> String] = [
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":2.0") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":02") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":1") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":2,\"x402Version\":2") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":2,") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":2,\"a\":-1") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":2,\"a\":nul") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":2,\"a\":[1,]") },
      { $0.replacing("\"x402Version\":2", with: "\"x402Version\":2,\"é\":1") },
      { $0.replacing("batch-settlement", with: "batch\\u002dsettlement") },
      { $0.replacing("batch-settlement", with: "exact") },
      { $0.replacing("\"1400\"", with: "\"01400\"") },
      { $0.replacing("\"1400\"", with: "\"14e2\"") },
      { $0.replacing("\"1400\"", with: "\"\"") },
      { $0.replacing("\"1400\"", with: "\"18446744073709551616\"") },
      { $0.replacing("86400,\"salt", with: "1099511627776,\"salt") },
      { $0.replacing("\"type\":\"voucher\"", with: "\"type\":\"refund\"") },
      { $0.replacing("\"payer\":\"0x", with: "\"payer\":\"0X") },
      { $0.replacing("\"payer\":\"0x", with: "\"payer\":\"0xg") },
      { $0.replacing("\"payer\":", with: "\"payee\":") },
      { $0.replacing("\"salt\":\"0x", with: "\"salt\":\"0x00") },
      { $0.replacing("1b\"}", with: "\"}").replacing("1c\"}", with: "\"}") },
      { $0 + "}" }, { String($0.dropLast()) }, { $0 + "\0" }, { "[" + $0 + "]" }, { _ in "" },
      { $0.replacing("\"accepted\":{", with: "\"accepted\":{\"amount\":\"1\",") },
      {
        let deep = String(repeating: "[", count: 9) + String(repeating: "]", count: 9)
        return $0.replacing("\"x402Version\":2", with: "\"x402Version\":2,\"a\":\(deep)")
      },
    ]
    for (index, change) in others.enumerated() {
      #expect(plain(packed(try usual(change))) == nil, "\(index)")
    }
    #expect(PlainVoucher(header: try usual()) == nil)
    #expect(PlainVoucher(header: packed(try usual()), limit: 100) == nil)
  }

  /// Letters are changed, lost and doubled: nothing is read but what the tree reads, as that does.
  @Test func noOtherMeaningIsReadFromWhatIsBroken() throws {
    var source = SeededSource(seed: 402)
    let whole = Array(try usual().utf8)
    let letters = Array("{}[]\":,0123456789abcxefEX.-+ \\\n\0é".utf8)
    var (taken, left) = (0, 0)
    for _ in 0..<6_000 {
      var bytes = whole
      for _ in 0...source.below(2) {
        let at = source.below(bytes.count)
        switch source.below(4) {
        case 0: bytes[at] = letters[source.below(letters.count)]
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(letters[source.below(letters.count)], at: at)
        default:
          let end = min(bytes.count, at + source.below(80))
          bytes.insert(contentsOf: bytes[at..<end], at: source.below(bytes.count))
        }
      }
      let header = Data(bytes).base64EncodedString()
      guard let read = plain(header) else {
        left += 1
        continue
      }
      taken += 1
      #expect(read == reference(header), "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(taken > 500 && left > 500)
  }

  /// Whoever writes it oddly pays the same, and is refused the same.
  @Test func theWayThroughTheTreeSellsTheSame() async throws {
    let gate = market.gate(market.channels())
    let config = try market.config()
    market.fund(config, 100_000)
    let header = market.pay(config, 1_000, price: 1_000)
    let text = String(decoding: try #require(Data(base64Encoded: header)), as: UTF8.self)
    let odd = packed(text.replacing("batch-settlement", with: "batch\\u002dsettlement"))
    #expect(PlainVoucher(header: odd) == nil && PlainVoucher(header: header) != nil)
    let first = await market.ask(gate, odd)
    #expect(first.status == 200)
    // The same sale, asked for in the other way.
    #expect(await market.ask(gate, header) == first)
    for price in [UInt64(999), 1_001] {
      let other = market.pay(config, 2_000, price: price)
      let answer = await market.ask(gate, other, request: 2)
      let again = packed(
        String(decoding: try #require(Data(base64Encoded: other)), as: UTF8.self)
          .replacing("batch-", with: "batch\\u002d"))
      #expect(answer.status == 402)
      #expect(await market.ask(gate, again, request: 2) == answer)
    }
  }
}

extension PlainVoucher {
  /// All that a gate looks at.
  struct Read: Hashable {
    var scheme: String
    var network: String
    var amount: UInt256
    var asset: Address
    var payTo: Address
    var voucher: ChannelVoucher

    init(_ accepted: PaymentRequirements, _ voucher: ChannelVoucher) {
      scheme = accepted.scheme
      network = accepted.network
      amount = accepted.amount
      asset = accepted.asset
      payTo = accepted.payTo
      self.voucher = voucher
    }
  }
}

/// The same numbers for the same seed.
struct SeededSource {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func below(_ end: Int) -> Int { Int(next() % UInt64(max(end, 1))) }
}
