import { html } from 'hono/html';

/** Markup whose values were escaped when it was made; nesting keeps it so. */
export type Markup = ReturnType<typeof html>;

export const nothing: Markup = html``;
