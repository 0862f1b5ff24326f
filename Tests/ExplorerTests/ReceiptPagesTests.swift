// Receipts on pages: a true one, one that is broken at each station, and files that are none.

import Archive
import Chain
import Kernel
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct ReceiptPagesTests {
  let specimen: Specimen
  let site: Explorer
  let receipt: Receipt

  init() throws {
    specimen = try RealMarket.shared.get()
    site = Explorer(specimen.house)
    let run = try #require(
      specimen.listings.allRuns.first { $0.check.kind == "replicated" })
    receipt = try Receipt(bytes: try #require(try specimen.records.receipt(run.run).value))
  }

  /// A form as a browser sends it.
  static func form(
    _ file: [UInt8], name: String = "receipt", boundary: String = "----tolsey42"
  ) -> [UInt8] {
    Array(
      """
      --\(boundary)\r
      Content-Disposition: form-data; name="\(name)"; filename="a.tolsey"\r
      Content-Type: application/octet-stream\r
      \r

      """.utf8) + file + Array("\r\n--\(boundary)--\r\n".utf8)
  }

  private func post(
    _ body: [UInt8], type: String = "multipart/form-data; boundary=----tolsey42",
    path: String = "/receipts/verify"
  ) async throws -> (status: Int, text: String) {
    let visit = Visit(method: "POST", path: path, body: body, contentType: type)
    let answer = try #require(await site.answer(visit))
    return (answer.status, String(decoding: answer.body, as: UTF8.self))
  }

  @Test func aTrueReceiptHolds() async throws {
    let found = try await post(Self.form(receipt.bytes))
    #expect(found.status == 200)
    #expect(HTMLCheck(found.text).faults == [])
    #expect(found.text.contains("This receipt holds"))
    #expect(found.text.contains("It is of the network of this server"))
    for station in Station.allCases { #expect(found.text.contains("id=\"\(station)\"")) }
    let twin = try await post(Self.form(receipt.bytes), path: "/receipts/verify.json")
    #expect(try JSONValue(parsing: Array(twin.text.utf8))["consistent"]?.bool == true)
  }

  @Test func everyRunsReceiptIsShownAndHolds() async throws {
    for run in specimen.listings.allRuns {
      let address = "/receipts/" + PrintedID.full("run", run.run)
      let found = try #require(await SiteTests.page(site, address))
      #expect(found.text.contains("This receipt holds"))
      #expect(found.text.contains("/api/receipts/" + PrintedID.full("run", run.run)))
    }
  }

  /// The same message under another's signature.
  private func forged(_ message: SignedMessage) -> SignedMessage {
    .signing(message.message, with: RealMarket.key("other"), domain: specimen.genesis.domain)
  }

  private func broken(_ station: Station) throws -> Receipt {
    var bad = receipt
    switch station {
    case .request:
      guard case .placeOrder(var order) = bad.order.message else { return bad }
      order.request.limit = Rate(Amount(2_000_000))
      bad.order = .signing(
        .placeOrder(order), with: RealMarket.key("ada"), domain: specimen.genesis.domain)
    case .order: bad.order = forged(bad.order)
    case .bid: bad.promises[0] = forged(bad.promises[0])
    case .lease: bad.settled.lease = LeaseID(RealMarket.hash("another"))
    case .run: bad.settled.run = RunID(RealMarket.hash("another"))
    case .evidence: bad.evidence[0] = forged(bad.evidence[0])
    case .verdict:
      for seat in bad.settled.verdict.seats.indices { bad.settled.verdict.seats[seat].fate = .paid }
    case .settlement:
      bad.settled.payouts[1].amount = Amount(bad.settled.payouts[1].amount.units + 1)
    case .receipt: bad.path[0] = RealMarket.hash("another")
    }
    return bad
  }

  @Test(arguments: Station.allCases)
  func aBrokenReceiptNamesItsStation(_ station: Station) async throws {
    let bytes = try broken(station).bytes
    let view = ReceiptView(bytes, in: specimen.house)
    #expect(view.fault?.station == station)
    #expect(view.stops.filter { $0.mark == .broken }.map(\.station) == [station])
    // What was looked at before it holds, what comes after it was not reached.
    for stop in view.stops where stop.station != station {
      #expect(stop.mark == (stop.station.rawValue < station.rawValue ? .holds : .notReached))
    }
    let found = try await post(Self.form(bytes))
    #expect(found.status == 422)
    #expect(HTMLCheck(found.text).faults == [])
    #expect(
      found.text.contains("It breaks at the station <strong>\(station.title(isOffer: false))"))
    let twin = try await post(Self.form(bytes), path: "/receipts/verify.json")
    let json = try JSONValue(parsing: Array(twin.text.utf8))
    #expect(json["broken"]?["station"]?.string == "\(station)")
  }

  @Test func anotherNetworksReceiptIsNotOurs() async throws {
    var house = specimen.house
    house.genesis.chainId = 5
    let view = ReceiptView(receipt.bytes, in: house)
    #expect(view.fault == nil && !view.isOurs)
    #expect(view.finding.text.contains("Anybody can found a network"))
    // Its objects have no pages here, so nothing links to them.
    #expect(!view.list.text.contains("href=\"/"))
  }

  @Test func aByteMoreOrLessIsNoReceipt() async throws {
    let files = [
      receipt.bytes + [0], Array(receipt.bytes.dropLast()), Array("<script>alert(1)</script>".utf8),
      [UInt8](repeating: 0x9f, count: 100_000), [UInt8](repeating: 0x81, count: 100_000),
    ]
    for file in files {
      let found = try await post(Self.form(file))
      #expect(found.status == 422)
      #expect(found.text.contains("This is no receipt"))
      #expect(HTMLCheck(found.text).faults == [])
    }
  }

  /// Numbers and lists that no ledger makes must not end the process that looks at them.
  @Test func whatNoLedgerMakesIsOnlyBroken() async throws {
    let hostile: [(inout Receipt) -> Void] = [
      { $0.settled.prices = [] },
      { $0.settled.stakes = [] },
      { $0.settled.payouts = [] },
      { $0.settled.verdict.seats = [] },
      { $0.settled.index = .max },
      { $0.settled.prices = [.max, .max, .max] },
      { $0.settled.fee = .max },
      { $0.settled.check = CheckTerms("disputable", [Number("audit", .max)]) },
      { $0.settled.check = CheckTerms("<b>", [Number("replicas", .max), Number("audit", .max)]) },
      { $0.header.time = Time(.max) },
      { $0.header.height = .max },
      { $0.promises = [] },
      { $0.evidence = $0.evidence + $0.evidence },
      { $0.path = [] },
    ]
    for change in hostile {
      var bad = receipt
      change(&bad)
      let found = try await post(Self.form(bad.bytes))
      #expect(found.status == 422)
      #expect(HTMLCheck(found.text).faults == [])
    }
  }

  // MARK: - Forms that are none

  @Test(arguments: [
    "application/json", "text/plain", "", "multipart/mixed; boundary=x",
    "application/x-www-form-urlencoded",
  ])
  func anotherTypeIsRefused(_ type: String) async throws {
    #expect(try await post(Self.form(receipt.bytes), type: type).status == 415)
  }

  @Test(arguments: [
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a b",
    "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=a; boundary=b",
    "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
    "multipart/form-data; boundary=a\r\nset-cookie: b", "multipart/form-data; boundary=other",
  ])
  func aBoundaryMustBeOne(_ type: String) async throws {
    #expect(try await post(Self.form(receipt.bytes), type: type).status == 400)
  }

  @Test func aFormIsReadStrictly() async throws {
    let whole = Self.form([1, 2, 3])
    let text = String(decoding: whole, as: UTF8.self)
    var bad: [[UInt8]] = [[], Array("\r\n".utf8) + whole, whole + whole, whole + [0x20]]
    // Cut at every place: nothing that ends early is read.
    bad += (0..<whole.count - 2).map { Array(whole.prefix($0)) }
    bad.append(Self.form([1], name: "other"))
    bad.append(Self.form([]))
    bad.append(Array(text.replacing("form-data; ", with: "attachment; ").utf8))
    bad.append(
      Array(text.replacing("octet-stream", with: "x\r\nContent-Type: multipart/mixed").utf8))
    bad.append(
      Array(text.replacing("octet-stream", with: "x\r\nContent-Transfer-Encoding: base64").utf8))
    bad.append(
      Array(text.replacing("application", with: String(repeating: "y", count: 2_000)).utf8))
    bad.append(
      Array(text.replacing("application", with: String(repeating: "a\r\nb: ", count: 9)).utf8))
    let part = String(text.dropLast("------tolsey42--\r\n".count))
    bad.append(Array((part + text).utf8))
    bad.append(Array((String(repeating: part, count: 6) + text).utf8))
    for body in bad {
      let found = try await post(body)
      #expect(found.status == 400, "\(String(decoding: body.prefix(200), as: UTF8.self))")
      #expect(HTMLCheck(found.text).faults == [])
    }
  }

  @Test func otherFieldsBesideTheFileAreLeftAlone() async throws {
    let field = "------tolsey42\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n"
    let found = try await post(Array(field.utf8) + Self.form(receipt.bytes))
    #expect(found.status == 200)
  }

  @Test func aFileMayHoldWhatLooksLikeABoundary() throws {
    let file = Array("a\r\n------tolsey4\r\n--\r\n\r\n------tolsey4".utf8)
    let visit = Visit(
      method: "POST", path: "/receipts/verify", body: Self.form(file),
      contentType: "multipart/form-data; boundary=\"----tolsey42\"")
    #expect(try Multipart.file(named: "receipt", in: visit) == file)
  }

  /// Sixteen million bytes that are nearly boundaries: each is looked at once.
  @Test func theLargestHostileFormIsReadOnce() async throws {
    let nearly = Array("\r\n------tolsey4".utf8)
    var body = Array(Self.form([]).prefix { _ in true }.dropLast(20))
    while body.count < Receipt.sizeLimit { body += nearly }
    #expect(try await post(body).status == 400)
  }

  @Test func onlyTheFormsPathTakesABody() {
    #expect(site.bodyLimit(of: "/receipts/verify") == (16 << 20) + 8_192)
    #expect(site.bodyLimit(of: "/receipts/verify.json") == (16 << 20) + 8_192)
    for path in ["/", "/orders", "/receipts", "/receipts/verify/x", "/search", "/blocks/1"] {
      #expect(site.bodyLimit(of: path) == nil)
    }
  }
}
