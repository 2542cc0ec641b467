import path from 'node:path';
import type { Reporter, TestCase, TestModule, TestSpecification } from 'vitest/node';
import type { FileResult, TestFailure, TierMessage } from './results.ts';

type Thrown = Parameters<NonNullable<Reporter['onTestRunEnd']>>[1][number];

function send(message: TierMessage): void {
  process.send?.(message);
}

/** The words of an error that a person needs: message, difference, and the line of the test. */
function wordsOf({ message, diff, stacks }: Thrown & { readonly diff?: string }): string {
  const place = (stacks as readonly { file: string; line: number }[] | undefined)?.[0];
  const where = place === undefined ? '' : `at ${path.relative('.', place.file)}:${place.line}`;
  return [message, diff ?? '', where].filter(Boolean).join('\n');
}

function failureOf(test: TestCase): TestFailure {
  const errors = test.result().errors ?? [];
  return { name: test.fullName, message: errors.map((error) => wordsOf(error)).join('\n') };
}

function resultOf(module: TestModule): FileResult {
  const tests = [...module.children.allTests()];
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  const failed = tests.filter((test) => test.result().state === 'failed').map(failureOf);
  const suites = [...module.children.allSuites()].flatMap((suite) =>
    suite.errors().map((error) => ({ name: suite.fullName, message: wordsOf(error) })),
  );
  const own = module.errors().map((error) => ({ name: '', message: wordsOf(error) }));
  const { collectDuration, duration, environmentSetupDuration, prepareDuration, setupDuration } =
    module.diagnostic();
  const ms = collectDuration + duration + environmentSetupDuration + prepareDuration + setupDuration;
  return {
    file: module.relativeModuleId,
    seconds: Math.round(ms / 100) / 10,
    passed: count('passed'),
    skipped: count('skipped'),
    failures: [...failed, ...suites, ...own],
  };
}

/** Reports each file to the parent process when it has ended. */
export class ParentReporter implements Reporter {
  onInit(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => send({ kind: 'signal', signal }));
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    send({ kind: 'files', count: specifications.length });
  }

  onTestModuleEnd(module: TestModule): void {
    send({ kind: 'file', result: resultOf(module) });
  }

  onTestRunEnd(_: readonly TestModule[], errors: readonly Thrown[]): void {
    send({ kind: 'end', errors: errors.map((error) => wordsOf(error)) });
  }
}
