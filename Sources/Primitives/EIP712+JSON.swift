// The document that a wallet is asked to sign: typed data as `eth_signTypedData_v4` takes it.

extension EIP712 {
  /// Types, primary type, domain and message. Numbers above 32 bits are decimal strings, since
  /// wallets read JSON numbers as floats.
  public static func typedData<T: Fielded>(_ value: T, domain: Domain) -> JSONValue {
    let domainFields = Domain.fields(versioned: domain.version != nil)
    var types = [JSONValue.Member(name: "EIP712Domain", value: list(domainFields))]
    for type in FieldDescriber.types(of: T.self) {
      types.append(JSONValue.Member(name: type.name, value: list(type.fields)))
    }
    return [
      "types": .object(types),
      "primaryType": .string(T.typeName),
      "domain": json(domain),
      "message": JSONWriter.object(value, forWallets: true),
    ]
  }

  private static func list(_ fields: [FieldDescription]) -> JSONValue {
    .array(fields.map { ["name": .string($0.name), "type": .string($0.type)] })
  }

  private static func json(_ domain: Domain) -> JSONValue {
    var members = [JSONValue.Member(name: "name", value: .string(domain.name))]
    if let version = domain.version {
      members.append(JSONValue.Member(name: "version", value: .string(version)))
    }
    // The common chain ids stay numbers, as every wallet writes them.
    let id = domain.chainId
    let chain: JSONValue =
      if let small = id.uint64, small < 1 << 53 { .unsigned(small) } else { .string("\(id)") }
    members.append(JSONValue.Member(name: "chainId", value: chain))
    members.append(
      JSONValue.Member(
        name: "verifyingContract", value: .string(domain.verifyingContract.description)))
    return .object(members)
  }
}

extension Fielded {
  /// The document for a wallet's `eth_signTypedData_v4`.
  public func typedData(domain: EIP712.Domain) -> JSONValue {
    EIP712.typedData(self, domain: domain)
  }
}
