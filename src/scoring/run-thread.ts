import { serveAsThread } from './thread.ts';

serveAsThread();
