/** One supervised child: its own process group, a pid file, restarts with exponential back-off. */
import { spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { endProcess, isAlive, removePid, signalGroup, writePid } from './pids.mjs'

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 15_000
/** A child that lived this long is healthy: its next death starts again with the shortest delay. */
const STEADY_MS = 20_000
const ADOPTED_POLL_MS = 500
const LOG_LIMIT_BYTES = 20 * 1024 * 1024

/** @param {number} failures deaths in a row, from 1 */
export function backOffMs(failures) {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
}

/** Keeps one older log: a file is opened for appending by every start. */
function openLog(file) {
  mkdirSync(dirname(file), { recursive: true })
  if (existsSync(file) && statSync(file).size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}

/**
 * Emits `up` (pid), `down` ({code, signal, delayMs}) and, before a restart, nothing else.
 */
export class SupervisedChild extends EventEmitter {
  /**
   * @param {object} options
   * @param {string} options.name the pid file's name
   * @param {string} options.runDir
   * @param {() => {command: string, args: string[], env?: object, cwd?: string}} options.launch
   * @param {string} [options.logFile] none: the child writes to this terminal
   * @param {object} [options.facts] kept in the pid file for the next supervisor
   */
  constructor(options) {
    super()
    this.options = options
    this.failures = 0
    this.record = undefined
    this.life = undefined
  }

  get pid() {
    return isAlive(this.record) ? this.record.pid : undefined
  }

  start() {
    const { name, runDir, launch, logFile, facts } = this.options
    const { command, args, env, cwd } = launch()
    const output = logFile ? openLog(logFile) : 'inherit'
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output, output] })
    if (typeof output === 'number') closeSync(output)
    const life = this.beginLife()
    let hasEnded = false
    const ended = (code, signal) => {
      if (!hasEnded) this.handleEnd(life, code, signal)
      hasEnded = true
    }
    child.once('error', (error) => ended(error.code, null))
    child.once('exit', ended)
    if (child.pid === undefined) return
    this.record = writePid(runDir, name, child.pid, facts)
    this.emit('up', child.pid)
  }

  /** Takes over a child that an earlier supervisor left alive. Not being its parent, we have to look. */
  adopt(record) {
    this.record = record
    const life = this.beginLife()
    this.poll = setInterval(() => {
      if (isAlive(record)) return
      clearInterval(this.poll)
      this.handleEnd(life, null, null)
    }, ADOPTED_POLL_MS)
    this.emit('up', record.pid)
  }

  /**
   * One run of the child. Its end may be told after the next one has begun, so that whether it was
   * wanted is remembered with the run and not with the child.
   */
  beginLife() {
    this.life = { startedAt: performance.now(), isStopping: false }
    return this.life
  }

  handleEnd({ startedAt, isStopping }, code, signal) {
    if (performance.now() - startedAt > STEADY_MS) this.failures = 0
    this.failures += 1
    const delayMs = backOffMs(this.failures)
    if (!isStopping) this.timer = setTimeout(() => this.start(), delayMs)
    this.emit('down', { code, signal, delayMs, isStopping })
  }

  /** A signal to the whole group; with SIGKILL this is what a crash looks like. */
  kill(signal = 'SIGKILL') {
    const pid = this.pid
    if (pid !== undefined) signalGroup(pid, signal)
    return pid
  }

  async stop(graceMs, how) {
    if (this.life) this.life.isStopping = true
    clearTimeout(this.timer)
    clearInterval(this.poll)
    await endProcess(this.record, graceMs, how)
    removePid(this.options.runDir, this.options.name)
  }

  async restart(graceMs) {
    await this.stop(graceMs)
    this.failures = 0
    this.start()
  }
}
