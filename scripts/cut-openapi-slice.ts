import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutSlice } from '../demo/github/contract/cut.ts';
import { operations } from '../demo/github/contract/operations.ts';

/**
 * Cuts the operations that we use out of GitHub's OpenAPI description.
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *     npx node scripts/cut-openapi-slice.ts package
 */
async function main(dir: string | undefined): Promise<number> {
  if (dir === undefined) {
    console.error('usage: cut-openapi-slice.ts DIRECTORY_OF_THE_UNPACKED_PACKAGE');
    return 2;
  }
  const whole: unknown = JSON.parse(await readFile(join(dir, 'generated', 'api.github.com.json'), 'utf8'));
  const { version } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')) as { version: string };
  const text = cutSlice(whole, operations, version);
  await writeFile(new URL('../demo/github/contract/openapi-slice.json', import.meta.url), text);
  console.log(`${operations.length} operations, ${Math.round(text.length / 1024)} KiB`);
  return 0;
}

process.exitCode = await main(process.argv[2]);
