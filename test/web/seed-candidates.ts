import { scoreCandidate } from '../../src/collect/pull/rewards.ts';
import type { StoredReward } from '../../src/db/tables/instance.ts';
import type { CandidateOrigin } from '../../src/domain/instance.ts';
import { score } from './seed-rewards.ts';

export interface SeedCandidate {
  readonly origin: CandidateOrigin;
  readonly source: string;
  readonly patch: string;
  readonly rewards: readonly StoredReward[];
}

/** Another way to the same end, a file of its own beside it, and markup in its code. */
export const rivalPatch = `diff --git a/src/parse.py b/src/parse.py
--- a/src/parse.py
+++ b/src/parse.py
@@ -1,7 +1,8 @@
 def parse(line):
     """Split a line at its first colon."""
-    name, value = line.split(':')
-    return name, value
+    # <script>document.title = "owned"</script><img src=x onerror=alert(1)>
+    name, value = line.split(':', 1)
+    return name.strip(), value.strip()
 
 
 def render(name, value):
diff --git a/src/errors.py b/src/errors.py
new file mode 100644
--- /dev/null
+++ b/src/errors.py
@@ -0,0 +1,2 @@
+class NoColon(ValueError):
+    """A line without a colon."""
`;

const commentOnly = `diff --git a/src/parse.py b/src/parse.py
--- a/src/parse.py
+++ b/src/parse.py
@@ -1,4 +1,5 @@
 def parse(line):
+    # Splits at the first colon.
     """Split a line at its first colon."""
     name, value = line.split(':')
     return name, value
`;

/** Revisions, rivals and answers of all kinds; those scored here have the rewards that collecting gives them. */
export function seedCandidates(oracle: string): SeedCandidate[] {
  const scored = (origin: CandidateOrigin, source: string, patch: string): SeedCandidate => {
    return { origin, source, patch, rewards: Object.values(scoreCandidate(patch, oracle)) };
  };
  const revision = oracle.replace('    if not colon:', '    if colon == "":');
  return [
    {
      origin: 'pr_revision',
      source: '7'.repeat(40),
      patch: revision,
      rewards: [score('paper/1', 0.912), score('paper-discrete/1', 0)],
    },
    scored('rival_pr', '#43', rivalPatch),
    scored('policy', 'round-1/2', commentOnly),
    { origin: 'policy', source: 'round-1/3', patch: '', rewards: [score('paper/1', -1, 'search_not_found')] },
  ];
}
