// The counter's pages: what they show, what they take, and from whom they take nothing.

import Market
import Primitives
import Synchronization
import Testing

@testable import Explorer

/// A counter that keeps what it is asked.
final class ScriptedCounter: Counter {
  let asked = Mutex<[CounterOrder]>([])
  let signed = Mutex<[[String]]>([])
  let ticket: CounterTicket?
  let refusal: Missing?

  init(ticket: CounterTicket? = nil, refusal: Missing? = nil) {
    self.ticket = ticket
    self.refusal = refusal
  }

  static func ware(_ name: String, _ most: UInt64) -> CounterWare {
    CounterWare(
      name: name, check: CheckTerms(name, name == "open" ? [] : [Number("audit", 200_000)]),
      model: Specimen.hash("model"), price: Amount(4_400), most: Amount(most), isAuction: false,
      providers: 3, seconds: 2)
  }

  static let digits = CounterModel(
    id: Specimen.hash("model"), shape: [64], inputs: 64, outputs: 10, side: 8, isDigits: true,
    providers: 3)
  static let other = CounterModel(
    id: Specimen.hash("other"), shape: [1, 28, 28], inputs: 784, outputs: 2, side: 28,
    isDigits: false, providers: 1)

  func stock(of model: Bytes32?) async throws(Missing) -> CounterStock {
    let chosen = model == Self.other.id ? Self.other : Self.digits
    var stock = CounterStock(
      models: [Self.digits, Self.other], model: chosen, hidden: [Specimen.hash("hidden")],
      wares: [Self.ware("open", 4_400), Self.ware("disputable", 9_300)],
      purses: [
        CounterPurse(account: Specimen.address("rich"), balance: Amount(5), isBusy: false),
        CounterPurse(account: Specimen.address("late"), balance: Amount(5), isBusy: true),
      ],
      samples: chosen == Self.other
        ? [] : [[UInt8](repeating: 16, count: 64), [UInt8](repeating: 3, count: 64)],
      chainID: 31_337)
    stock.lacksAuditor = chosen == Self.other
    return stock
  }

  func buy(_ order: CounterOrder) async throws(Missing) -> String {
    if let refusal { throw refusal }
    asked.withLock { $0.append(order) }
    return "0123456789abcdef0123456789abcdef"
  }

  func prepare(_ order: CounterOrder, for wallet: Address) async throws(Missing) -> CounterPaper {
    asked.withLock { $0.append(order) }
    return CounterPaper(ticket: "t", documents: [["primaryType": "TakeOffer"]], chainID: 31_337)
  }

  func complete(_ ticket: String, _ signatures: [String]) async throws(Missing) {
    signed.withLock { $0.append(signatures) }
  }

  func ticket(_ name: String) async -> CounterTicket? { name == "known" ? ticket : nil }
}

@Suite struct CounterPageTests {
  static func site(_ counter: ScriptedCounter?, names: [String] = []) -> Explorer {
    var house = Specimen.shared.house
    house.counter = counter
    house.names = names
    return Explorer(house)
  }

  static func form(_ fields: [(String, String)], boundary: String = "xYz") -> [UInt8] {
    var text = ""
    for (name, value) in fields {
      text += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n"
      text += value + "\r\n"
    }
    return Array((text + "--\(boundary)--\r\n").utf8)
  }

  static let good = [("digit", "sample-1"), ("ware", "open"), ("most-open", "4400"), ("purse", "")]

  static func post(
    _ path: String, _ body: [UInt8], type: String = "multipart/form-data; boundary=xYz",
    origin: String? = "http://127.0.0.1:7801", host: String? = "127.0.0.1:7801"
  ) -> Visit {
    Visit(
      method: "POST", path: path, body: body, contentType: type, origin: origin, host: host)
  }

  static func text(_ answer: Answer?) -> String {
    String(decoding: answer?.body ?? [], as: UTF8.self)
  }

  // MARK: - What is shown

  @Test func thePageIsWholeAndSaysWhatThingsCost() async throws {
    let page = try #require(await Self.site(ScriptedCounter()).answer(Visit(path: "/buy")))
    let check = HTMLCheck(Self.text(page))
    #expect(check.faults.isEmpty, "\(check.faults)")
    #expect(page.status == 200)
    for word in ["$0.0044", "20\u{A0}%", "disputable", "8 × 8 pixels", "EIP-712"] {
      #expect(check.text.contains(word), "\(word)")
    }
    let twin = try #require(await Self.site(ScriptedCounter()).answer(Visit(path: "/buy.json")))
    #expect(try JSONValue(parsing: twin.body)["wares"]?.array?.count == 2)
    #expect(!check.text.contains("to audit this model"))
  }

  @Test func everyModelForSaleHasItsForm() async throws {
    let name = PrintedID.full("model", ScriptedCounter.other.id)
    var visit = Visit(path: "/buy")
    visit.query = [("model", name)]
    let page = try #require(await Self.site(ScriptedCounter()).answer(visit))
    let check = HTMLCheck(Self.text(page))
    #expect(check.faults.isEmpty, "\(check.faults)")
    for word in [
      "28 × 28 pixels", "784 numbers", "Pictures of", "has published", "to audit this model",
    ] {
      #expect(check.text.contains(word), "\(word)")
    }
    #expect(Self.text(page).contains("name=\"model\" value=\"\(name)\""))
    #expect(!Self.text(page).contains("Sample digit"))
    visit.query = [("model", "nonsense")]
    #expect(await Self.site(ScriptedCounter()).answer(visit)?.status == 400)
  }

  @Test func theModelOfTheFormIsTheOneThatIsBought() async throws {
    let counter = ScriptedCounter()
    let name = PrintedID.full("model", ScriptedCounter.other.id)
    let drawn = [String](repeating: "16", count: 784).joined(separator: ",")
    let fields = [("model", name), ("digit", "drawn"), ("pixels", drawn), ("ware", "open")]
    let answer = await Self.site(counter).answer(Self.post("/buy", Self.form(fields)))
    #expect(answer?.status == 303)
    let asked = counter.asked.withLock { $0 }
    #expect(asked.first?.model == ScriptedCounter.other.id)
    #expect(asked.first?.input == .pixels([UInt8](repeating: 16, count: 784)))
  }

  @Test func withoutACounterThereIsNoPage() async {
    #expect(await Self.site(nil).answer(Visit(path: "/buy"))?.status == 404)
    let posted = await Self.site(nil).answer(Self.post("/buy", Self.form(Self.good)))
    #expect(posted?.status == 404)
    #expect(Self.site(nil).bodyLimit(of: "/buy") == nil)
    let front = await Self.site(nil).answer(Visit(path: "/docs"))
    #expect(!Self.text(front).contains("href=\"/buy\""))
  }

  @Test(arguments: [CounterStage.signing, .starting, .underway, .handing, .done, .failed])
  func aTicketIsWholeAtEveryStage(_ stage: CounterStage) async throws {
    var ticket = CounterTicket(
      name: "known", stage: stage, pixels: [UInt8](repeating: 7, count: 64),
      model: Specimen.hash("model"), isDigits: true, check: CheckTerms("open"),
      payer: Specimen.address("rich"), isWallet: true,
      most: Amount(4_400))
    if stage == .handing { ticket.documents = [["primaryType": "SendInput"]] }
    if stage == .done {
      ticket.cost = Amount(4_400)
      ticket.run = Specimen.hash("run")
      ticket.answer = CounterAnswer(digit: 8, shares: [0, 0, 0, 0, 0, 0, 0, 0, 990_000, 10_000])
    }
    if stage == .failed {
      ticket.trouble = Missing(409, "x", Specimen.hostile, hint: Specimen.hostile)
    }
    let site = Self.site(ScriptedCounter(ticket: ticket))
    let page = try #require(await site.answer(Visit(path: "/buy/known")))
    let text = Self.text(page)
    let check = HTMLCheck(text)
    #expect(check.faults.isEmpty, "\(check.faults)")
    #expect(text.contains("data-pace") == !stage.isOver)
    if stage == .done { #expect(check.text.contains("It is an 8") && text.contains("99\u{A0}%")) }
    let twin = try #require(await site.answer(Visit(path: "/buy/known.json")))
    let json = try JSONValue(parsing: twin.body)
    #expect(json["stage"]?.string == stage.rawValue)
    #expect(json["digit"]?.uint64 == (stage == .done ? 8 : nil))
  }

  @Test func aTicketThatIsNotThereShowsNothing() async {
    let page = await Self.site(ScriptedCounter()).answer(Visit(path: "/buy/other"))
    #expect(page?.status == 404)
  }

  // MARK: - What is taken

  @Test func aFormBuysAndLeadsToItsTicket() async throws {
    let counter = ScriptedCounter()
    let visit = Self.post("/buy", Self.form(Self.good))
    let answer = try #require(await Self.site(counter).answer(visit))
    #expect(answer.status == 303)
    let way = answer.headers.first { $0.name == "location" }?.value
    #expect(way == "/buy/0123456789abcdef0123456789abcdef")
    let order = CounterOrder(ware: "open", input: .sample(1), most: Amount(4_400))
    #expect(counter.asked.withLock { $0 } == [order])
  }

  @Test func aDrawingAndAFileComeThrough() async throws {
    let counter = ScriptedCounter()
    let drawing = (0..<64).map { String($0 % 17) }.joined(separator: ",")
    let purse = Specimen.address("rich").checksummed
    let drawn = [("digit", "drawn"), ("pixels", drawing), ("ware", "open"), ("purse", purse)]
    _ = await Self.site(counter).answer(Self.post("/buy", Self.form(drawn)))
    let file = [("digit", "file"), ("file", "\r\n--xY\r\n"), ("ware", "open")]
    _ = await Self.site(counter).answer(Self.post("/buy", Self.form(file)))
    let asked = counter.asked.withLock { $0 }
    #expect(
      asked.map(\.input) == [
        .pixels((0..<64).map { UInt8($0 % 17) }), .file(Array("\r\n--xY\r\n".utf8)),
      ])
    #expect(asked[0].purse == Specimen.address("rich"))
  }

  @Test(arguments: [
    [("ware", "open")], [("digit", "drawn"), ("ware", "open")],
    [("digit", "drawn"), ("pixels", "1,2"), ("ware", "open")],
    [("digit", "drawn"), ("pixels", String(repeating: "99,", count: 63) + "1"), ("ware", "open")],
    [("digit", "sample--1"), ("ware", "open")], [("digit", "sample-x"), ("ware", "open")],
    [("digit", "file"), ("ware", "open")], [("digit", "sample-0")],
    [("digit", "sample-0"), ("ware", "open"), ("purse", "0x12")],
  ])
  func aFormThatSaysTooLittleComesBack(_ fields: [(String, String)]) async throws {
    let counter = ScriptedCounter()
    let answer = try #require(
      await Self.site(counter).answer(Self.post("/buy", Self.form(fields))))
    #expect(answer.status == 400)
    #expect(Self.text(answer).contains("role=\"alert\""))
    #expect(counter.asked.withLock { $0.isEmpty })
  }

  @Test func arefusedFormKeepsWhatItSaid() async throws {
    let refusal = Missing(409, "priceMoved", "it costs more now", hint: "look again")
    let site = Self.site(ScriptedCounter(refusal: refusal))
    let fields = [("digit", "sample-1"), ("ware", "disputable"), ("most-disputable", "1")]
    let answer = try #require(await site.answer(Self.post("/buy", Self.form(fields))))
    let text = Self.text(answer)
    #expect(answer.status == 409 && text.contains("It costs more now."))
    #expect(text.contains("value=\"disputable\" checked") && text.contains("sample-1\" checked"))
    #expect(HTMLCheck(text).faults.isEmpty)
  }

  // MARK: - From whom

  @Test(arguments: [
    nil, "null", "", "http://evil.example", "http://127.0.0.1:7802", "https://127.0.0.1",
    "http://127.0.0.1:7801.evil.example", "http://127.0.0.1:7801/",
  ])
  func whatAnotherSiteSentIsNotTaken(_ origin: String?) async throws {
    let counter = ScriptedCounter()
    let json = "{\"signatures\": []}"
    for (path, body, type) in [
      ("/buy", Self.form(Self.good), "multipart/form-data; boundary=xYz"),
      ("/buy/wallet", Self.form(Self.good), "multipart/form-data; boundary=xYz"),
      ("/buy/known/sign", Array(json.utf8), "application/json"),
    ] {
      let visit = Self.post(path, body, type: type, origin: origin)
      let answer = try #require(await Self.site(counter).answer(visit))
      #expect(answer.status == 403, "\(path)")
    }
    #expect(counter.asked.withLock { $0.isEmpty } && counter.signed.withLock { $0.isEmpty })
  }

  @Test func aNameThatPointsHereIsNotOurs() async throws {
    func status(_ host: String, _ names: [String] = []) async -> Int? {
      let visit = Self.post(
        "/buy", Self.form(Self.good), origin: "http://" + host, host: host)
      return await Self.site(ScriptedCounter(), names: names).answer(visit)?.status
    }
    for host in ["localhost", "localhost:7801", "127.0.0.1", "[::1]:7801", "10.0.0.7:80"] {
      #expect(await status(host) == 303, "\(host)")
    }
    for host in [
      "evil.example", "evil.example:7801", "127.0.0.1.evil.example", "localhost.evil.example", "",
      "1.2.3", "1.2.3.4.5", "[::1", "[::1]x", "127.0.0.1:99999", "127.0.0.1:", "0x7f.0.0.1",
    ] { #expect(await status(host) == 403, "\(host)") }
    #expect(await status("tolsey.example", ["tolsey.example"]) == 303)
  }

  @Test func signaturesComeAsJSONOnly() async throws {
    let counter = ScriptedCounter()
    let body = Array("{\"signatures\": [\"0x01\", \"0x02\"]}".utf8)
    let site = Self.site(counter)
    let good = await site.answer(Self.post("/buy/known/sign", body, type: "application/json"))
    #expect(good?.status == 200)
    for type in ["text/plain", "", "multipart/form-data; boundary=xYz"] {
      let answer = await site.answer(Self.post("/buy/known/sign", body, type: type))
      #expect(answer?.status == 400)
    }
    for wrong in ["", "{}", "[]", "{\"signatures\": [1]}", "{\"signatures\": \"0x\"}"] {
      let visit = Self.post("/buy/known/sign", Array(wrong.utf8), type: "application/json")
      #expect(await site.answer(visit)?.status == 400, "\(wrong)")
    }
    #expect(counter.signed.withLock { $0 } == [["0x01", "0x02"]])
  }

  @Test func onlySmallThingsMayBeSent() {
    let site = Self.site(ScriptedCounter())
    #expect(site.bodyLimit(of: "/buy") == 1 << 20 && site.bodyLimit(of: "/buy/wallet") == 1 << 20)
    #expect(site.bodyLimit(of: "/buy/x/sign") == 4_096)
    for path in ["/buy/x", "/buyer", "/buy/", "/", "/orders"] {
      #expect(site.bodyLimit(of: path) == nil, "\(path)")
    }
  }
}

@Suite struct FormReaderTests {
  private static func read(_ body: String, _ type: String) -> [String: String]? {
    let visit = Visit(method: "POST", path: "/", body: Array(body.utf8), contentType: type)
    guard let form = try? FormReader(visit) else { return nil }
    return Dictionary(
      form.fields.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test func bothKindsOfForms() {
    let plain = Self.read("a=1+2%21&b=&c", "application/x-www-form-urlencoded")
    #expect(plain == ["a": "1 2!", "b": "", "c": ""])
    let parts =
      "--B\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a\\\"b.json\"\r\n"
      + "Content-Type: x/y\r\n\r\nbody\r\n--B--\r\n"
    #expect(Self.read(parts, "multipart/form-data; charset=utf-8; boundary=\"B\"") == ["f": "body"])
  }

  @Test(arguments: [
    "", "--B", "--B\r\n", "--B--", "--B\r\n\r\n", "--B\r\nx\r\n\r\nno end", "garbage", "--C--",
    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B",
  ])
  func whatIsCutOffIsRefusedOrEmpty(_ body: String) {
    let read = Self.read(body, "multipart/form-data; boundary=B")
    #expect(read == nil || read?.isEmpty == true)
  }

  @Test func otherTypesAndFloodsAreRefused() {
    #expect(Self.read("a=1", "text/plain") == nil)
    #expect(Self.read("a=1", "") == nil)
    #expect(Self.read("a=%", "application/x-www-form-urlencoded") == nil)
    #expect(Self.read("--B--", "multipart/form-data") == nil)
    let many = String(repeating: "a=1&", count: 100)
    #expect(Self.read(many, "application/x-www-form-urlencoded") == nil)
    let long = "--B\r\n" + String(repeating: "x", count: 2_000) + "\r\n\r\n1\r\n--B--\r\n"
    #expect(Self.read(long, "multipart/form-data; boundary=B") == nil)
  }
}
