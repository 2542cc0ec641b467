import * as accounts from './actions/accounts.ts';
import { configureWebhook, registerApp } from './actions/apps.ts';
import * as changes from './actions/change-repository.ts';
import * as comments from './actions/comments.ts';
import { forkRepository } from './actions/forks.ts';
import * as installations from './actions/installations.ts';
import * as issues from './actions/issues.ts';
import { mergePull } from './actions/merge.ts';
import { openPull } from './actions/open-pull.ts';
import * as pulls from './actions/pulls.ts';
import { deleteBranch, pushBranch } from './actions/pushes.ts';
import { createRepository, repositoryId } from './actions/repositories.ts';
import { reviewPull } from './actions/reviews.ts';
import * as selection from './actions/selection.ts';
import { transferIssue } from './actions/transfer-issue.ts';
import { createContract, type Violation } from './contract/validate.ts';
import { createTurns, type Core } from './core.ts';
import { createFaults } from './faults.ts';
import { openGitStore } from './git/store.ts';
import { close, listen, serve } from './http/listener.ts';
import { createRequestLog } from './http/request-log.ts';
import { createRandom } from './random.ts';
import { urlsAt } from './shapes/urls.ts';
import { createStore } from './state/store.ts';
import type { MintRecord } from './state/types.ts';
import { createDeliverer } from './webhooks/deliverer.ts';

export interface LoopbackOptions {
  /** Holds the bare repositories; made when missing. */
  readonly dir: string;
  /** 0, any free port, when left out. Only 127.0.0.1 is listened on. */
  readonly port?: number;
  /** Makes ids, guids and tokens the same in every run. */
  readonly seed?: number;
  readonly now?: () => Date;
  /** Requests an hour for one installation; 5,000 when left out. */
  readonly hourlyLimit?: number;
  /** Deliveries that travel at the same time; 16 when left out. */
  readonly deliveryConnections?: number;
  /** How long an app may take for a delivery; 10 s when left out, as on GitHub. */
  readonly deliveryTimeoutMilliseconds?: number;
  /** Who the OAuth page signs in when `?login=` is missing. */
  readonly oauthLogin?: string;
  /** Checks every request and answer against GitHub's description, into `violations`. */
  readonly validate?: boolean;
}

/** A GitHub of one's own at the layout of an Enterprise Server. State is lost when it stops. */
export async function startLoopbackGitHub(options: LoopbackOptions): Promise<LoopbackGitHub> {
  const git = await openGitStore(options.dir);
  const { server, web } = await listen(options.port ?? 0);
  const urls = urlsAt(web);
  const store = createStore();
  const faults = createFaults();
  const now = options.now ?? ((): Date => new Date());
  const contract = options.validate === true ? createContract() : null;
  const deliverer = createDeliverer({
    urls,
    faults,
    now,
    nextId: store.nextId,
    connections: options.deliveryConnections ?? 16,
    timeoutMilliseconds: options.deliveryTimeoutMilliseconds ?? 10_000,
  });
  const core: Core = {
    store,
    git,
    urls,
    deliverer,
    faults,
    requests: createRequestLog(),
    random: createRandom(options.seed),
    now,
    contract,
    hourlyLimit: options.hourlyLimit ?? 5_000,
    oauthLogin: options.oauthLogin ?? null,
    alone: createTurns(),
  };
  serve(core, server);
  return loopback(core, async () => {
    deliverer.stop();
    await close(server);
  });
}

export type LoopbackGitHub = ReturnType<typeof loopback>;

type Bound<T> = T extends (core: Core, input: infer Input) => infer Output ? (input: Input) => Output : never;

/** Operations of the people on this GitHub. Each changes the state and sends the webhooks that belong to it. */
function loopback(core: Core, stop: () => Promise<void>) {
  const bind = <T extends (core: Core, input: never) => unknown>(action: T) =>
    ((input: never) => action(core, input)) as Bound<T>;
  return {
    url: core.urls.web,
    apiUrl: core.urls.api,
    graphqlUrl: core.urls.graphql,
    registerApp: bind(registerApp),
    configureWebhook: bind(configureWebhook),
    createAccount: bind(accounts.createAccount),
    deleteAccount: bind(accounts.deleteAccount),
    setRole: bind(accounts.setRole),
    createRepository: bind(createRepository),
    privatizeRepository: bind(changes.privatizeRepository),
    publicizeRepository: bind(changes.publicizeRepository),
    renameRepository: bind(changes.renameRepository),
    transferRepository: bind(changes.transferRepository),
    deleteRepository: bind(changes.deleteRepository),
    forkRepository: bind(forkRepository),
    install: bind(installations.install),
    uninstall: bind(installations.uninstall),
    suspend: bind(installations.suspend),
    unsuspend: bind(installations.unsuspend),
    acceptPermissions: bind(installations.acceptPermissions),
    addRepositories: bind(selection.addRepositories),
    removeRepositories: bind(selection.removeRepositories),
    openIssue: bind(issues.openIssue),
    editIssue: bind(issues.editIssue),
    labelIssue: bind(issues.labelIssue),
    closeIssue: bind(issues.closeIssue),
    reopenIssue: bind(issues.reopenIssue),
    deleteIssue: bind(issues.deleteIssue),
    transferIssue: bind(transferIssue),
    commentIssue: bind(comments.commentIssue),
    editComment: bind(comments.editComment),
    deleteComment: bind(comments.deleteComment),
    pushBranch: bind(pushBranch),
    deleteBranch: bind(deleteBranch),
    openPull: bind(openPull),
    pushToPull: bind(pulls.pushToPull),
    commentPull: bind(pulls.commentPull),
    editPull: bind(pulls.editPull),
    labelPull: bind(pulls.labelPull),
    reviewPull: bind(reviewPull),
    closePull: bind(pulls.closePull),
    reopenPull: bind(pulls.reopenPull),
    mergePull: bind(mergePull),
    /** The bare repository on disk. */
    gitDir: (repo: string): string => core.git.pathOf(repositoryId(core, repo)),
    faults: core.faults,
    deliveries: core.deliverer,
    /** Deliveries that have not arrived yet. */
    pendingDeliveries: (): number => core.deliverer.pending(),
    requests: core.requests,
    /** Every token that was minted, with what was asked for. */
    mints: core.store.mints as readonly MintRecord[],
    /** Disagreements with GitHub's description; always empty without `validate`. */
    violations: (core.contract?.violations ?? []) as readonly Violation[],
    [Symbol.asyncDispose]: stop,
  };
}
