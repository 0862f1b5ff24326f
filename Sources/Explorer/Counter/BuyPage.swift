// The counter's page: choose a model, bring its input, choose the check and who pays, and buy.

import Market
import Primitives

struct BuyPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ visit: Visit) async throws -> Sheet {
    guard let text = visit.value("model"), !text.isEmpty else { return try await sheet() }
    guard let model = BuyForm.model(text) else {
      throw Missing(400, "badId", "that is no model's id", hint: "choose one on the page")
    }
    return try await sheet(of: model)
  }

  /// - Parameters:
  ///   - model: whose runs are bought; nil for the one that is shown first.
  ///   - trouble: why the last form was not taken.
  ///   - last: what that form said, so that nobody types it twice.
  func sheet(
    of model: Bytes32? = nil, trouble: Missing? = nil, last: BuyForm = BuyForm()
  ) async throws -> Sheet {
    guard let counter = house.counter else { throw Missing.unknown("counter") }
    let stock = try await counter.stock(of: model)
    let height = try house.listings.totals().height
    return Sheet(
      status: trouble?.status ?? 200, title: "Buy a run", section: .buy, height: height,
      body: { body(stock, trouble, last) }, twin: { BuyPage.twin(stock) })
  }

  private func body(_ stock: CounterStock, _ trouble: Missing?, _ last: BuyForm) -> Markup {
    let shelf: Markup =
      stock.wares.isEmpty
      ? """
      <p class="note">Nobody sells a run of a model here that could be bought on a page. A node \
      that was started with <code>tolsey up --market</code> has sellers of its own; or \
      <a href="/docs/tutorial/sell-a-model">sell one yourself</a>.</p>
      """
      : form(stock, last)
    return """
      <p class="over">The counter</p>
      <h1>Buy a run of a model</h1>
      <p class="lead">\(BuyPage.lead(stock.model)) You see how the answer is checked, and you keep \
      a receipt that anybody can verify.</p>
      \(BuyPage.alert(trouble))
      \(BuyPage.models(stock))
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

  private static func lead(_ model: CounterModel?) -> Markup {
    guard let model, !model.isDigits else {
      return "Bring a digit. A provider you have never met says which one it is."
    }
    return """
      Bring \(model.inputs) numbers. A provider you have never met runs the model on them.
      """
  }

  // MARK: - Which model

  /// A link for each model, where there is a choice.
  private static func models(_ stock: CounterStock) -> Markup {
    guard stock.models.count > 1 || !stock.hidden.isEmpty else { return "" }
    let links = stock.models.markup { model in
      let words = BuyPage.words(model)
      let name = PrintedID.full("model", model.id)
      let sold = Formats.plural(model.providers, "provider")
      guard model.id != stock.model?.id else {
        return "<li aria-current=\"true\"><strong>\(words)</strong> \(sold)</li>"
      }
      return "<li><a href=\"/buy?model=\(name)\">\(words)</a> \(sold)</li>"
    }
    let hidden: Markup =
      stock.hidden.isEmpty
      ? ""
      : """
      <p class="none">\(Formats.plural(UInt64(stock.hidden.count), "model")) more on offer: nobody \
      has published how to bring an input to their numbers, so they are bought with \
      <code>tolsey buy</code> by who has the model: \
      \(stock.hidden.prefix(8).markup { "\(Parts.model($0)) " })</p>
      """
    return """
      <nav class="card models" aria-label="Models"><ul>\(links)</ul>\(hidden)</nav>
      """
  }

  private static func words(_ model: CounterModel) -> String {
    let short = PrintedID.short("model", model.id)
    if model.isDigits { return "Digits of 8 × 8 pixels, \(short)" }
    if let side = model.side {
      return "Pictures of \(side) × \(side) pixels, \(short)"
    }
    return "\(model.inputs) numbers in, \(model.outputs) out, \(short)"
  }

  // MARK: - The form

  private func form(_ stock: CounterStock, _ last: BuyForm) -> Markup {
    let chosen = last.ware ?? stock.wares[0].name
    let rows = stock.wares.markup { ware(ware: $0, isChosen: $0.name == chosen) }
    return """
      <form id="buy" class="buy" method="post" action="/buy" enctype="multipart/form-data">
      <input type="hidden" name="model" value="\(BuyPage.name(stock.model))">
      <fieldset class="card"><legend>\(BuyPage.legend(stock.model))</legend>\
      \(input(stock, last))</fieldset>
      <fieldset class="card"><legend>2. How the answer is checked</legend>\(rows)\
      \(BuyPage.unaudited(stock))</fieldset>
      <fieldset class="card"><legend>3. Who pays</legend>\(payers(stock, last))</fieldset>
      <div class="till"><button id="pay">Buy</button>
      <p id="state" role="status" aria-live="polite"></p></div>
      </form>
      """
  }

  /// Why a way that somebody offers is not among the others.
  private static func unaudited(_ stock: CounterStock) -> Markup {
    guard stock.lacksAuditor else { return "" }
    return """
      <p class="none">It is offered under <code>disputable</code> too. That is not sold here now: \
      nobody stands ready to audit this model, so the lot would find no one. \
      <a href="/docs/tutorial/check-a-run">Be its auditor</a>.</p>
      """
  }

  private static func name(_ model: CounterModel?) -> String {
    model.map { PrintedID.full("model", $0.id) } ?? ""
  }

  private static func legend(_ model: CounterModel?) -> String {
    guard let model, !model.isDigits else { return "1. A digit" }
    return model.side == nil ? "1. An input" : "1. A picture"
  }

  /// Where the input is a picture it may be drawn; a file is always taken.
  private func input(_ stock: CounterStock, _ last: BuyForm) -> Markup {
    let side = stock.model?.side
    let pad: Markup = side.map { self.pad(side: $0, last) } ?? ""
    return "\(pad)<div>\(samples(stock, last))\(file(stock, last))</div>"
  }

  private func pad(side: Int, _ last: BuyForm) -> Markup {
    let drawn: Markup = last.digit == "drawn" ? " checked" : ""
    return """
      <div id="pad" class="pad" data-side="\(side)" hidden>
      <label class="pick"><input type="radio" name="digit" value="drawn" id="drawn"\(drawn)> \
      Draw it</label>
      <canvas id="ink" width="512" height="512" tabindex="0" role="img" \
      aria-label="Draw here with the mouse or a finger"></canvas>
      <div class="seen"><canvas id="seen" width="\(side * 8)" height="\(side * 8)" role="img" \
      aria-label="What the model will see"></canvas>
      <span>This is what the model sees: \(side) × \(side) pixels.</span>
      <button type="button" class="quiet" id="clear">Clear</button></div>
      <input type="hidden" name="pixels" id="pixels" value="\(last.pixels)">
      </div>
      """
  }

  private func samples(_ stock: CounterStock, _ last: BuyForm) -> Markup {
    guard !stock.samples.isEmpty else { return "" }
    let samples = stock.samples.enumerated().markup { index, pixels in
      let value = "sample-\(index)"
      let isChosen = last.digit == value || last.digit == nil && index == 0
      let mark: Markup = isChosen ? " checked" : ""
      return """
        <label class="sample"><input type="radio" name="digit" value="\(value)"\(mark)>\
        \(DigitPicture(pixels: pixels, words: "Sample digit \(index + 1)").markup)</label>
        """
    }
    return """
      <p class="pick">Or take one that was written by somebody else</p>
      <div class="samples">\(samples)</div>
      """
  }

  private func file(_ stock: CounterStock, _ last: BuyForm) -> Markup {
    let isOnly = stock.samples.isEmpty
    let mark: Markup = last.digit == "file" || last.digit == nil && isOnly ? " checked" : ""
    let range: Markup = stock.model?.isDigits == false ? "" : " from 0 to 16"
    let count = stock.model?.inputs ?? 64
    return """
      <p><label class="pick"><input type="radio" name="digit" value="file"\(mark)> \
      \(isOnly && stock.model?.side == nil ? "A file" : "Or a file")</label> \
      <label><span class="unseen">File</span><input type="file" name="file" \
      accept=".json,.npy,application/json"></label>
      <span class="none">JSON <code>{"input_data": [[…\(count) numbers\(range)…]]}</code> or \
      <code>.npy</code></span></p>
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
      <p>It shows every field before you sign (EIP-712). It signs once, the purchase; under \
      <em>replicated</em> three times: the order, the opening of its draw, and half a minute later \
      the input for the providers that were drawn, so stay on the page. The first time one more: \
      the key under which answers are sealed to you, which this page’s server keeps.</p>
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
    let models = stock.models.map { model -> JSONValue in
      [
        "model": .string(PrintedID.full("model", model.id)),
        "inputs": .unsigned(UInt64(model.inputs)),
        "outputs": .unsigned(UInt64(model.outputs)), "providers": .unsigned(model.providers),
        "side": model.side.map { .unsigned(UInt64($0)) } ?? .null,
      ]
    }
    return [
      .init(name: "models", value: .array(models)),
      .init(name: "model", value: stock.model.map { .string(name($0)) } ?? .null),
      .init(name: "wares", value: .array(wares)),
      .init(name: "lacksAuditor", value: .bool(stock.lacksAuditor)),
      .init(name: "purses", value: .array(purses)),
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
