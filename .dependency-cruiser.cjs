const { Visitor } = require('@swc/core/Visitor.js');

// swc parses `using` declarations, but the visitor that dependency-cruiser builds on knows no such statement.
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  this.visitVariableDeclarators(statement.decls);
  return statement;
};

/** Stages see each other only through the database; evaluation is a part of training. */
const stages = ['collect', 'train'];
const anyStage = stages.join('|');
const stageRooms = `^src/(${anyStage})/`;
const capabilities = `^src/(${anyStage}|evaluate)/`;
/** What stands on the stages. */
const above = '^src/(intake|web|cli|main)/';
const adapters = '^src/(github|git|docker|cluster|model|python|round-files)/';

/** The directions of docs/architecture.md. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-imports-itself-only',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'diff-is-pure',
      severity: 'error',
      from: { path: '^src/diff/', pathNot: '(test|test-support)\\.ts$' },
      to: { pathNot: '^src/(diff|domain)/' },
    },
    {
      name: 'answer-is-pure',
      severity: 'error',
      from: { path: '^src/answer/', pathNot: '(test|test-support)\\.ts$' },
      to: { pathNot: '^src/(answer|diff|domain)/' },
    },
    {
      name: 'reward-is-pure',
      severity: 'error',
      from: { path: '^src/reward/', pathNot: '(test|test-support)\\.ts$' },
      to: { pathNot: '^src/(reward|answer|diff|domain)/' },
    },
    {
      // One bundled file for machines that have nothing but Node.
      name: 'scoring-stands-alone',
      severity: 'error',
      from: { path: '^src/(scoring/|main/reward-server\\.ts$)', pathNot: '(test|test-support)\\.ts$' },
      to: { pathNot: '^src/(scoring|reward|answer|diff|domain|http)/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'adapters-import-pure-rooms',
      severity: 'error',
      from: { path: adapters, pathNot: '(test|test-support)\\.ts$' },
      to: { path: '^src/', pathNot: ['^src/(domain|time|files|round-contract)/', '^src/$1/'] },
    },
    {
      // The reward server bundles it.
      name: 'http-imports-domain-only',
      severity: 'error',
      from: { path: '^src/http/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^src/(http|domain)/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'time-imports-node-only',
      severity: 'error',
      from: { path: '^src/time/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^src/time/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'files-import-node-only',
      severity: 'error',
      from: { path: '^src/files/' },
      to: { pathNot: '^src/files/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'evaluate-is-pure',
      severity: 'error',
      from: { path: '^src/evaluate/', pathNot: '(test|test-support)\\.ts$' },
      to: { pathNot: ['^src/(evaluate|domain)/', '^node_modules/zod/'] },
    },
    {
      // Round directories may lie on another machine: they are reached through RoundFiles alone.
      name: 'rounds-reach-files-by-their-port',
      severity: 'error',
      from: { path: '^src/train/', pathNot: ['^src/train/snapshot/', '\\.test\\.ts$'] },
      to: { path: '^(node:)?fs(/|$)', dependencyTypes: ['core'] },
    },
    {
      name: 'capabilities-see-no-adapter',
      severity: 'error',
      from: { path: capabilities },
      to: { path: adapters },
    },
    {
      name: 'capabilities-do-not-mix',
      severity: 'error',
      from: { path: stageRooms },
      to: { path: capabilities, pathNot: ['^src/$1/', '^src/evaluate/'] },
    },
    {
      name: 'round-contract-is-pure',
      severity: 'error',
      from: { path: '^src/round-contract/', pathNot: '(test|test-support)\\.ts$' },
      to: { pathNot: ['^src/(round-contract|domain)/', '^node_modules/zod/'] },
    },
    {
      name: 'guard-is-pure',
      severity: 'error',
      from: { path: '^src/guard/', pathNot: '(test|test-support)\\.ts$' },
      to: { pathNot: ['^src/guard/', '^src/domain/'] },
    },
    {
      name: 'jobs-import-no-capability',
      severity: 'error',
      from: { path: '^src/(jobs|db)/', pathNot: '\\.test\\.ts$' },
      to: { path: ['^src/stage/', capabilities, above] },
    },
    {
      // Every stage asks for consent and reads instances.
      name: 'consent-and-instance-beneath-stages',
      severity: 'error',
      from: { path: '^src/(consent|instance)/' },
      to: { path: [capabilities, above, adapters] },
    },
    {
      name: 'stage-names-no-stage',
      severity: 'error',
      from: { path: '^src/stage/' },
      to: { path: '^src/', pathNot: '^src/(stage|jobs|domain)/' },
    },
    {
      name: 'capabilities-do-not-look-up',
      severity: 'error',
      from: { path: capabilities },
      to: { path: above },
    },
    {
      // Stages bring their routes to it.
      name: 'intake-names-no-stage',
      severity: 'error',
      from: { path: '^src/intake/', pathNot: '\\.test\\.ts$' },
      to: { path: [capabilities, adapters, '^src/(web|cli|main)/'] },
    },
    {
      name: 'config-knows-domain-and-formulas',
      severity: 'error',
      from: { path: '^src/config/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(config|domain|reward|package-root)' },
    },
    {
      name: 'telemetry-imports-no-room',
      severity: 'error',
      from: { path: '^src/telemetry/' },
      to: { path: '^src/', pathNot: '^src/telemetry/' },
    },
    {
      // Reads for people: what decides something reads the database itself.
      name: 'queries-import-no-stage',
      severity: 'error',
      from: { path: '^src/queries/' },
      to: { path: '^src/', pathNot: '^src/(queries|instance|db|jobs|domain)/' },
    },
    {
      name: 'queries-are-for-web-and-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(queries|web|cli|main)/' },
      to: { path: '^src/queries/' },
    },
    {
      name: 'web-sees-no-adapter',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: adapters },
    },
    {
      name: 'cli-sees-no-adapter',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: adapters },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(main|cli)/', '\\.test\\.ts$'] },
      to: { path: '^src/main/' },
    },
    {
      name: 'octokit-and-probot-at-the-edge',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(github|intake|main)/' },
      to: { path: '^node_modules/(octokit|probot|@octokit)/' },
    },
    {
      name: 'dockerode-in-docker',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/docker/' },
      to: { path: '^node_modules/dockerode/' },
    },
    {
      name: 'postgres-stands-alone',
      severity: 'error',
      from: { path: '^src/postgres/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: ['^src/(postgres|domain|telemetry|time)/', '^node_modules/(pg|@types/pg)/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'postgres-has-one-door',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/postgres/' },
      to: { path: '^src/postgres/', pathNot: '^src/postgres/embedded\\.ts$' },
    },
    {
      name: 'pg-in-db',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(db|postgres)/' },
      to: { path: '^node_modules/pg/' },
    },
    {
      name: 'product-does-not-know-the-demo',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(demo|test|bench|scripts)/' },
    },
    {
      name: 'no-orphans-of-resolution',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
