import { pino } from 'pino'

/** Structured logs on standard error; secrets never enter. */
export const createLogger = (level: string) =>
  pino(
    { level, redact: ['password', 'token', 'secret', 'authorization', 'cookie'], base: undefined },
    pino.destination({ fd: 2, sync: false }),
  )
export type Logger = ReturnType<typeof createLogger>
