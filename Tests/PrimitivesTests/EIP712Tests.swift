// Typed data against eth-account and against the payment types of x402.

import Primitives
import Testing

@Suite struct EIP712Tests {
  /// The domain of a case; the version may be missing.
  private func domain(_ json: JSONValue) throws -> EIP712.Domain {
    EIP712.Domain(
      name: try json.needString("name"), version: json["version"]?.string,
      chainId: try #require(try json.need("chainId").uint64),
      verifyingContract: try json.needAddress("verifyingContract"))
  }

  private func check<T: Fielded & Equatable>(_ type: T.Type, _ vector: JSONValue) throws {
    let message = try vector.need("message")
    let value = try T(json: message)
    let domain = try domain(vector.need("domain"))
    let digest = value.digest(domain: domain)
    let key = try PrivateKey(try vector.needBytes32("key"))
    let signature = try Signature(try vector.needBytes("signature"))
    #expect(digest == (try vector.needBytes32("digest")))
    #expect(key.sign(value, domain: domain) == signature)
    #expect(try signature.recover(digest: digest).checksummed == (try vector.needString("signer")))
    #expect(value.json == message)
    #expect(try CBOR.decode(T.self, from: value.encoded) == value)
    if let document = vector["document"] {
      #expect(value.typedData(domain: domain).text == document.text)
    }
  }

  @Test func agreesWithEthAccount() throws {
    let cases = try Vectors.json("eip712/cases.json").array ?? []
    #expect(cases.count == 1_000)
    for vector in cases {
      switch try vector.needString("type") {
      case "Mail": try check(Mail.self, vector)
      case "Leaves": try check(Leaves.self, vector)
      case "Lists": try check(Lists.self, vector)
      case "PlaceOrder": try check(PlaceOrder.self, vector)
      case "Zebra": try check(Zebra.self, vector)
      case "Foreign": try check(Foreign.self, vector)
      case let other: Issue.record("no struct is declared for \(other)")
      }
    }
  }

  /// The example of EIP-712 itself.
  @Test func agreesWithTheProposal() throws {
    var mail = Mail()
    mail.from.name = "Cow"
    mail.from.wallet = try #require(Address(hex: "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"))
    mail.to.name = "Bob"
    mail.to.wallet = try #require(Address(hex: "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"))
    mail.contents = "Hello, Bob!"
    let domain = EIP712.Domain(
      name: "Ether Mail", version: "1", chainId: 1 as UInt64,
      verifyingContract: try #require(Address(hex: "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC")))
    #expect(
      EIP712.encodeType(Mail.self)
        == "Mail(Person from,Person to,string contents)Person(string name,address wallet)")
    #expect(
      EIP712.hashStruct(mail).description
        == "0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e")
    #expect(
      domain.separator.description
        == "0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f")
    #expect(
      mail.digest(domain: domain).description
        == "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
  }

  @Test func describesTypesInsideEmptyLists() {
    #expect(
      EIP712.encodeType(Lists.self)
        == "Lists(uint64[] numbers,bytes32[] words,address[] people,string[] texts,"
        + "Number[] named,CheckTerms[] terms)CheckTerms(string kind,Number[] numbers)"
        + "Number(string name,uint64 value)")
    #expect(
      EIP712.encodeType(Zebra.self)
        == "Zebra(Apple apple,Mango[] mango,uint256 stripes)Apple(bytes core,Rate rate,bool ripe)"
        + "Mango(Apple apple,bytes32 seed)Rate(uint64 amount,uint64 per)")
    #expect(EIP712.encodeType(Onion.self) == "Onion(Onion[] layers)")
    #expect(EIP712.encodeType(Foreign.self).hasPrefix("Foreign(uint40 delay,uint48 period,"))
    #expect(EIP712.encodeType(Foreign.self).hasSuffix("uint40[] delays)"))
  }

  @Test func listsFieldsForTheReference() {
    #expect(
      FieldDescriber.fields(of: Rate.self) == [
        FieldDescription(name: "amount", type: "uint64"),
        FieldDescription(name: "per", type: "uint64"),
      ])
    #expect(
      FieldDescriber.types(of: PlaceOrder.self).map(\.name) == [
        "PlaceOrder", "CheckTerms", "Number", "Rate",
      ])
  }

  /// Every field of the message and of the domain is under the signature.
  @Test func everyFieldCounts() throws {
    let domain = EIP712.Domain(name: "Tolsey", version: "1", chainId: 7, verifyingContract: .zero)
    let base = Leaves()
    var changed = [Leaves](repeating: base, count: 9)
    changed[0].flag = true
    changed[1].small = 1
    changed[2].middle = 1
    changed[3].large = Amount(1)
    changed[4].huge = UInt256(1 as UInt64)
    changed[5].word = Bytes32(words: 0, 0, 0, 1)
    changed[6].who = try #require(Address(hex: "0x" + String(repeating: "00", count: 19) + "01"))
    changed[7].data = [0]
    changed[8].text = "\u{0}"
    let digests = ([base] + changed).map { $0.digest(domain: domain) }
    #expect(Set(digests).count == 10)
    let domains = [
      domain,
      EIP712.Domain(name: "tolsey", version: "1", chainId: 7, verifyingContract: .zero),
      EIP712.Domain(name: "Tolsey", version: "2", chainId: 7, verifyingContract: .zero),
      EIP712.Domain(name: "Tolsey", version: "", chainId: 7, verifyingContract: .zero),
      EIP712.Domain(name: "Tolsey", chainId: 7, verifyingContract: .zero),
      EIP712.Domain(name: "Tolsey", version: "1", chainId: 8, verifyingContract: .zero),
      EIP712.Domain(
        name: "Tolsey", version: "1", chainId: 7, verifyingContract: changed[6].who),
    ]
    #expect(Set(domains.map { base.digest(domain: $0) }).count == 7)
  }

  @Test func narrowIntegersStayNarrow() throws {
    let top = UInt64(1) << 40
    #expect(try UInt40(top - 1).value == UInt256(top - 1))
    #expect(code { try UInt40(top) } == "overflow")
    #expect(
      code { try UInt40(json: .string(String(top))) } == "overflow")
    #expect(try UInt40(json: .unsigned(5)).value == UInt256(5 as UInt64))
    #expect(try UInt40(json: .string("5")).json == .string("5"))
  }
}
