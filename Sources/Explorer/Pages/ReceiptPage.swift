// The receipt of a settled run, verified while the page is made, and a page to verify any other.

import Archive
import Chain
import Kernel
import Market
import Primitives

struct ReceiptPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ name: String) throws -> Sheet {
    let house = house
    let id = try house.find(name, "run", "receipt") {
      try RunPage.index(of: $0, in: house) != nil
    }
    let found = try house.records.receipt(id)
    let printed = PrintedID.full("run", id)
    guard let bytes = found.value else {
      throw Missing(
        404, "notSettled", "the run is not settled, so it has no receipt yet",
        hint: "look at the run itself: /runs/\(printed)")
    }
    let view = ReceiptView(bytes, in: house)
    return Sheet(
      title: "Receipt", section: .orders, height: found.height,
      body: {
        """
        \(Parts.heading("Receipt of a run", printed))
        <p class="lead">The whole road of \(Parts.run(id)) in one file. Anybody can check it, \
        offline and years later, without this server.</p>
        <p><a class="button" href="/api/receipts/\(printed)" download="\(printed).receipt">\
        Download the receipt</a> (\(Formats.plural(UInt64(view.size), "byte")))</p>
        \(view.strip.markup)
        \(view.finding)
        <h2>Station by station</h2>
        \(view.list)
        <h2>Check it yourself</h2>
        <p>On your own machine, which trusts nobody:</p>
        \(Parts.command("tolsey verify \(printed).receipt"))
        <p>Or <a href="/receipts/verify">hand a receipt to this server</a>, which forgets it at \
        once.</p>
        """
      },
      twin: { [.init(name: "run", value: .string(printed))] + view.twin })
  }
}

/// `/receipts/verify`: a form, and what came of a file that was sent.
struct VerifyPage {
  let house: House

  init(_ house: House) { self.house = house }

  func sheet(_ visit: Visit) throws -> Sheet {
    guard visit.method == "POST" else { return try asking() }
    let bytes = try Multipart.file(named: "receipt", in: visit)
    let view = ReceiptView(bytes, in: house)
    return Sheet(
      status: view.fault == nil ? 200 : 422, title: "Verify a receipt", section: .orders,
      height: try house.listings.totals().height,
      body: {
        """
        <h1>Verify a receipt</h1>
        \(view.finding)
        \(view.strip.markup)
        <h2>Station by station</h2>
        \(view.list)
        <h2>Another one</h2>
        \(VerifyPage.form)
        """
      }, twin: { view.twin })
  }

  private func asking() throws -> Sheet {
    Sheet(
      title: "Verify a receipt", section: .orders, height: try house.listings.totals().height,
      body: {
        """
        <h1>Verify a receipt</h1>
        <p class="lead">A receipt is one file with the whole road of a run: who wanted what, who \
        promised, what was shown, how it was judged and who was paid. It proves itself.</p>
        \(VerifyPage.form)
        <p>The file is judged in memory and kept nowhere. Who would rather not trust this server \
        checks it on a machine of their own:</p>
        \(Parts.command("tolsey verify FILE"))
        """
      },
      twin: { [.init(name: "limit", value: .unsigned(UInt64(Receipt.sizeLimit)))] })
  }

  private static let form: Markup = """
    <form class="drop" action="/receipts/verify" method="post" enctype="multipart/form-data">\
    <label for="file">A receipt file, at most 16 MiB</label>\
    <input id="file" name="receipt" type="file" required>\
    <button>Verify it</button></form>
    """
}
