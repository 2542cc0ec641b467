/** Whether a worker retries a failed job: never, soon, or later, once a limit has reset. */
export type Retry = 'never' | 'soon' | 'later';

interface ErrorEntry {
  readonly retry: Retry;
  /** Exit status of the CLI: 1 failed, 2 wrong usage, 3 not configured, 4 refused by policy. */
  readonly exit: 1 | 2 | 3 | 4;
  readonly hint: string;
}

/** Every error that Mendloop raises on purpose. The code decides about retries, never the message. */
export const errorCatalogue = {
  config_invalid: { retry: 'never', exit: 3, hint: 'Run `mendloop config check` to see each setting.' },
  not_configured: {
    retry: 'never',
    exit: 3,
    hint: 'Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET, see .env.example.',
  },
  usage: { retry: 'never', exit: 2, hint: 'Run `mendloop help`.' },
  policy_refused: { retry: 'never', exit: 4, hint: 'See docs/security.md for what is allowed and why.' },
  consent_missing: {
    retry: 'never',
    exit: 4,
    hint: 'Raise it with `mendloop consent set OWNER/NAME collect`.',
  },
  not_found: { retry: 'never', exit: 1, hint: 'List what there is with the matching `list` command.' },
  input_invalid: { retry: 'never', exit: 1, hint: 'The message names the field that was refused.' },
  move_invalid: {
    retry: 'never',
    exit: 1,
    hint: 'The status is another one by now; the history of the entity has its moves.',
  },
  database_unreachable: {
    retry: 'soon',
    exit: 1,
    hint: 'Check DATABASE_URL, or the embedded server in MENDLOOP_HOME.',
  },
  database_start_failed: { retry: 'soon', exit: 1, hint: 'Read postgres.log in MENDLOOP_HOME.' },
  migration_pending: { retry: 'never', exit: 3, hint: 'Run `mendloop migrate`.' },
  migration_unknown: {
    retry: 'never',
    exit: 3,
    hint: 'The database was migrated by a newer Mendloop: upgrade this one.',
  },
  migration_changed: {
    retry: 'never',
    exit: 1,
    hint: 'A migration that ran has been edited; migrations are forward-only.',
  },
  migration_failed: {
    retry: 'never',
    exit: 1,
    hint: 'The cause names the statement; nothing of the file was applied.',
  },
  github_not_found: { retry: 'never', exit: 1, hint: 'It was deleted, or the App may not see it.' },
  github_forbidden: {
    retry: 'never',
    exit: 1,
    hint: 'Run `mendloop doctor` to compare granted with needed permissions.',
  },
  github_unauthorized: { retry: 'never', exit: 3, hint: 'Check APP_ID and PRIVATE_KEY.' },
  github_gone: { retry: 'never', exit: 1, hint: 'The issue or repository was deleted.' },
  github_invalid: { retry: 'never', exit: 1, hint: 'GitHub refused the request as invalid.' },
  github_rate_limited: { retry: 'later', exit: 1, hint: 'The work goes on when the limit resets.' },
  github_unavailable: { retry: 'soon', exit: 1, hint: 'GitHub did not answer properly; it is tried again.' },
  host_refused: { retry: 'never', exit: 4, hint: 'Only the host of GITHUB_API_URL may be reached.' },
  permission_undeclared: {
    retry: 'never',
    exit: 4,
    hint: 'A kind of job declares its token in src/<stage>/stage.ts, and what it writes in src/github/writes.ts.',
  },
  git_unreachable: { retry: 'soon', exit: 1, hint: 'The clone was refused or cut off; it is tried again.' },
  git_object_missing: { retry: 'never', exit: 1, hint: 'The commit is not reachable any more.' },
  git_failed: { retry: 'soon', exit: 1, hint: 'Git failed; the code says which command.' },
  registry_unreachable: {
    retry: 'soon',
    exit: 1,
    hint: 'npm could not fetch the demo packages; `--replay FILE` needs none.',
  },
  docker_unreachable: {
    retry: 'soon',
    exit: 1,
    hint: 'Start the Docker engine, or set DOCKER_HOST.',
  },
  docker_refused: {
    retry: 'never',
    exit: 1,
    hint: 'The Docker engine refused the request; the message has its words.',
  },
  round_invalid: {
    retry: 'never',
    exit: 1,
    hint: 'The message names what the round lacks; `mendloop round show` has the rest.',
  },
  cluster_unreachable: {
    retry: 'soon',
    exit: 1,
    hint: 'Run `mendloop cluster check NAME`; a round that was submitted is looked up by its key, never sent twice.',
  },
  cluster_refused: {
    retry: 'never',
    exit: 1,
    hint: 'The scheduler refused the job and will refuse it again; the message quotes it.',
  },
  model_unreachable: {
    retry: 'soon',
    exit: 1,
    hint: 'Check MENDLOOP_MODEL_URL and the model server; aliases stay as they were.',
  },
  model_refused: {
    retry: 'never',
    exit: 1,
    hint: 'The message says what the model server refused or could not prove; aliases stay as they were.',
  },
  trainer_missing: {
    retry: 'never',
    exit: 3,
    hint: 'Training needs Python 3.11 or newer with venv; everything else works without.',
  },
  storage_full: { retry: 'later', exit: 1, hint: 'Free space under MENDLOOP_HOME.' },
  scrub_incomplete: {
    retry: 'soon',
    exit: 1,
    hint: 'An open transaction or a lock kept deleted rows in the storage; it is tried again.',
  },
  cancelled: { retry: 'soon', exit: 1, hint: 'The process was asked to stop; the work is taken up again.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

interface ErrorOptions {
  readonly cause?: unknown;
  /** Seconds to wait before a retry, where the remote service gave them. */
  readonly retryAfterSeconds?: number;
}

/** An error with a stable code. `message` never holds content of a repository: it may be logged and stored. */
export class MendloopError extends Error {
  override readonly name = 'MendloopError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get retry(): Retry {
    return errorCatalogue[this.code].retry;
  }

  get exit(): number {
    return errorCatalogue[this.code].exit;
  }

  get hint(): string {
    return errorCatalogue[this.code].hint;
  }
}

export function isMendloopError(error: unknown): error is MendloopError {
  return error instanceof MendloopError;
}
