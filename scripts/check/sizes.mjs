/** What a browser downloads, per chunk, gzipped; and the limits the product promises. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from '../setup/shell.mjs'

const KB = 1024
const LIMITS = { loader: 3 * KB, panel: 60 * KB, call: 185 * KB }

function gzipSize(part, file) {
  return gzipSync(readFileSync(join(ROOT, 'dist', part, file)), { level: 9 }).length
}

function readManifest(part) {
  const file = join(ROOT, 'dist', part, '.vite', 'manifest.json')
  if (!existsSync(file)) throw new Error(`dist/${part}/.vite/manifest.json is missing`)
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Everything a chunk brings along when it is loaded: its static imports and their styles. */
export function closure(manifest, key, seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const style of chunk.css ?? []) seen.add(style)
  for (const imported of chunk.imports ?? []) closure(manifest, imported, seen)
  return seen
}

/** The files of the first open, and those that a call adds: what lives in citizen-widget/call or call-session. */
export function panelFiles(manifest) {
  const first = new Set()
  const call = new Set()
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) closure(manifest, key, first)
  for (const [key, chunk] of Object.entries(manifest)) {
    const isCall = chunk.isDynamicEntry && /(^|\/)(call|call-session)\//.test(chunk.src ?? key)
    if (isCall) for (const file of closure(manifest, key)) if (!first.has(file)) call.add(file)
  }
  return { first: [...first].filter(isCode), call: [...call].filter(isCode) }
}

function isCode(file) {
  return /\.(js|css)$/.test(file)
}

function kilobytes(bytes) {
  return `${(bytes / KB).toFixed(1)} KB`
}

function chunkLines(part, manifest) {
  const files = new Set(Object.values(manifest).flatMap((chunk) => [chunk.file, ...(chunk.css ?? [])]))
  return [...files]
    .filter(isCode)
    .map((file) => ({ file, size: gzipSize(part, file) }))
    .sort((a, b) => b.size - a.size)
    .map(({ file, size }) => `    ${kilobytes(size).padStart(9)}  ${part}/${file}`)
}

/** @returns {{ok: boolean, output: string}} */
export function checkSizes() {
  const panel = readManifest('panel')
  const { first, call } = panelFiles(panel)
  const sum = (files) => files.reduce((total, file) => total + gzipSize('panel', file), 0)
  const rows = [
    ['loader', gzipSize('loader', 'widget.js'), LIMITS.loader],
    ['panel, first open', sum(first), LIMITS.panel],
    ['panel, call code', sum(call), LIMITS.call],
  ]
  // A call without code means that the chunk was not recognised: that must not pass as "small".
  const ok = call.length > 0 && rows.every(([, size, limit]) => size <= limit)
  const lines = rows.map(
    ([name, size, limit]) =>
      `  ${size <= limit ? '✓' : '✗'} ${name}: ${kilobytes(size)} of ${kilobytes(limit)} gzip`,
  )
  if (call.length === 0) lines.push('  ✗ no chunk of citizen-widget/call was found in the panel')
  lines.push(...chunkLines('panel', panel), ...chunkLines('console', readManifest('console')))
  return { ok, output: lines.join('\n') }
}
