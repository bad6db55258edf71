/** Reads .env without a package: it must be known before packages are there. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ROOT } from './shell.mjs'

/**
 * `KEY=value` lines; `#` starts a comment, quotes are taken off, `export ` is allowed.
 * @returns {Record<string, string>}
 */
export function parseEnv(text) {
  const values = {}
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line)
    if (!match) continue
    const [, key, rest] = match
    const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(rest)
    values[key] = quoted ? quoted[2] : rest.replace(/(^|\s)#.*$/, '').trim()
  }
  return values
}

/** What the process was given wins over .env, so that `PORT=9000 npm start` does what it says. */
export function loadEnvironment(given = process.env) {
  const file = join(ROOT, '.env')
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const merged = { ...fromFile }
  for (const [key, value] of Object.entries(given)) {
    if (value) merged[key] = value
  }
  // An empty line of .env means "the default", and not an empty value that a program would have to judge.
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''))
}

export function dataDirectory(env) {
  return resolve(ROOT, env.DATA_DIR || 'data')
}
