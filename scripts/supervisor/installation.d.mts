import type { EventEmitter } from 'node:events'

export interface LiveKitPorts {
  /** Signalling and server API, on loopback. */
  port: number
  /** Media over TCP. */
  tcp: number
  /** Media over UDP. */
  udp: number
  prometheus: number
}

export interface InstallationOptions {
  /** Default: DATA_DIR of the environment or ./data. */
  dataDir?: string
  /** First of three ports in a row; default: PORT, or the next free block from 8787 on. */
  port?: number
  /** Added to the process's environment and .env for the API. */
  env?: Record<string, string | undefined>
  /** Output of the API goes to DATA_DIR/logs/api.log and nothing is printed. */
  quiet?: boolean
  lan?: boolean
  dev?: boolean
  /** Where LiveKit comes from; default: found or fetched as the documents say. `{kind:'none'}`: no video. */
  livekit?:
    | { kind: 'managed'; binary: string; from: string }
    | { kind: 'external'; url: string; apiKey: string; apiSecret: string }
    | { kind: 'none'; tried: string[] }
  readyTimeoutMs?: number
}

export interface Installation {
  /** What people open, e.g. http://127.0.0.1:8787 */
  url: string
  /** The sample host page; redirects to another site (localhost, port + 1). */
  demoUrl: string
  /** Always plain HTTP on loopback, also with --lan. */
  internalUrl: string
  dataDir: string
  port: number
  livekit: {
    kind: 'managed' | 'external' | 'none'
    ports?: LiveKitPorts
    keys?: { apiKey: string; apiSecret: string }
  }
  /** `up` (name, pid) and `down` (name, {code, signal, delayMs, isStopping}); name: 'api' | 'livekit'. */
  events: EventEmitter
  pids(): { api: number | undefined; livekit: number | undefined }
  /** Default SIGKILL. Returns the pid that got it; the supervisor restarts the child. */
  killApi(signal?: NodeJS.Signals): number | undefined
  killLiveKit(signal?: NodeJS.Signals): number | undefined
  /** In order: SIGTERM, wait, start, wait until ready. */
  restartApi(): Promise<void>
  /** Resolves when the API answers (again). */
  apiReady(): Promise<void>
  /** True when LiveKit answers (again) in time. */
  liveKitReady(): Promise<boolean>
  stop(): Promise<void>
}

/** Starts a whole installation; expects packages and dist/ to be built. */
export function startInstallation(options?: InstallationOptions): Promise<Installation>
