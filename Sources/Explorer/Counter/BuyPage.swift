// The counter's page: bring a digit, choose how it is checked and who pays, and buy.

import Market
import Primitives

struct BuyPage {
  let house: House

  init(_ house: House) { self.house = house }

  /// - Parameters:
  ///   - trouble: why the last form was not taken.
  ///   - last: what that form said, so that nobody types it twice.
  func sheet(trouble: Missing? = nil, last: BuyForm = BuyForm()) async throws -> Sheet {
    guard let counter = house.counter else { throw Missing.unknown("counter") }
    let stock = try await counter.stock()
    let height = try house.listings.totals().height
    return Sheet(
      status: trouble?.status ?? 200, title: "Buy a run", section: .buy, height: height,
      body: { body(stock, trouble, last) }, twin: { BuyPage.twin(stock) })
  }

  private func body(_ stock: CounterStock, _ trouble: Missing?, _ last: BuyForm) -> Markup {
    let shelf: Markup =
      stock.wares.isEmpty
      ? """
      <p class="note">Nobody sells a run of the digits model here now. A node that was started \
      with <code>tolsey up --market</code> has sellers of its own; or \
      <a href="/docs/tutorial/sell-a-model">sell one yourself</a>.</p>
      """
      : form(stock, last)
    return """
      <p class="over">The counter</p>
      <h1>Buy a run of a model</h1>
      <p class="lead">Bring a digit. A provider you have never met says which one it is, you see \
      how its answer is checked, and you keep a receipt that anybody can verify.</p>
      \(BuyPage.alert(trouble))
      \(shelf)
      <script src="\(Asset.buying.path)" defer></script>
      """
  }

  static func alert(_ trouble: Missing?) -> Markup {
    guard let trouble else { return "" }
    let hint: Markup = trouble.hint.isEmpty ? "" : " \(trouble.hint.sentenced)"
    return """
      <p class="note trouble" role="alert"><strong>\(trouble.message.sentenced)</strong>\(hint)</p>
      """
  }

  // MARK: - The form

  private func form(_ stock: CounterStock, _ last: BuyForm) -> Markup {
    let chosen = last.ware ?? stock.wares[0].name
    let rows = stock.wares.markup { ware(ware: $0, isChosen: $0.name == chosen) }
    return """
      <form id="buy" class="buy" method="post" action="/buy" enctype="multipart/form-data">
      <fieldset class="card"><legend>1. A digit</legend>\(digits(stock, last))</fieldset>
      <fieldset class="card"><legend>2. How the answer is checked</legend>\(rows)</fieldset>
      <fieldset class="card"><legend>3. Who pays</legend>\(payers(stock, last))</fieldset>
      <div class="till"><button id="pay">Buy</button>
      <p id="state" role="status" aria-live="polite"></p></div>
      </form>
      """
  }

  private func digits(_ stock: CounterStock, _ last: BuyForm) -> Markup {
    let isDrawn = last.digit == "drawn"
    let samples = stock.samples.enumerated().markup { index, pixels in
      let value = "sample-\(index)"
      let isChosen = last.digit == value || last.digit == nil && index == 0
      let mark: Markup = isChosen ? " checked" : ""
      return """
        <label class="sample"><input type="radio" name="digit" value="\(value)"\(mark)>\
        \(DigitPicture(pixels: pixels, words: "Sample digit \(index + 1)").markup)</label>
        """
    }
    let drawn: Markup = isDrawn ? " checked" : ""
    let file: Markup = last.digit == "file" ? " checked" : ""
    return """
      <div id="pad" class="pad" hidden>
      <label class="pick"><input type="radio" name="digit" value="drawn" id="drawn"\(drawn)> \
      Draw it</label>
      <canvas id="ink" width="512" height="512" tabindex="0" role="img" \
      aria-label="Draw a digit here with the mouse or a finger"></canvas>
      <div class="seen"><canvas id="seen" width="64" height="64" role="img" \
      aria-label="What the model will see"></canvas>
      <span>This is what the model sees: 8 × 8 pixels.</span>
      <button type="button" class="quiet" id="clear">Clear</button></div>
      <input type="hidden" name="pixels" id="pixels" value="\(last.pixels)">
      </div>
      <div><p class="pick">Or take one that was written by somebody else</p>
      <div class="samples">\(samples)</div>
      <p><label class="pick"><input type="radio" name="digit" value="file"\(file)> \
      Or a file</label> <label><span class="unseen">File</span><input type="file" name="file" \
      accept=".json,.npy,application/json"></label>
      <span class="none">JSON <code>{"input_data": [[…64 numbers from 0 to 16…]]}</code> or \
      <code>.npy</code></span></p></div>
      """
  }

  private func ware(ware: CounterWare, isChosen: Bool) -> Markup {
    let words = CounterWords(ware: ware)
    let mark: Markup = isChosen ? " checked" : ""
    return """
      <div class="ware"><label><input type="radio" name="ware" value="\(ware.name)"\(mark)> \
      <strong>\(words.title)</strong> <code>\(CheckWords.name(ware.check))</code></label>
      <p>\(words.promise)</p>
      <p class="none">Costs \(words.cost), and tolls of about a tenth of a cent. Takes \
      \(words.time). \(Formats.plural(ware.providers, "provider")) \
      \(ware.providers == 1 ? "sells" : "sell") it.</p>
      <input type="hidden" name="most-\(ware.name)" value="\(ware.most.units)"></div>
      """
  }

  private func payers(_ stock: CounterStock, _ last: BuyForm) -> Markup {
    let options = stock.purses.markup { purse in
      let mark: Markup = last.purse == purse.account ? " selected" : ""
      let off: Markup = purse.isBusy ? " disabled" : ""
      let text = purse.account.checksummed
      return """
        <option value="\(text)"\(mark)\(off)>\(text.prefix(8))…\(text.suffix(4)), \
        \(purse.balance.dollars)\(purse.isBusy ? ", busy" : "")</option>
        """
    }
    let test: Markup =
      stock.purses.isEmpty
      ? ""
      : """
      <div class="payer"><label><input type="radio" name="payer" value="test" checked> \
      <strong>A test account</strong></label> <label><span class="unseen">Which one</span>\
      <select name="purse"><option value="">any that is free</option>\(options)</select></label>
      <p>Its money is worth nothing and its key is public. The node signs for it.</p></div>
      """
    let wallet: Markup = stock.purses.isEmpty ? " checked" : ""
    return """
      \(test)
      <div class="payer" id="wallet" data-chain="\(stock.chainID)"\
      \(house.hasFaucet ? " data-faucet" : "")>
      <label><input type="radio" name="payer" value="wallet" id="by-wallet"\(wallet)> \
      <strong>Your wallet</strong></label>
      <p>It shows every field before you sign (EIP-712). It signs the purchase, and the first time \
      the key under which answers are sealed to you, which this page’s server keeps. Under \
      <em>replicated</em> it would have to sign again a minute later, so that is for test accounts.\
      </p>
      <p id="no-wallet" class="none">This needs JavaScript and a wallet in the browser.</p></div>
      """
  }

  // MARK: - The twin

  private static func twin(_ stock: CounterStock) -> [JSONValue.Member] {
    let wares = stock.wares.map { ware -> JSONValue in
      [
        "name": .string(ware.name), "check": .string(CheckWords.name(ware.check)),
        "model": .string(ware.model.description), "price": .unsigned(ware.price.units),
        "most": .unsigned(ware.most.units), "auction": .bool(ware.isAuction),
        "providers": .unsigned(ware.providers), "seconds": .unsigned(ware.seconds),
      ]
    }
    let purses = stock.purses.map { purse -> JSONValue in
      [
        "account": .string(purse.account.checksummed), "balance": .unsigned(purse.balance.units),
        "busy": .bool(purse.isBusy),
      ]
    }
    return [
      .init(name: "wares", value: .array(wares)), .init(name: "purses", value: .array(purses)),
      .init(name: "chainId", value: .unsigned(stock.chainID)),
    ]
  }
}

extension String {
  /// As a sentence: a capital first, a stop last.
  var sentenced: String {
    guard let first else { return self }
    let isOver = last == "." || last == "?" || last == "!"
    return first.uppercased() + dropFirst() + (isOver ? "" : ".")
  }
}
