// The little script: pages draw their moving parts again when the feed says so, and copy ids.

/// Everything works without it.
enum Script {
  static let text = """
    // Draws the parts of a page that bear data-live again, at most once a second, when its feed
    // moves and somebody looks; adds buttons that copy and clocks that run.
    (() => {
      'use strict';
      const feed = document.body.dataset.feed;
      // What the node sent of each part: buttons and clocks that are added here are not its.
      const sent = new Map();
      let source, timer = 0, last = 0, isStale = false;

      function copies(root) {
        for (const code of root.querySelectorAll('[data-copy]')) {
          const button = document.createElement('button');
          button.type = 'button';
          button.className = 'copy';
          button.textContent = 'Copy';
          button.setAttribute('aria-label', 'Copy ' + code.textContent.slice(0, 16));
          button.addEventListener('click', async () => {
            try {
              await navigator.clipboard.writeText(code.textContent);
              button.textContent = 'Copied';
            } catch {
              // Without a secure connection there is no clipboard: it is marked for the reader.
              getSelection().selectAllChildren(code);
              button.textContent = 'Marked';
            }
            setTimeout(() => { button.textContent = 'Copy'; }, 1500);
          });
          code.after(button);
        }
      }

      function clocks(root) {
        for (const clock of root.querySelectorAll('[data-deadline]')) {
          const tick = () => {
            if (!clock.isConnected) return;
            const left = Math.round((Number(clock.dataset.deadline) - Date.now()) / 1000);
            const hours = Math.floor(left / 3600), minutes = Math.floor(left / 60) % 60;
            clock.textContent = left <= 0 ? 'due'
              : left < 120 ? `${left} s left`
              : hours ? `${hours} h ${minutes} min left` : `${minutes} min ${left % 60} s left`;
            if (left > 0) setTimeout(tick, 1000);
          };
          tick();
        }
      }

      function put(part, html, nodes) {
        sent.set(part.id, html);
        if (nodes) part.replaceChildren(...nodes);
        copies(part);
        clocks(part);
      }

      async function redraw() {
        timer = 0;
        if (document.hidden) {
          isStale = true;
          return;
        }
        last = Date.now();
        try {
          const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
          if (!answer.ok) return;
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
          for (const part of document.querySelectorAll('[data-live]')) {
            const fresh = page.getElementById(part.id);
            if (!fresh || fresh.innerHTML === sent.get(part.id)) continue;
            // What somebody has in hand stays until the next event.
            if (part.contains(document.activeElement)) continue;
            put(part, fresh.innerHTML, fresh.childNodes);
          }
          if (!page.body.dataset.feed) source.close();
        } catch { /* the next event tries again */ }
      }

      function moved() {
        if (!timer) timer = setTimeout(redraw, Math.max(0, 1000 - (Date.now() - last)));
      }

      for (const part of document.querySelectorAll('[data-live]')) {
        sent.set(part.id, part.innerHTML);
      }
      copies(document);
      clocks(document);
      if (feed && 'EventSource' in window) {
        source = new EventSource(feed);
        source.onmessage = moved;
        document.addEventListener('visibilitychange', () => {
          if (!document.hidden && isStale) {
            isStale = false;
            moved();
          }
        });
      }
    })();

    """
}
