/** Pid files that survive pid reuse: a process is known by its pid and the moment it started. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What tells this process from a later one with the same pid; undefined when no such process lives.
 * Linux: start time in clock ticks since boot, with the boot's id. Elsewhere: what `ps` prints.
 */
export function processIdentity(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return process.platform === 'linux' ? linuxIdentity(pid) : psIdentity(pid)
}

function linuxIdentity(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may itself hold spaces and parentheses: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const state = fields[0]
    if (state === 'Z' || state === 'X') return undefined
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}:${fields[19]}`
  } catch {
    return undefined // gone between two reads, or never there
  }
}

function psIdentity(pid) {
  try {
    const stdio = ['ignore', 'pipe', 'ignore']
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio,
    }).trim()
    return text && !text.startsWith('Z') ? text.replace(/^\S+\s+/, '') : undefined
  } catch {
    return undefined // ps answers 1 for a pid that is not there
  }
}

/** @param {{pid: number, identity: string} | undefined} record */
export function isAlive(record) {
  return Boolean(record) && processIdentity(record.pid) === record.identity
}

function pidFile(runDir, name) {
  return join(runDir, `${name}.pid`)
}

/** Remembers a living process; `facts` is whatever its successor must know (ports, configuration hash). */
export function writePid(runDir, name, pid, facts = {}) {
  const record = { pid, identity: processIdentity(pid), startedAt: new Date().toISOString(), ...facts }
  const file = pidFile(runDir, name)
  mkdirSync(dirname(file), { recursive: true })
  // Renamed into place: a reader never sees half a file.
  writeFileSync(`${file}.new`, `${JSON.stringify(record)}\n`)
  renameSync(`${file}.new`, file)
  return record
}

export function readPid(runDir, name) {
  try {
    return JSON.parse(readFileSync(pidFile(runDir, name), 'utf8'))
  } catch {
    return undefined // no file: nothing was left behind
  }
}

export function removePid(runDir, name) {
  rmSync(pidFile(runDir, name), { force: true })
}

/** True when the signal was sent; false when there is nobody left to get it. */
function signalOne(target, signal) {
  try {
    process.kill(target, signal)
    return true
  } catch (error) {
    if (error.code === 'ESRCH' || error.code === 'EPERM') return false
    throw error
  }
}

/** Signals the whole group (children are started detached and lead one), or the process alone. */
export function signalGroup(pid, signal) {
  return signalOne(-pid, signal) || signalOne(pid, signal)
}

async function waitUntilGone(record, timeoutMs) {
  const end = performance.now() + timeoutMs
  while (isAlive(record)) {
    if (performance.now() > end) return false
    await sleep(50)
  }
  return true
}

/**
 * Ends a recorded process: SIGTERM, patience, SIGKILL. Does nothing if the pid now belongs to another.
 * @param {{isRepeated?: boolean}} [how] LiveKit waits for its participants to leave until a second SIGTERM
 */
export async function endProcess(record, graceMs = 10_000, { isRepeated = false } = {}) {
  if (!isAlive(record)) return
  signalOne(record.pid, 'SIGTERM')
  if (isRepeated && !(await waitUntilGone(record, 300))) signalOne(record.pid, 'SIGTERM')
  if (await waitUntilGone(record, graceMs)) return
  signalGroup(record.pid, 'SIGKILL')
  await waitUntilGone(record, 5_000)
}
