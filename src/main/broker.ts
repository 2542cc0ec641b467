import { readBrokerSettings } from '../config/broker-environment.ts';
import { isMendloopError } from '../domain/errors.ts';
import { serveBroker } from '../github/broker/child.ts';
import { tokenGrants } from './wiring/stages.ts';

try {
  serveBroker(readBrokerSettings(), tokenGrants);
} catch (error) {
  if (!isMendloopError(error)) throw error;
  process.stderr.write(`mendloop: ${error.code}: ${error.message}\n`);
  process.exitCode = error.exit;
}
