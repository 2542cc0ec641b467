import { readBrokerSettings } from '../config/broker-environment.ts';
import { serveBroker } from '../github/broker/child.ts';

serveBroker(readBrokerSettings());
