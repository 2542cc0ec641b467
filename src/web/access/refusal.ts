import type { Context } from 'hono';
import { html } from 'hono/html';
import { barePage } from '../page/layout.ts';
import { nothing } from '../page/markup.ts';

const refusals = {
  loopback_only: {
    status: 403,
    title: 'Only on the machine itself',
    text: 'Until sign-in with GitHub is set up, this dashboard answers only to a browser on its own machine, directly and by a loopback address.',
    action: null,
  },
  sign_in: {
    status: 401,
    title: 'Sign in',
    text: 'You will see the repositories that both you and this App can read on GitHub.',
    action: 'Sign in with GitHub',
  },
  sign_in_failed: {
    status: 403,
    title: 'Signing in did not work',
    text: 'GitHub did not confirm it, or it took longer than ten minutes. Nothing was changed.',
    action: 'Try again',
  },
  foreign_form: {
    status: 403,
    title: 'This form is not valid any more',
    text: 'A change is only accepted from a page of this dashboard in the same session. Go back, reload the page and send it again.',
    action: null,
  },
  too_large: {
    status: 413,
    title: 'Too large',
    text: 'No form of this dashboard is this large.',
    action: null,
  },
} as const;

/** Answers someone who is not let in, and says why and what to do. */
export function refusePage(
  c: Context,
  refusal: keyof typeof refusals,
  href = '/',
): Response | Promise<Response> {
  const { status, title, text, action } = refusals[refusal];
  const link = action === null ? nothing : html`<p><a class="button" href="${href}">${action}</a></p>`;
  return c.html(
    barePage(
      title,
      html`<p>${text}</p>
        ${link}`,
    ),
    status,
  );
}
