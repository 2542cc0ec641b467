import { expect, test } from 'vitest';
import { runningAdapters } from './running-adapters.ts';

function line(running: string, waiting: string, at: string): string {
  return `vllm:lora_requests_info{max_lora="3",running_lora_adapters="${running}",waiting_lora_adapters="${waiting}"} ${at}`;
}

test('the newest line says which adapters run or wait', () => {
  const metrics = ['# HELP x y', line('one', '', '1.7e+09'), line('two', 'three,four', '1.8e+09')].join('\n');
  expect([...runningAdapters(metrics)]).toEqual(['two', 'three', 'four']);
});

test('lines of the same time count together', () => {
  const metrics = [line('one', '', '5'), line('', 'two', '5')].join('\n');
  expect([...runningAdapters(metrics)]).toEqual(['one', 'two']);
});

test('an idle server, and one that never had an adapter, run none', () => {
  expect(runningAdapters([line('one', '', '5'), line('', '', '6')].join('\n')).size).toBe(0);
  expect(runningAdapters('vllm:num_requests_running{model_name="base"} 3.0\n').size).toBe(0);
});
