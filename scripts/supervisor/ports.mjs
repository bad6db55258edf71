/** Free ports that several installations on one machine do not take from each other. */
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { giveUp, hold } from './locks.mjs'

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

const lockOf = (port) => `port ${port}`

/**
 * A port found free is only bound later by a child; until this process ends or releases it, nobody else on this
 * machine may choose it.
 */
export function reserve(port) {
  return hold(lockOf(port))
}

export function release(ports) {
  for (const port of ports) giveUp(lockOf(port))
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
    const isFree = await reserve(port)
    if (isFree) taken.push(port)
    if (!isFree || !(await (udp ? isUdpFree : isTcpFree)(port, host))) {
      release(taken)
      return false
    }
  }
  return true
}
