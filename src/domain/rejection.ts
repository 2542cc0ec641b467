/** Why a pull request is not an instance. Each is counted in the funnel. */
export const rejectionReasons = [
  'bot',
  'empty',
  'oversize',
  'lock_files_only',
  'version_bump_only',
  'packaging_only',
  'no_source_change',
  'no_issue',
  'denied_repository',
  'base_missing',
  'head_missing',
  'pull_missing',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** One sentence for people about each reason. */
export const rejectionText: Record<RejectionReason, string> = {
  bot: 'Title, description or author names a bot or an automatic update.',
  empty: 'The pull request changes nothing.',
  oversize: 'The change is too large to be one fix.',
  lock_files_only: 'Every changed hunk is in a lock file.',
  version_bump_only: 'Every changed hunk only changes a version.',
  packaging_only: 'Every changed hunk is packaging or metadata.',
  no_source_change: 'No source file changes, only tests, documentation or generated files.',
  no_issue: 'No existing issue is linked.',
  denied_repository: 'The repository belongs to a benchmark and is never collected.',
  base_missing: 'The commit that the pull request started from cannot be reached any more.',
  head_missing: 'The head commit of the pull request cannot be reached any more.',
  pull_missing: 'The pull request cannot be read any more.',
};
