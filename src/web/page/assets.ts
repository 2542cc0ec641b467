import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Hono } from 'hono';
import type { WebApp, WebEnvironment } from './environment.ts';

interface Asset {
  readonly text: string;
  readonly type: string;
  /** Path with a version, under which it may be cached for good. */
  readonly path: string;
}

function asset(name: string, type: string, file: string | URL): Asset {
  const text = readFileSync(file, 'utf8');
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { text, type, path: `/assets/${version}/${name}` };
}

const require = createRequire(import.meta.url);
const assets = {
  style: asset('style.css', 'text/css; charset=utf-8', new URL('./assets/style.css', import.meta.url)),
  roundScript: asset(
    'round.js',
    'text/javascript; charset=utf-8',
    new URL('./assets/round.js', import.meta.url),
  ),
  script: asset('htmx.js', 'text/javascript; charset=utf-8', require.resolve('htmx.org/dist/htmx.min.js')),
};

export const stylesheetPath: string = assets.style.path;
export const scriptPath: string = assets.script.path;
export const roundScriptPath: string = assets.roundScript.path;

/** The style sheet and the scripts, each from its file, read once. */
export function assetRoutes(): WebApp {
  const app = new Hono<WebEnvironment>();
  for (const { path, text, type } of Object.values(assets)) {
    app.get(path, (c) =>
      c.body(text, 200, { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }),
    );
  }
  return app;
}
