import { html } from 'hono/html';
import type { Markup } from './markup.ts';

/** Two arcs that close into a loop, with a stitch across the gap: the product's mark. */
export function mark(): Markup {
  return html`<svg
    class="mark"
    viewBox="0 0 32 32"
    width="28"
    height="28"
    aria-hidden="true"
    focusable="false"
  >
    <path
      d="M21.5 6.6A11 11 0 1 0 27 16"
      fill="none"
      stroke="currentColor"
      stroke-width="3.2"
      stroke-linecap="round"
    />
    <path
      d="M16 16 27.2 4.8M20.6 4.8h6.6v6.6"
      fill="none"
      stroke="currentColor"
      stroke-width="3.2"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
    <circle cx="16" cy="16" r="2.6" fill="currentColor" />
  </svg>`;
}

/** The same mark as a `data:` address, so that no page asks for a favicon file. */
export const favicon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke="#12806a" stroke-width="3.6" stroke-linecap="round"><path d="M21.5 6.6A11 11 0 1 0 27 16"/><path d="M16 16 27.2 4.8M20.6 4.8h6.6v6.6"/></g></svg>',
)}`;
