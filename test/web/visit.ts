import type { IncomingMessage } from 'node:http';
import type { WebApp } from '../../src/web/page/environment.ts';

const host = '127.0.0.1:3000';

/** What node's request shows of its socket. */
export function socketFrom(remoteAddress: string): { incoming: IncomingMessage } {
  return { incoming: { socket: { remoteAddress } } as IncomingMessage };
}

export interface VisitOptions {
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly form?: Record<string, string>;
  readonly from?: string;
}

/** A browser with cookies: it goes to the app and remembers what it is given. */
export interface Browser {
  visit(path: string, options?: VisitOptions): Promise<Response>;
  /** The text of a page. */
  text(path: string, options?: VisitOptions): Promise<string>;
  /** Posts a form as the page itself would, with the token that `page` showed. */
  submit(page: string, action: string, form: Record<string, string>): Promise<Response>;
}

const tokenPattern = /name="form_token" value="([^"]+)"/;

export function browser(app: WebApp, origin = `http://${host}`): Browser {
  const cookies = new Map<string, string>();

  function remember(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }

  async function visit(
    path: string,
    { headers = {}, method = 'GET', form, from = '127.0.0.1' }: VisitOptions = {},
  ) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const init = {
      method,
      headers: { host: new URL(origin).host, ...(cookie === '' ? {} : { cookie }), ...headers },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    };
    const response = await app.request(`${origin}${path}`, init, socketFrom(from));
    remember(response);
    return response;
  }

  async function text(path: string, options?: VisitOptions): Promise<string> {
    return (await visit(path, options)).text();
  }

  return {
    visit,
    text,
    async submit(page, action, form) {
      const token = tokenPattern.exec(await text(page))?.[1] ?? '';
      const headers = { origin, 'sec-fetch-site': 'same-origin' };
      return visit(action, { method: 'POST', headers, form: { form_token: token, ...form } });
    },
  };
}
