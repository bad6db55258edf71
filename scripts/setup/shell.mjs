/** Running programs and talking to the person at the terminal: shared by everything in scripts/. */
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder, wherever the command was given. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

const isChinese = /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')

/** Chooses by the terminal's language; a terminal that names none may not show Chinese, so it gets English. */
export function words(zh, en) {
  return isChinese ? zh : en
}

export function say(zh, en) {
  process.stdout.write(`▸ ${words(zh, en)}\n`)
}

export function warn(zh, en) {
  process.stderr.write(`! ${words(zh, en)}\n`)
}

/** A failure whose message is meant for the person at the terminal; no stack is printed. */
export class PlainError extends Error {
  constructor(zh, en) {
    super(words(zh, en))
    this.name = 'PlainError'
  }
}

/** The full path of a program on PATH, or undefined. */
export function findOnPath(name) {
  for (const folder of (process.env.PATH || '').split(delimiter)) {
    if (folder && isExecutable(join(folder, name))) return join(folder, name)
  }
  return undefined
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** A program that node_modules brings. */
export function localBin(name) {
  return join(ROOT, 'node_modules', '.bin', name)
}

/** Runs to the end, output shown; resolves with the exit code (1 when it died by a signal). */
export function run(command, args, { cwd = ROOT, env = {}, stdio = 'inherit', timeoutMs } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio, timeout: timeoutMs })
    child.once('error', (error) => {
      process.stderr.write(`! ${command}: ${error.message}\n`)
      done(127)
    })
    child.once('exit', (code) => done(code ?? 1))
  })
}

/** Runs to the end, output kept: `{code, output}` with both streams together. */
export function capture(command, args, { cwd = ROOT, env = {}, timeoutMs } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    })
    const parts = []
    child.stdout.on('data', (part) => parts.push(part))
    child.stderr.on('data', (part) => parts.push(part))
    child.once('error', (error) => done({ code: 127, output: error.message }))
    child.once('close', (code) => done({ code: code ?? 1, output: Buffer.concat(parts).toString('utf8') }))
  })
}

/** A quick question to a program; undefined when it cannot be answered. */
export function ask(command, args) {
  const answer = spawnSync(command, args, { encoding: 'utf8', timeout: 15_000 })
  return answer.status === 0 ? answer.stdout.trim() : undefined
}

/** Runs a command's main function: plain errors as one line, anything else with its stack; both exit 1. */
export async function main(body) {
  try {
    await body()
  } catch (error) {
    const text = error instanceof PlainError ? error.message : error?.stack || String(error)
    process.stderr.write(`✗ ${text}\n`)
    process.exitCode = 1
  }
}

export function secondsSince(start) {
  return ((performance.now() - start) / 1000).toFixed(1)
}
