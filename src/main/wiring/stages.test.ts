import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAppManifest } from '../../config/app-manifest.ts';
import { consentStage } from '../../consent/stage.ts';
import { foldKinds } from '../../stage/fold.ts';
import type { KindDeclaration } from '../../stage/stage.ts';
import { assertPublished, jobKinds, tokenGrants } from './stages.ts';

describe('what tokens may do', () => {
  it('is to read, and only what app.yml asks for', async () => {
    const { default_permissions: asked } = await readAppManifest();
    for (const { installation } of Object.values(tokenGrants)) {
      for (const [name, level] of Object.entries(installation ?? {})) {
        expect(level).toBe('read');
        expect(asked).toHaveProperty(name);
      }
    }
  });

  it('is all that app.yml asks for, together', async () => {
    const { default_permissions: asked } = await readAppManifest();
    const used = Object.values(tokenGrants).flatMap(({ installation }) => Object.keys(installation ?? {}));
    expect([...new Set(used)].sort()).toEqual(Object.keys(asked).sort());
  });

  it('never speaks as the App where it reads a repository’s content', () => {
    for (const { installation, asApp } of Object.values(tokenGrants)) {
      const content = Object.keys(installation ?? {}).some((name) => name !== 'metadata');
      expect(content && asApp).toBe(false);
    }
  });

  it('is declared for these kinds and no others', () => {
    expect(tokenGrants).toEqual({
      'collect.pull': {
        installation: { contents: 'read', issues: 'read', metadata: 'read', pull_requests: 'read' },
        asApp: false,
      },
      'collect.issue': { installation: { issues: 'read', metadata: 'read' }, asApp: false },
      'installation.sync': { installation: { metadata: 'read' }, asApp: true },
      'deliveries.sweep': { installation: null, asApp: true },
      'own-login': { installation: null, asApp: true },
      doctor: { installation: null, asApp: true },
    });
  });
});

describe('a kind of job', () => {
  it('is declared once', () => {
    expect(() => foldKinds([consentStage, consentStage])).toThrow('repository.purge is declared twice');
  });

  it('has a schedule only if a slot is all that it needs to know: anything else does not compile', () => {
    const purge: KindDeclaration<'repository.purge', object> = {
      ...consentStage.kinds['repository.purge'],
      // @ts-expect-error a purge needs a repository, which no schedule knows
      schedule: () => '* * * * *',
    };
    expect(purge.queue).toBe('repository');
  });

  it('writes to GitHub only from the queue `publish`: anything else does not compile', () => {
    const token = { installation: { contents: 'write' }, asApp: false } as const;
    const { key, schedule, handler } = consentStage.kinds['repository.purge'];
    const published: KindDeclaration<'repository.purge', object> = {
      queue: 'publish',
      token,
      key,
      schedule,
      handler: async () => async () => ({ outcome: 'purged' }),
    };
    // @ts-expect-error a token that writes, in another queue
    const collected: KindDeclaration<'repository.purge', object> = { ...published, queue: 'repository' };
    expect([handler, collected.token]).toBeDefined();
  });

  it('may write only what the table lists, and the table only kinds of the queue `publish`', () => {
    const write = { kind: 'collect.pull', method: 'POST', route: '/repos/{owner}/{repo}/pulls' } as const;
    expect(() => assertPublished(jobKinds, [write])).toThrow('does not publish');
    const published = {
      ...jobKinds,
      'collect.pull': { ...jobKinds['collect.pull'], queue: 'publish' },
    } as const;
    expect(() => assertPublished(published, [write])).not.toThrow();
  });
});

/** The files that Node loads for an entry, as paths below the package or names of packages. */
function loadedFor(entry: URL): string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await import(${JSON.stringify(entry.href)});
    process.stdout.write(JSON.stringify(loaded));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return (JSON.parse(output) as string[]).map((url) => url.replace(`file://${root}`, ''));
}

it('the declarations load no handler, adapter or database, since the process with the key reads them', () => {
  const loaded = loadedFor(new URL('./stages.ts', import.meta.url));
  expect(loaded).toEqual(
    expect.arrayContaining(['src/collect/stage.ts', 'src/consent/stage.ts', 'src/train/stage.ts']),
  );
  const light = /^src\/(domain\/|stage\/|main\/wiring\/stages\.ts|github\/writes\.ts|[a-z]+\/stage\.ts)/;
  expect(loaded.filter((file) => !light.test(file))).toEqual([]);
});
