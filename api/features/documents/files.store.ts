import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { systemClock } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { randomText } from '../../lib/ids'
import { inspectFile } from './files.inspection'
import { readThumbnail } from './thumbnails'

/** What is known of received bytes, all of it measured, nothing taken from the sender. */
export interface StoredFile {
  /** Hex. */
  sha256: string
  sizeBytes: number
  mime: string
  /** Pixels as shown (EXIF rotation applied); null for what is not an image. */
  width: number | null
  height: number | null
}

/** A malware scanner: looks at the file at `path` before it is kept. */
export type FileScanner = (path: string) => Promise<'clean' | 'refused'>

export interface ReceiveOptions {
  maxBytes: number
  signal?: AbortSignal
  /** Content-Length, where the sender told it. */
  expectedBytes?: number
  /** Narrower than the accepted types, for example images only. */
  types?: readonly string[]
}

/** Bytes by their hash, on disk under `ab/…` of the store's folder. */
export interface FileStore {
  /**
   * Streams `source` to disk. When it resolves, the bytes survive a power cut.
   * Throws `documents.too_large`, `documents.type_refused`, `documents.empty`, `documents.incomplete`,
   * `documents.size_mismatch`; nothing is left behind then.
   */
  receive(source: ReadableStream<Uint8Array> | Readable, options: ReceiveOptions): Promise<StoredFile>
  /** Bytes from `start` to `end`, both inclusive, as in a range request. */
  open(sha256: string, range?: { start: number; end: number }): Readable
  /** Bytes on disk, or null where the file is missing. */
  size(sha256: string): Promise<number | null>
  /** A JPEG or WebP at most 320 px wide and high, made once and kept. */
  thumbnail(sha256: string): Promise<Buffer>
}

const staleMs = 3600_000

/** Makes the store in the folder `root` and sweeps temporary files that a crash left behind. */
export const createFileStore = (
  root: string,
  options: { newName?: () => string; scan?: FileScanner; now?: () => number } = {},
): FileStore => {
  const newName = options.newName ?? (() => randomText(24))
  const incoming = join(root, 'incoming')
  mkdirSync(incoming, { recursive: true })
  sweepStale(incoming, (options.now ?? systemClock.now)() - staleMs)
  const pathOf = (sha256: string) => join(root, ...partsOf(sha256))

  const keep = async (temporary: string, received: { sha256: string; sizeBytes: number }): Promise<void> => {
    const target = pathOf(received.sha256)
    const folder = join(root, received.sha256.slice(0, 2))
    if ((await sizeOf(target)) === received.sizeBytes) return
    if (await mkdir(folder, { recursive: true })) await syncFolder(root)
    await rename(temporary, target)
    await syncFolder(folder)
  }

  return {
    async receive(source, limits) {
      const temporary = join(incoming, newName())
      try {
        const received = await writeStream(temporary, source, limits)
        const inspected = await inspectFile(temporary, limits.types)
        if (options.scan && (await options.scan(temporary)) !== 'clean') {
          throw refuse('documents.type_refused', 'The malware scanner refused this file.')
        }
        await keep(temporary, received)
        return { ...received, ...inspected }
      } finally {
        await rm(temporary, { force: true })
      }
    },
    open: (sha256, range) => createReadStream(pathOf(sha256), range ?? {}),
    size: (sha256) => sizeOf(pathOf(sha256)),
    thumbnail: (sha256) => readThumbnail(pathOf(sha256), join(root, 'thumbnails'), sha256),
  }
}

const partsOf = (sha256: string): [string, string] => {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('Not a SHA-256')
  return [sha256.slice(0, 2), sha256.slice(2)]
}

const writeStream = async (
  path: string,
  source: ReadableStream<Uint8Array> | Readable,
  { maxBytes, signal, expectedBytes }: ReceiveOptions,
): Promise<{ sha256: string; sizeBytes: number }> => {
  if (expectedBytes !== undefined && expectedBytes > maxBytes) throw tooLarge(maxBytes)
  const hash = createHash('sha256')
  let sizeBytes = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of whole(source, signal)) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
      hash.update(chunk)
      await writeAll(file, chunk)
    }
    if (sizeBytes === 0) throw refuse('documents.empty', 'The file is empty.')
    if (expectedBytes !== undefined && expectedBytes !== sizeBytes) {
      throw refuse('documents.size_mismatch', `Announced were ${expectedBytes} bytes, received ${sizeBytes}.`)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}

/** The chunks of `source`; whatever breaks it off, the client leaving included, is `documents.incomplete`. */
async function* whole(
  source: ReadableStream<Uint8Array> | Readable,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunks = (source as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  const broken = () => refuse('documents.incomplete', 'The upload was broken off.')
  // A stream that merely stalls after the client has gone would otherwise be waited for without end.
  const aborted =
    signal &&
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(broken()), { once: true }),
    )
  aborted?.catch(() => undefined)
  try {
    for (;;) {
      if (signal?.aborted) throw broken()
      const next = chunks.next()
      const result = await (aborted ? Promise.race([next, aborted]) : next).catch(() => {
        throw broken()
      })
      if (result.done) return
      yield result.value
    }
  } finally {
    // Not awaited: ending a stalled stream may itself never settle.
    chunks.return?.().catch(() => undefined)
  }
}

const tooLarge = (maxBytes: number) =>
  refuse('documents.too_large', `At most ${maxBytes} bytes are accepted.`)

const writeAll = async (file: FileHandle, chunk: Uint8Array): Promise<void> => {
  let written = 0
  while (written < chunk.length)
    written += (await file.write(chunk, written, chunk.length - written)).bytesWritten
}

const sizeOf = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Makes a rename in `folder` survive a power cut. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const sweepStale = (folder: string, before: number): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).mtimeMs < before) rmSync(path, { force: true })
  }
}
