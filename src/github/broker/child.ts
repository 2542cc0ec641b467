import { readFileSync } from 'node:fs';
import { isMendloopError, MendloopError } from '../../domain/errors.ts';
import type { TokenGrants } from '../../domain/permissions.ts';
import { createMint } from './mint.ts';
import type { BrokerAnswer, BrokerQuestion, TokenBroker } from './protocol.ts';
import { parsePrivateKey } from './sign.ts';

/** The identity of the App. The broker process alone reads the key. */
interface AppIdentity {
  readonly appId: string;
  readonly apiUrl: string;
  /** PEM text, or null when it is in a file. */
  readonly privateKey: string | null;
  readonly privateKeyPath: string | null;
}

function readKey({ privateKey, privateKeyPath }: AppIdentity): string {
  if (privateKey !== null) return privateKey;
  if (privateKeyPath === null) throw new MendloopError('not_configured', 'there is no private key');
  try {
    return readFileSync(privateKeyPath, 'utf8');
  } catch (error) {
    throw new MendloopError('config_invalid', 'the private key file cannot be read', { cause: error });
  }
}

async function answer(broker: TokenBroker, { id, request }: BrokerQuestion): Promise<BrokerAnswer> {
  try {
    return { id, ok: true, token: await broker.token(request) };
  } catch (error) {
    if (!isMendloopError(error))
      return { id, ok: false, code: 'github_unavailable', message: 'broker failed' };
    const { code, message, retryAfterSeconds } = error;
    return {
      id,
      ok: false,
      code,
      message,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
  }
}

/** Serves token requests over the channel to the parent until the parent goes away. */
export function serveBroker(settings: AppIdentity, grants: TokenGrants): void {
  const send = process.send?.bind(process);
  if (!send) throw new MendloopError('usage', 'the broker is started by the server or a worker');
  const key = parsePrivateKey(readKey(settings));
  const broker = createMint({ appId: settings.appId, key, apiUrl: settings.apiUrl, grants, now: Date.now });
  process.on('message', (question: BrokerQuestion) => {
    void answer(broker, question).then((reply) => send(reply));
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  send({ ready: true });
}
