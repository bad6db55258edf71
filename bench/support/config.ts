import { dirname } from 'node:path'
import type { Config } from '../../api/config'

/** The configuration of a program of a benchmark that works on `database`. */
export const benchConfig = (database: string): Config => ({
  host: '127.0.0.1',
  port: 8787,
  publicUrl: 'http://127.0.0.1:8787',
  dataDir: dirname(database),
  livekit: null,
  trustedHops: 0,
  metricsToken: undefined,
  mail: null,
  sms: null,
  allowPrivate: [],
  isDemo: false,
  logLevel: 'error',
  tls: null,
  internalPort: undefined,
  clockRate: 1,
})
