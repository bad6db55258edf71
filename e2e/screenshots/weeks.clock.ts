/** The clock of an installation whose server was started with `movedClock`. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
const shanghai = 8 * hour
/** The sweeper looks four times a second. */
const sweepMs = 300

/** In one piece: a server that read half of it would live a moment in another year. */
const writeOffset = (file: string, offset: number) => {
  writeFileSync(`${file}.next`, String(offset))
  renameSync(`${file}.next`, file)
}

/** Settings of a server whose clock shows `at` when it starts. */
export const movedClock = (file: string, at: number) => {
  writeOffset(file, at - Date.now())
  const preload = fileURLToPath(new URL('moved-clock.mjs', import.meta.url))
  return { MOVED_CLOCK: file, NODE_OPTIONS: `--import=${preload}` }
}

/** 10:40 in the morning of the last working day that is over, and the 15 working days up to it. */
export function workingDays(now: number): { end: number; mornings: number[] } {
  const mornings: number[] = []
  let midnight = Math.floor((now + shanghai) / day) * day - shanghai
  if (now < midnight + 10 * hour + 41 * minute) midnight -= day
  for (; mornings.length < 15; midnight -= day) {
    const weekday = new Date(midnight + shanghai).getUTCDay()
    if (weekday >= 1 && weekday <= 5) mornings.unshift(midnight + 9 * hour)
  }
  return { end: (mornings.at(-1) ?? 0) + 100 * minute, mornings }
}

export class WeeksClock {
  private offset: number | null = null
  private readonly nextDue

  constructor(
    private readonly file: string,
    dataDir: string,
  ) {
    const database = new Database(join(dataDir, 'bangban.db'), { readonly: true })
    this.nextDue = database.prepare<[number, number]>(
      'select min(due_at) as due_at from due_jobs where due_at > ? and due_at <= ?',
    )
  }

  get now(): number {
    return this.offset === null ? 0 : Date.now() + this.offset
  }

  /** Never back: what was done stays before what comes. */
  set(at: number): void {
    this.offset = Math.max(this.now, Math.round(at)) - Date.now()
    writeOffset(this.file, this.offset)
  }

  async rest(): Promise<void> {
    await pause(sweepMs)
  }

  /** To `at`, stopping where something falls due, so that it happens in its own minute. */
  async pass(at: number): Promise<void> {
    for (;;) {
      const { due_at: due } = this.nextDue.get(this.now, at) as { due_at: number | null }
      if (due === null) break
      this.set(due + 1000)
      await this.rest()
    }
    this.set(at)
  }

  /** To `at`; what fell due meanwhile is made up for, two hours at a time. */
  async leap(at: number): Promise<void> {
    if (at - this.now > 2 * hour) {
      this.set(at)
      await this.rest()
    }
    this.set(at)
  }
}
