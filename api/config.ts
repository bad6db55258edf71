import { resolve } from 'node:path'
import { z } from 'zod'
import { isRange } from './lib/outgoing-http'
import { projectRoot } from './lib/project'

const port = z.coerce.number().int().min(0).max(65535)
const optional = z
  .string()
  .optional()
  .transform((value) => value || undefined)

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8787),
  PUBLIC_URL: optional,
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: optional,
  LIVEKIT_URL: optional,
  LIVEKIT_API_KEY: optional,
  LIVEKIT_API_SECRET: optional,
  LIVEKIT_PUBLIC_URL: optional,
  /** Set by the supervisor: LiveKit is its child, and signalling is proxied on our origin. */
  LIVEKIT_MANAGED: optional,
  /** How many proxies stand before us; `true` is one. */
  TRUST_PROXY: z
    .string()
    .regex(/^(|true|false|[0-9])$/, 'a number of proxies from 0 to 9')
    .default('')
    .transform((value) => (value === 'true' ? 1 : Number(value === 'false' ? 0 : value))),
  METRICS_TOKEN: optional,
  SMTP_URL: optional.refine((url) => !url || /^smtps?:\/\//.test(url), 'smtp:// or smtps://'),
  MAIL_FROM: optional,
  SMS_URL: optional.refine((url) => !url || /^https?:\/\//.test(url), 'http:// or https://'),
  SMS_TOKEN: optional,
  /** CIDRs, comma-separated: private networks that webhooks may reach. */
  WEBHOOK_ALLOW_PRIVATE: optional
    .transform((value) => (value ?? '').split(',').flatMap((each) => each.trim() || []))
    .refine((ranges) => ranges.every(isRange), 'CIDRs, comma-separated, such as 10.0.0.0/8'),
  DEMO: z.string().default('on'),
  LOG_LEVEL: z.string().default('info'),
  TLS_CERT: optional,
  TLS_KEY: optional,
  /** How many times as fast as the real one the clock runs: for demonstrations and tests. */
  BANGBAN_CLOCK_RATE: z
    .string()
    .optional()
    .transform((value) => Number(value || 1))
    .pipe(z.number().min(1).max(100_000)),
  /** Loopback port that serves the same application without TLS, for LiveKit's webhooks. */
  INTERNAL_PORT: port.optional(),
  /** Set by the supervisor, which knows our answers by it. */
  INSTANCE: optional,
  /** Set by `npm run dev`: Vite serves console and panel from here, and we pass them on. */
  DEV_CONSOLE_PORT: port.optional(),
  DEV_PANEL_PORT: port.optional(),
})

export interface Config {
  host: string
  port: number
  publicUrl: string
  dataDir: string
  livekit: {
    url: string
    apiKey: string
    apiSecret: string
    publicUrl: string | undefined
    isManaged: boolean
  } | null
  /** Proxies before us whose X-Forwarded-* headers are believed. */
  trustedHops: number
  /** Who shows it may read /metrics from elsewhere. */
  metricsToken: string | undefined
  mail: { url: string; from: string } | null
  sms: { url: string; token: string | undefined } | null
  /** Private networks that webhooks may reach, as CIDRs. */
  allowPrivate: string[]
  isDemo: boolean
  logLevel: string
  tls: { cert: string; key: string } | null
  internalPort: number | undefined
  /** Whoever started us knows our answers by it. */
  instance?: string
  /** Ports of Vite's servers on loopback while developing. */
  devPorts?: { console: number; panel: number }
  /** 1 but in demonstrations and tests. */
  clockRate: number
}

/** Reads the configuration; throws with every problem named. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => {
  const parsed = environment.safeParse(env)
  if (!parsed.success)
    throw new Error(
      `Configuration: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    )
  const it = parsed.data
  if (it.DATABASE_URL)
    throw new Error(
      'DATABASE_URL: PostgreSQL is not supported yet. Leave it empty to use SQLite in DATA_DIR.',
    )
  const clockRate = it.BANGBAN_CLOCK_RATE
  if (clockRate !== 1 && it.DEMO === 'off')
    throw new Error('BANGBAN_CLOCK_RATE: only for demonstrations and tests, so not together with DEMO=off.')
  const tls = it.TLS_CERT && it.TLS_KEY ? { cert: it.TLS_CERT, key: it.TLS_KEY } : null
  const hasLivekit = it.LIVEKIT_URL && it.LIVEKIT_API_KEY && it.LIVEKIT_API_SECRET
  return {
    host: it.HOST,
    port: it.PORT,
    publicUrl: (
      it.PUBLIC_URL ??
      `${tls ? 'https' : 'http'}://${it.HOST === '0.0.0.0' ? '127.0.0.1' : it.HOST}:${it.PORT}`
    ).replace(/\/$/, ''),
    dataDir: resolve(projectRoot, it.DATA_DIR),
    livekit: hasLivekit
      ? {
          url: it.LIVEKIT_URL as string,
          apiKey: it.LIVEKIT_API_KEY as string,
          apiSecret: it.LIVEKIT_API_SECRET as string,
          publicUrl: it.LIVEKIT_PUBLIC_URL,
          isManaged: it.LIVEKIT_MANAGED === '1',
        }
      : null,
    trustedHops: it.TRUST_PROXY,
    metricsToken: it.METRICS_TOKEN,
    mail: it.SMTP_URL ? { url: it.SMTP_URL, from: it.MAIL_FROM ?? 'Bangban <bangban@localhost>' } : null,
    sms: it.SMS_URL ? { url: it.SMS_URL, token: it.SMS_TOKEN } : null,
    allowPrivate: it.WEBHOOK_ALLOW_PRIVATE,
    isDemo: it.DEMO !== 'off',
    logLevel: it.LOG_LEVEL,
    tls,
    internalPort: it.INTERNAL_PORT,
    ...(it.INSTANCE ? { instance: it.INSTANCE } : {}),
    ...(it.DEV_CONSOLE_PORT && it.DEV_PANEL_PORT
      ? { devPorts: { console: it.DEV_CONSOLE_PORT, panel: it.DEV_PANEL_PORT } }
      : {}),
    clockRate,
  }
}
