/* Follows a round's events, and has the parts of its page drawn anew that they concern. The server draws them. */
const place = document.getElementById('round-events');
const drawEveryMs = 1000;
const againMs = 15_000;
const moved = new Set();
let timer;
let last = null;

function draw() {
  timer = undefined;
  for (const part of moved) htmx.trigger(part, 'moved');
  moved.clear();
}

/** Many events come at once: each part is drawn at most once a second, and after the last of them. */
function mark(parts) {
  for (const part of parts) moved.add(part);
  timer ??= setTimeout(draw, drawEveryMs);
}

function partsByEvent() {
  const parts = new Map();
  for (const part of document.querySelectorAll('[data-moved-by]')) {
    for (const name of part.dataset.movedBy.split(' ')) parts.set(name, [...(parts.get(name) ?? []), part]);
  }
  return parts;
}

function address() {
  const url = new URL(place.dataset.events, location.href);
  if (last !== null) url.searchParams.set('after', last);
  return url;
}

function follow() {
  const source = new EventSource(address());
  for (const [name, parts] of partsByEvent()) {
    source.addEventListener(name, (event) => {
      if (event.lastEventId !== '') last = event.lastEventId;
      mark(parts);
    });
  }
  source.addEventListener('finished', () => {
    source.close();
    mark(document.querySelectorAll('[data-moved-by]'));
  });
  // The browser comes back by itself after a cut, and never after a refusal.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(follow, againMs);
  });
}

if (place !== null) follow();
