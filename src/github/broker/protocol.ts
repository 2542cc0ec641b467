import type { ErrorCode } from '../../domain/errors.ts';

/** A request of a worker. It holds no permissions: the broker looks them up by kind. */
export type TokenRequest =
  | { readonly want: 'app'; readonly kind: string }
  | {
      readonly want: 'installation';
      readonly kind: string;
      readonly installation_id: number;
      /** The one repository of the token; null: all of the installation (only to list them). */
      readonly repository_id: number | null;
    };

export interface Token {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface BrokerQuestion {
  readonly id: number;
  readonly request: TokenRequest;
}

export type BrokerAnswer =
  | { readonly id: number; readonly ok: true; readonly token: Token }
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly retryAfterSeconds?: number;
    };

/** Issues tokens with the permissions that a kind declares. Throws `permission_undeclared` for every other request. */
export interface TokenBroker {
  token(request: TokenRequest): Promise<Token>;
}
