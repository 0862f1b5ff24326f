// The little script: pages draw their moving parts again when the feed says so, and ids are copied.

/// Everything works without it.
enum Script {
  static let text = """
    // Draws the parts of a page that bear data-live again, at most once a second, when the feed moves.
    (() => {
      'use strict';
      const feed = document.body.dataset.feed;
      let pending = false, last = 0;
      async function redraw() {
        pending = false;
        last = Date.now();
        try {
          const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
          if (!answer.ok) return;
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
          for (const part of document.querySelectorAll('[data-live]')) {
            const fresh = page.getElementById(part.id);
            if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement))
              part.replaceChildren(...fresh.childNodes);
          }
          if (!page.body.dataset.feed) source.close();
        } catch { /* the next event tries again */ }
      }
      let source;
      if (feed && 'EventSource' in window) {
        source = new EventSource(feed);
        const moved = () => {
          if (pending) return;
          pending = true;
          setTimeout(redraw, Math.max(0, 1000 - (Date.now() - last)));
        };
        source.onmessage = moved;
        for (const name of ['event', 'block']) source.addEventListener(name, moved);
      }
      for (const code of document.querySelectorAll('[data-copy]')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'copy';
        button.textContent = 'Copy';
        button.addEventListener('click', async () => {
          await navigator.clipboard.writeText(code.textContent);
          button.textContent = 'Copied';
          setTimeout(() => { button.textContent = 'Copy'; }, 1500);
        });
        code.after(button);
      }
      for (const clock of document.querySelectorAll('[data-deadline]')) {
        const tick = () => {
          const left = Math.round((Number(clock.dataset.deadline) - Date.now()) / 1000);
          clock.textContent = left > 0 ? `${left} s left` : 'over';
          if (left > 0) setTimeout(tick, 1000);
        };
        tick();
      }
    })();

    """
}
