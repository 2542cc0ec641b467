import { Agent, request, type IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { DeliveryAnswer } from './delivery.ts';

const keptAnswerBytes = 4_096;

export function createDeliveryAgent(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
}

/** Posts one delivery. Never rejects: what went wrong is the answer. */
export function post(
  agent: Agent,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMilliseconds: number,
): Promise<DeliveryAnswer> {
  const started = performance.now();
  const seconds = (): number => Math.round(performance.now() - started) / 1000;
  const content = Buffer.from(body);
  return new Promise((resolve) => {
    const failed = (status: string, statusCode: number): void =>
      resolve({ status, statusCode, durationSeconds: seconds(), headers: {}, body: '' });
    const options = { agent, method: 'POST', headers: { ...headers, 'content-length': content.length } };
    const outgoing = request(url, options, (answer) => {
      readAnswer(answer).then(
        (text) => resolve(answerOf(answer, text, seconds())),
        () => failed('failed to read the answer', 502),
      );
    });
    outgoing.setTimeout(timeoutMilliseconds, () => {
      failed('timed out', 504);
      outgoing.destroy();
    });
    outgoing.on('error', () => failed('failed to connect to host', 502));
    outgoing.end(content);
  });
}

function answerOf(answer: IncomingMessage, body: string, durationSeconds: number): DeliveryAnswer {
  const statusCode = answer.statusCode ?? 0;
  const fine = statusCode >= 200 && statusCode < 400;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const status = fine ? 'OK' : `Invalid HTTP Response: ${statusCode}`;
  return { status, statusCode, durationSeconds, headers, body };
}

async function readAnswer(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) {
    if (text.length < keptAnswerBytes) text += String(chunk);
  }
  return text.slice(0, keptAnswerBytes);
}
