/** Free ports that several installations on one machine do not take from each other. */
import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ROOT } from '../setup/shell.mjs'
import { isAlive, processIdentity } from './pids.mjs'

const RESERVED = join(ROOT, '.cache', 'ports')

/** @param {string | undefined} host undefined: every address, as LiveKit's TCP port takes it */
export function isTcpFree(port, host) {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)))
  })
}

export function isUdpFree(port, host) {
  return new Promise((done) => {
    const socket = createSocket('udp4')
    socket.once('error', () => socket.close(() => done(false)))
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => done(true)))
  })
}

/**
 * A port found free is only bound later by a child; until this process ends, nobody else of this
 * checkout may choose it. The file appears with its content in one step: an empty one would look like that of
 * somebody who crashed.
 */
export function reserve(port) {
  mkdirSync(RESERVED, { recursive: true })
  const file = join(RESERVED, String(port))
  const own = `${file}.${process.pid}.${randomUUID()}`
  writeFileSync(own, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }))
  try {
    if (linkAs(own, file)) return true
    if (isAlive(readReservation(file))) return false
    return removeAbandoned(file) && linkAs(own, file)
  } finally {
    rmSync(own, { force: true })
  }
}

function linkAs(own, file) {
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

/** Its owner is gone. Somebody else may have seen that too and be the new owner: theirs is put back. */
function removeAbandoned(file) {
  const aside = `${file}.${process.pid}.${randomUUID()}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return true
    throw error
  }
  const isTaken = isAlive(readReservation(aside))
  if (isTaken) linkAs(aside, file)
  rmSync(aside, { force: true })
  return !isTaken
}

function readReservation(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // just released
  }
}

export function release(ports) {
  for (const port of ports) rmSync(join(RESERVED, String(port)), { force: true })
}

/**
 * @typedef {{offset: number, udp?: boolean, host?: string}} PortWish
 * @param {number} first where to look first
 * @param {PortWish[]} wishes the ports of one block, relative to its first
 * @returns {Promise<number>} the first port of a block in which every wish is free; reserved
 */
export async function findBlock(first, wishes, { step = 10, blocks = 400 } = {}) {
  for (let base = first, tried = 0; tried < blocks && base < 65_000; base += step, tried++) {
    if (await takeBlock(base, wishes)) return base
  }
  throw new Error(`no free ports from ${first} on`)
}

/** Reserves a block if every port of it is free; otherwise leaves nothing reserved. */
export async function takeBlock(base, wishes) {
  const taken = []
  for (const { offset, udp, host } of wishes) {
    const port = base + offset
    const isFree = reserve(port)
    if (isFree) taken.push(port)
    if (!isFree || !(await (udp ? isUdpFree : isTcpFree)(port, host))) {
      release(taken)
      return false
    }
  }
  return true
}
