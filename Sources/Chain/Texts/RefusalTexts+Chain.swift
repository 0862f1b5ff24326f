// The sentences for what blocks, messages, genesis and receipts are refused for.

extension RefusalTexts {
  static let chain: [RefusalText] = [
    RefusalText(
      "unknownMessage", "messages of kind {kind} are unknown here",
      hint: "the message may be for a newer node"),
    RefusalText(
      "unknownMessageName", "no kind of message is called {1?}",
      hint: "the names stand in docs/reference/messages"),
    RefusalText(
      "notTheSigner", "the signature is not the sender's on this network",
      hint: "check the network's id and the account that signs"),
    RefusalText(
      "authorisationNotTaken", "authorisation by {1?} is not taken yet",
      hint: "sign the typed data (EIP-712)"),
    RefusalText(
      "unknownAuthorisation", "authorisations of kind {kind} are unknown here",
      hint: "sign the typed data (EIP-712), or update the node"),
    RefusalText(
      "waitsAlready", "the message waits for a block",
      hint: "nothing: it will be in the next block that has room"),
    RefusalText(
      "sequenceTaken", "another message waits with sequence {sequence}",
      hint: "ask for the account's lanes, and sign with the next free sequence"),
    RefusalText(
      "noFormat", "the format number is missing",
      hint: "write the format as the first field of the file"),
    RefusalText(
      "newerFormat", "format {format} is newer than {known}, which this program reads",
      hint: "update the program"),
    RefusalText(
      "newerRules", "the block follows rules {rules}; this program knows {known}",
      hint: "update the program"),
    RefusalText(
      "genesisLacks", "the genesis lacks a valid {1?}",
      hint: "make the genesis again with tolsey up in an empty folder"),
    RefusalText(
      "genesisRepeats", "the genesis names something twice under {1?}",
      hint: "leave each name, account and key there once"),
    RefusalText(
      "unknownAsset", "the network has no asset {asset}",
      hint: "asset 0 is the dollar, which every network has"),
    RefusalText(
      "notTheOperator", "the block is not signed by the network's operator",
      hint: "read the blocks from a node of the same network"),
    RefusalText(
      "wrongHeight", "the block has height {height}; {wanted} is next",
      hint: "send the blocks in order, each once"),
    RefusalText(
      "rootDiffers", "{1?} differs at block {1=}: the log does not make this state",
      hint: "the log or its operator is wrong: compare with another node first"),
    RefusalText(
      "notAdmitted", "message {index} of block {height} could not be admitted",
      hint: "the operator made a block that no node takes: tell it the height"),
    RefusalText(
      "stateIsTorn", "a block was refused in the middle",
      hint: "start again: the state is read back from the store"),
    RefusalText(
      "otherForm", "rows of {1?} are whole, and of another form than this version writes",
      hint: "use the version that wrote them, or begin anew with another --data"),
    RefusalText(
      "unknownTable", "no room has a table {1?}",
      hint: "the tables stand in docs/reference/states"),
    RefusalText(
      "sealBroken", "the sealed run does not hold at step {1=}, {1?}: {2?}",
      hint: "get the file again from who sold the run"),
    RefusalText(
      "receiptBroken", "the receipt does not hold at station {1=}, {1?}: {2?}",
      hint: "ask for the receipt again; this one was changed, or never true"),
    RefusalText(
      "messageNotFound", "a message of the road is not in the log",
      hint: "the node's log is incomplete: run tolsey db check, or ask another node"),
    RefusalText(
      "transactionType", "transactions of type {type} are not read here",
      hint: "send one of type 0 or 2"),
    RefusalText(
      "badTransactionField", "field {field} of the transaction has no such form",
      hint: "send the bytes as the wallet signed them: type 0 or type 2"),
    RefusalText(
      "noChainID", "the transaction names no chain",
      hint: "sign it with the network's chain id (EIP-155)"),
    RefusalText(
      "wrongChain", "the transaction is for chain {got}; this network is chain {wanted}",
      hint: "choose the network in the wallet"),
    RefusalText(
      "contractCreation", "no contract can be created here",
      hint: "what answers calls is built in; the docs list the addresses"),
    RefusalText(
      "noContract", "nothing answers calls at that address",
      hint: "send no data to an account, or call one of the built-in contracts"),
    RefusalText(
      "unknownFunction", "the contract has no function with the selector {1?}",
      hint: "the functions of each contract stand in docs/howto/use-web3"),
    RefusalText(
      "onlyAView", "the function only reads", hint: "call it; it needs no transaction"),
    RefusalText("valueWithCall", "no function takes money along", hint: "send a value of 0"),
    RefusalText(
      "valueNotWhole", "the value leaves {rest} wei over: a millionth of a dollar is 10^12 wei",
      hint: "send a multiple of 1,000,000,000,000 wei"),
    RefusalText(
      "notTheTransaction", "the transaction says something else than the message",
      hint: "sender, lane 0 and the nonce as sequence have to agree"),
    RefusalText(
      "feeTooLow", "the transaction allows {offered$} for gas; the message costs {needs$}",
      hint: "let the wallet estimate the gas, or raise its limit"),
  ]

  static let doors: [RefusalText] = [
    RefusalText(
      "batchTooLong", "{got} messages at once; the limit is {limit}",
      hint: "send them in several requests"),
    RefusalText(
      "overOrder", "the order may cost {asked$}; the owner allows {limit$} for one",
      hint: "raise what one order may cost, or ask for less"),
    RefusalText(
      "overBudget", "the order may cost {asked$}; {left$} of the budget is left",
      hint: "raise the budget, or wait for what is in escrow to come back"),
    RefusalText(
      "givenUp", "given up after {tries} tries",
      hint: "look at what was refused before, and begin again"),
    RefusalText(
      "noSignedRun", "the JSON holds no receipt", hint: "give the whole answer of the provider"),
    RefusalText(
      "otherAnswer", "the answer beside the receipt is not the one that was signed",
      hint: "ask the seller again: answer and receipt belong together"),
    RefusalText(
      "oneSample", "{lists} inputs came at once; a run takes one",
      hint: "send one after the other"),
    RefusalText(
      "notTheProvider", "the run is not signed by the provider that it names",
      hint: "get the receipt again from who sold the run"),
  ]
}
