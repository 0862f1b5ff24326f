// The counter's script: drawing a digit, asking a wallet to sign, looking how the purchase goes.

extension Script {
  /// Without it a visitor takes a sample or a file and a test account, and looks by hand.
  static let buying = drawing + paying + looking

  private static let drawing = """
    // The drawing is kept as strokes: cut to what was drawn, brought to the size of the pictures
    // that models learn, and counted out in 8 by 8 or 28 by 28 squares of 16 points.
    (() => {
      'use strict';
      const pad = document.getElementById('pad');
      if (!pad) return;
      const ink = document.getElementById('ink'), seen = document.getElementById('seen');
      const field = document.getElementById('pixels'), drawn = document.getElementById('drawn');
      const pen = ink.getContext('2d'), eye = seen.getContext('2d');
      // Digits of 8 by 8 fill their square nearly; those of 28 by 28 have a margin of 4.
      const side = Number(pad.dataset.side) || 8, grid = side * 4, isSmall = side === 8;
      const tall = isSmall ? 27 : 80, broad = isSmall ? 21 : 80, radius = isSmall ? 2.9 : 4.6;
      let strokes = [], stroke = null, isDue = false;
      pad.hidden = false;
      function colour(name) { return getComputedStyle(document.body).getPropertyValue(name); }
      function squares() {
        const points = strokes.flat();
        const values = new Array(side * side).fill(0);
        if (points.length < 2) return values;
        const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
        const left = Math.min(...xs), top = Math.min(...ys);
        const width = Math.max(...xs) - left, height = Math.max(...ys) - top;
        const scale = Math.min(tall / Math.max(height, 1), broad / Math.max(width, 1));
        const dx = grid / 2 - (left + width / 2) * scale;
        const dy = grid / 2 - (top + height / 2) * scale;
        const at = (p) => [p[0] * scale + dx, p[1] * scale + dy];
        const lines = [];
        for (const one of strokes)
          for (let i = 0; i < one.length; i++) {
            const a = one[Math.max(0, i - 1)], b = one[i];
            lines.push([...at(a), ...at(b)]);
          }
        for (let y = 0; y < grid; y++)
          for (let x = 0; x < grid; x++)
            if (lines.some((line) => near(x + 0.5, y + 0.5, line)))
              values[(y >> 2) * side + (x >> 2)] += 1;
        return values;
      }
      function near(x, y, [ax, ay, bx, by]) {
        const vx = bx - ax, vy = by - ay, long = vx * vx + vy * vy;
        const t = long === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * vx + (y - ay) * vy) / long));
        const ex = x - ax - t * vx, ey = y - ay - t * vy;
        return ex * ex + ey * ey <= radius * radius;
      }
      function show() {
        isDue = false;
        pen.clearRect(0, 0, ink.width, ink.height);
        pen.lineWidth = 44;
        pen.lineCap = pen.lineJoin = 'round';
        pen.strokeStyle = colour('--ink');
        for (const one of strokes) {
          pen.beginPath();
          pen.moveTo(one[0][0], one[0][1]);
          for (const p of one) pen.lineTo(p[0], p[1] + 0.01);
          pen.stroke();
        }
        paint(strokes.length ? squares() : null);
      }
      function paint(values) {
        eye.clearRect(0, 0, seen.width, seen.height);
        eye.fillStyle = colour('--ink');
        (values || []).forEach((value, place) => {
          eye.globalAlpha = value / 16;
          eye.fillRect((place % side) * 8, Math.floor(place / side) * 8, 8, 8);
        });
        field.value = values ? values.join(',') : '';
      }
      function later() {
        if (isDue) return;
        isDue = true;
        requestAnimationFrame(show);
      }
      function place(event) {
        const box = ink.getBoundingClientRect(), scale = 512 / box.width;
        return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
      }
      ink.addEventListener('pointerdown', (event) => {
        event.preventDefault();
        ink.setPointerCapture(event.pointerId);
        drawn.checked = true;
        stroke = [place(event)];
        strokes.push(stroke);
        later();
      });
      ink.addEventListener('pointermove', (event) => {
        if (!stroke || strokes.length > 40) return;
        const p = place(event), last = stroke[stroke.length - 1];
        if (stroke.length < 400 && Math.hypot(p[0] - last[0], p[1] - last[1]) > 3) stroke.push(p);
        later();
      });
      for (const end of ['pointerup', 'pointercancel'])
        ink.addEventListener(end, () => { stroke = null; });
      document.getElementById('clear').addEventListener('click', () => {
        strokes = [];
        later();
      });
      const kept = field.value.split(',').map(Number);
      if (kept.length === side * side) paint(kept);
    })();

    """

  private static let paying = """
    // With a wallet: what has to be signed comes ready from the node, the wallet shows it, and only
    // its signatures go back.
    (() => {
      'use strict';
      const form = document.getElementById('buy'), box = document.getElementById('wallet');
      if (!form || !box) return;
      const state = document.getElementById('state'), button = document.getElementById('pay');
      const words = document.getElementById('no-wallet');
      let provider = window.ethereum || null;
      function found() {
        words.textContent = provider ? 'A wallet is here.' : 'No wallet was found in this browser.';
      }
      window.addEventListener('eip6963:announceProvider', (event) => {
        if (!provider) provider = event.detail.provider;
        found();
      });
      window.dispatchEvent(new Event('eip6963:requestProvider'));
      found();
      function say(text, isBad) {
        state.textContent = text;
        state.className = isBad ? 'note trouble' : '';
      }
      async function post(path, body, type) {
        const answer = await fetch(path, {
          method: 'POST', body, headers: type ? { 'content-type': type } : {},
        });
        const json = await answer.json().catch(() => ({}));
        if (!answer.ok) {
          const error = new Error([json.message, json.hint].filter(Boolean).join('; ')
            || `the node answered ${answer.status}`);
          error.code = json.code;
          throw error;
        }
        return json;
      }
      async function onChain(wanted) {
        const hex = '0x' + Number(wanted).toString(16);
        if (Number(await provider.request({ method: 'eth_chainId' })) === Number(wanted)) return;
        try {
          await provider.request({
            method: 'wallet_switchEthereumChain', params: [{ chainId: hex }],
          });
        } catch (error) {
          throw new Error(`your wallet is on another network: this one has chain id ${wanted}`);
        }
      }
      async function buy() {
        if (!provider) throw new Error('no wallet was found in this browser; take a test account');
        say('Asking the wallet for an account…');
        const [account] = await provider.request({ method: 'eth_requestAccounts' });
        await onChain(box.dataset.chain);
        const fields = new FormData(form);
        fields.set('account', account);
        say('Preparing what there is to sign…');
        let paper;
        try {
          paper = await post('/buy/wallet', fields);
        } catch (error) {
          if (error.code !== 'insufficient' || !('faucet' in box.dataset)) throw error;
          say('Asking the faucet for test money…');
          await post('/api/faucet', JSON.stringify({ address: account }), 'application/json');
          paper = await post('/buy/wallet', fields);
        }
        const signatures = [];
        for (const [index, one] of paper.documents.entries()) {
          const place = `${index + 1} of ${paper.documents.length}`
            + (paper.later ? `, and ${paper.later} more in half a minute` : '');
          say(`Sign ${one.primaryType} in your wallet (${place})…`);
          signatures.push(await provider.request({
            method: 'eth_signTypedData_v4', params: [account, JSON.stringify(one)],
          }));
        }
        say('Handing it in…');
        await post(`/buy/${paper.ticket}/sign`, JSON.stringify({ signatures }), 'application/json');
        location.assign(`/buy/${paper.ticket}`);
      }
      form.addEventListener('submit', async (event) => {
        const byWallet = document.getElementById('by-wallet').checked;
        if (!byWallet) {
          say('Buying…');
          setTimeout(() => { button.disabled = true; });
          return;
        }
        event.preventDefault();
        button.disabled = true;
        try {
          await buy();
        } catch (error) {
          say(error.code === 4001 ? 'You declined to sign; nothing was bought.'
            : error.message || String(error), true);
          button.disabled = false;
        }
      });
      window.addEventListener('pageshow', () => { button.disabled = false; });
    })();

    """

  private static let looking = """
    // The page of a ticket draws its inside again until the purchase is over.
    (() => {
      'use strict';
      const ticket = document.getElementById('ticket');
      if (!ticket) return;
      const line = document.getElementById('wallet-says');
      let provider = window.ethereum || null, hasAsked = false;
      window.addEventListener('eip6963:announceProvider', (event) => {
        if (!provider) provider = event.detail.provider;
      });
      window.dispatchEvent(new Event('eip6963:requestProvider'));
      // In the middle of an auction the wallet signs the input for the seats that were drawn.
      async function sign() {
        hasAsked = true;
        try {
          if (!provider) throw new Error('No wallet was found in this browser.');
          line.textContent = 'Sign SendInput in your wallet…';
          const json = await (await fetch(location.pathname + '.json')).json();
          await provider.request({ method: 'eth_requestAccounts' });
          const signatures = [];
          for (const one of json.documents)
            signatures.push(await provider.request({
              method: 'eth_signTypedData_v4', params: [json.payer, JSON.stringify(one)],
            }));
          const answer = await fetch(location.pathname + '/sign', {
            method: 'POST', body: JSON.stringify({ signatures }),
            headers: { 'content-type': 'application/json' },
          });
          const said = await answer.json().catch(() => ({}));
          if (!answer.ok) throw new Error([said.message, said.hint].filter(Boolean).join('; '));
          line.textContent = '';
        } catch (error) {
          line.textContent = error.code === 4001
            ? 'You declined to sign; the providers wait for your input.'
            : error.message || String(error);
        }
      }
      ticket.addEventListener('click', (event) => {
        if (event.target.id === 'sign') sign();
      });
      async function look() {
        try {
          const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
          const fresh = page.getElementById('ticket');
          if (fresh && fresh.innerHTML !== ticket.innerHTML)
            ticket.replaceChildren(...fresh.childNodes);
          if (!fresh && answer.status === 404) return;
          if (fresh && 'sign' in fresh.dataset && !hasAsked) sign();
          if (fresh && !fresh.dataset.pace) { delete ticket.dataset.pace; return; }
          if (fresh) ticket.dataset.pace = fresh.dataset.pace;
        } catch { /* the node is away; the next look tries again */ }
        setTimeout(look, Number(ticket.dataset.pace) || 2500);
      }
      if (ticket.dataset.pace) setTimeout(look, Number(ticket.dataset.pace));
    })();

    """
}
