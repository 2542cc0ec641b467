import { MendloopError } from '../domain/errors.ts';
import { type GitEnvironment, settingsEnvironment } from './environment.ts';

export interface Remote {
  /** Address of the repository, without credentials. */
  readonly url: string;
  /** Returns a fresh token for the repository's host, or null when none is needed. */
  readonly token: () => Promise<string | null>;
  /** Value of the `X-Mendloop-Job` header of each request, as in requests to the API. */
  readonly purpose?: string;
  /** git gives up a server that sends less than 1 kB/s for this long. */
  readonly stallSeconds: number;
  /** Default http and https; `file` is for repositories of this machine. */
  readonly protocols?: readonly ('http' | 'https' | 'file')[];
}

/** git runs this text in a shell; the token is in the variable and not in the text. */
const helper = `!f() { test "$1" = get && printf 'username=x-access-token\\npassword=%s\\n' "$MENDLOOP_GIT_TOKEN"; }; f`;

/** Throws `input_invalid` for an address with credentials or of a protocol that is not allowed. */
export function checkRemote(remote: Remote): URL {
  const url = URL.canParse(remote.url) ? new URL(remote.url) : null;
  if (url === null || url.username !== '' || url.password !== '') {
    throw new MendloopError('input_invalid', 'the address of a repository is a URL without credentials');
  }
  if (!protocolsOf(remote).includes(url.protocol.slice(0, -1))) {
    throw new MendloopError('input_invalid', `the protocol ${url.protocol} is not allowed for repositories`);
  }
  return url;
}

/**
 * The environment that one git command needs to reach the remote. The token is sent to the remote's own origin only.
 * Redirects are not followed: git would follow them to any host.
 */
export async function accessEnvironment(remote: Remote): Promise<GitEnvironment> {
  const url = checkRemote(remote);
  const token = await remote.token();
  const settings = settingsEnvironment([
    ['remote.origin.url', remote.url],
    ['protocol.version', '2'],
    ['http.followRedirects', 'false'],
    ['http.lowSpeedLimit', '1000'],
    ['http.lowSpeedTime', String(remote.stallSeconds)],
    ['transfer.bundleURI', 'false'],
    ['fetch.uriProtocols', ''],
    ...(remote.purpose === undefined
      ? []
      : ([['http.extraHeader', `X-Mendloop-Job: ${remote.purpose}`]] as const)),
    ['credential.helper', ''],
    ...(token === null ? [] : ([[`credential.${url.origin}.helper`, helper]] as const)),
  ]);
  return {
    ...settings,
    GIT_ALLOW_PROTOCOL: protocolsOf(remote).join(':'),
    ...(token === null ? {} : { MENDLOOP_GIT_TOKEN: token }),
  };
}

function protocolsOf(remote: Remote): readonly string[] {
  return remote.protocols ?? ['https', 'http'];
}
