/**
 * Locks between processes of one machine that end with their holder, however it ends.
 *
 * Linux and Windows: a name of the kernel's (an abstract socket, a pipe), which one process can have at a time, in
 * whatever checkout it runs, and which nobody has to clean up. Elsewhere: a file that appears whole or not at all.
 */
import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ROOT } from '../setup/shell.mjs'
import { isAlive, processIdentity } from './pids.mjs'

const FOLDER = join(ROOT, '.cache', 'ports')
/** What this process holds: name → what gives it back. */
const held = new Map()

function socketName(name) {
  // Names of sockets are short: a folder's path would not fit.
  const short = `bangban-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
  if (process.platform === 'linux') return `\0${short}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${short}` : undefined
}

function listen(path) {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? done(undefined) : fail(error)))
    server.listen({ path, exclusive: true }, () => {
      // Held as long as the process lives, and no reason for it to live.
      server.unref()
      done(() => server.close())
    })
  })
}

function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // just given back
  }
}

/** A file with its holder, linked into place: nobody ever reads half of it. */
function takeFile(name) {
  mkdirSync(FOLDER, { recursive: true })
  const file = join(FOLDER, createHash('sha256').update(name).digest('hex').slice(0, 32))
  const own = `${file}.${process.pid}.${performance.now()}`
  writeFileSync(own, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }))
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(own, file)
        return () => rmSync(file, { force: true })
      } catch (error) {
        if (error.code !== 'EEXIST') throw error
      }
      const holder = readHolder(file)
      if (isAlive(holder)) return undefined
      putAside(file, holder, own)
    }
    return undefined
  } finally {
    rmSync(own, { force: true })
  }
}

/** Takes the file of a dead holder away; one that a living process has put there meanwhile goes back. */
function putAside(file, dead, own) {
  const aside = `${own}.aside`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  const taken = readHolder(aside)
  if (taken?.pid !== dead?.pid && isAlive(taken)) linkSync(aside, file)
  rmSync(aside, { force: true })
}

/** True where this process has the lock from now on; false where it or another one has it. */
export async function hold(name) {
  if (held.has(name)) return false
  // Two that ask at once in one process must not both wait for the answer.
  held.set(name, () => undefined)
  const path = socketName(name)
  let giveBack
  try {
    giveBack = path ? await listen(path) : takeFile(name)
  } finally {
    if (giveBack) held.set(name, giveBack)
    else held.delete(name)
  }
  return giveBack !== undefined
}

/** Gives the lock back; harmless where this process has none. */
export function giveUp(name) {
  held.get(name)?.()
  held.delete(name)
}
